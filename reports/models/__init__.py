"""Tables of the reports app."""

from reports.models.job import NoticeJob, NoticeJobPart
from reports.models.notice import Notice, NoticePaper
from reports.models.settings import PrintSettings

__all__ = [
    "Notice",
    "NoticeJob",
    "NoticeJobPart",
    "NoticePaper",
    "PrintSettings",
]
