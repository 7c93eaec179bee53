"""The only writers of the ledger, and the queries that turn it into scores."""
