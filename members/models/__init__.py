"""Tables of the kernel."""

from members.models.base import Recorded, TwoScripts, WriteOnce, choices_check, in_script
from members.models.duty import Duty, User
from members.models.log import ImportBatch, LogHead, LogRow, YearLock
from members.models.member import Leave, Member, Posting
from members.models.organisation import Category, Organisation, Role

__all__ = [
    "Category",
    "Duty",
    "ImportBatch",
    "Leave",
    "LogHead",
    "LogRow",
    "Member",
    "Organisation",
    "Posting",
    "Recorded",
    "Role",
    "TwoScripts",
    "User",
    "WriteOnce",
    "YearLock",
    "choices_check",
    "in_script",
]
