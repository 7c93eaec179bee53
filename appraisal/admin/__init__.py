"""Data entry for the democratic appraisal, and frozen figures to look at."""

from appraisal.admin import reviews, snapshots, tallies

__all__ = ["reviews", "snapshots", "tallies"]
