"""Tables of the kernel."""

from members.models.base import Recorded, TwoScripts, WriteOnce, choices_check, in_script
from members.models.counting import Counting, Fixed, ListedYear, MemberYears, PlaceYear
from members.models.duty import Duty, User
from members.models.log import ImportBatch, LogHead, LogRow, YearLock
from members.models.member import Leave, Member, Posting
from members.models.organisation import Category, Organisation, Role
from members.models.second_factor import SecondFactor
from members.models.staging import StagedImport

__all__ = [
    "Category",
    "Counting",
    "Duty",
    "Fixed",
    "ImportBatch",
    "Leave",
    "ListedYear",
    "LogHead",
    "LogRow",
    "Member",
    "MemberYears",
    "Organisation",
    "PlaceYear",
    "Posting",
    "Recorded",
    "Role",
    "SecondFactor",
    "StagedImport",
    "TwoScripts",
    "User",
    "WriteOnce",
    "YearLock",
    "choices_check",
    "in_script",
]
