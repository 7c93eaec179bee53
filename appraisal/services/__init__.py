"""The only writers of tallies and frozen figures, and the queries that give annual results."""
