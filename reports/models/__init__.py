"""Tables of the reports app."""

from reports.models.settings import PageLanguage, PrintSettings

__all__ = ["PageLanguage", "PrintSettings"]
