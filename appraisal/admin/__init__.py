"""Data entry for the democratic appraisal, and frozen figures to look at."""

from appraisal.admin import snapshots, tallies

__all__ = ["snapshots", "tallies"]
