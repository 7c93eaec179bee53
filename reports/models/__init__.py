"""Tables of the reports app."""

from reports.models.job import JobKind, JobState, NoticeJob, NoticeJobPart, PartState
from reports.models.notice import Notice, NoticeKind, NoticePaper, NoticeState
from reports.models.settings import ListOrder, NamedOnWall, PageLanguage, PrintSettings

__all__ = [
    "JobKind",
    "JobState",
    "ListOrder",
    "NamedOnWall",
    "Notice",
    "NoticeJob",
    "NoticeJobPart",
    "NoticeKind",
    "NoticePaper",
    "NoticeState",
    "PageLanguage",
    "PartState",
    "PrintSettings",
]
