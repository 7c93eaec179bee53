"""Data entry for the ledger, and the schemes to look at."""

from scoring.admin import activities, adjustments, care, ledger, parts, schemes, verbs

__all__ = ["activities", "adjustments", "care", "ledger", "parts", "schemes", "verbs"]
