"""Tables of the appraisal app."""

from appraisal.models.ballot import BallotMeeting, Count, CountLine, Opinions
from appraisal.models.snapshot import Snapshot, SnapshotRow
from appraisal.models.tally import Tally

__all__ = ["BallotMeeting", "Count", "CountLine", "Opinions", "Snapshot", "SnapshotRow", "Tally"]
