"""Schemes, activities, the ledger of conduct and the daily score made of it."""
