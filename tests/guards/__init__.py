"""Closed years: what the database itself refuses."""
