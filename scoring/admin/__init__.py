"""Data entry for the ledger."""

from scoring.admin import activities, adjustments, care, ledger, verbs

__all__ = ["activities", "adjustments", "care", "ledger", "verbs"]
