"""Tables of the reports app."""

from reports.models.job import JobKind, JobState, NoticeJob, NoticeJobPart, PartState
from reports.models.notice import Notice, NoticeKind, NoticePaper, NoticeState
from reports.models.settings import PageLanguage, PrintSettings

__all__ = [
    "JobKind",
    "JobState",
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
