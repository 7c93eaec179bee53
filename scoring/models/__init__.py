"""Tables of the scheme and of the ledger."""

from scoring.models.activity import Activity, Attendance
from scoring.models.adjustment import Adjustment, AdjustmentLine
from scoring.models.care import Care, CareVisit
from scoring.models.interpretation import Interpretation
from scoring.models.ledger import Bonus, Entry, Judgement, Waiver
from scoring.models.parts import (
    ActivityRule,
    AwardPoints,
    Band,
    ExcessRule,
    Requirement,
    SchemePart,
    SchemeRole,
)
from scoring.models.scheme import ActivityKind, AwardLevel, Indicator, Scheme, SchemeScope, Word
from scoring.models.sending import Sending

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityRule",
    "Adjustment",
    "AdjustmentLine",
    "Attendance",
    "AwardLevel",
    "AwardPoints",
    "Band",
    "Bonus",
    "Care",
    "CareVisit",
    "Entry",
    "ExcessRule",
    "Indicator",
    "Interpretation",
    "Judgement",
    "Requirement",
    "Scheme",
    "SchemePart",
    "SchemeRole",
    "SchemeScope",
    "Sending",
    "Waiver",
    "Word",
]
