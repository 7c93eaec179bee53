"""Tables of the reports app."""

from reports.models.notice import Notice, NoticeKind, NoticePaper, NoticeState
from reports.models.settings import PageLanguage, PrintSettings

__all__ = ["Notice", "NoticeKind", "NoticePaper", "NoticeState", "PageLanguage", "PrintSettings"]
