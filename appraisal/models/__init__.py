"""Tables of the appraisal app."""

from appraisal.models.ballot import BallotMeeting, Count, CountLine, Opinions
from appraisal.models.case import Case, ReviewSettings
from appraisal.models.snapshot import Snapshot, SnapshotRow
from appraisal.models.tally import Tally
from appraisal.models.year import BranchYear, Objection, RowRemark

__all__ = [
    "BallotMeeting",
    "BranchYear",
    "Case",
    "Count",
    "CountLine",
    "Objection",
    "Opinions",
    "ReviewSettings",
    "RowRemark",
    "Snapshot",
    "SnapshotRow",
    "Tally",
]
