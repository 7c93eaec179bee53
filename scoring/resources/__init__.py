"""Spreadsheets of the ledger: entries, judged standards, bonus points, waivers."""
