"""Services of the reports app: from results to printed pages."""
