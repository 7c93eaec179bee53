"""Tables of the appraisal app."""

from appraisal.models.snapshot import Snapshot, SnapshotRow
from appraisal.models.tally import Tally

__all__ = ["Snapshot", "SnapshotRow", "Tally"]
