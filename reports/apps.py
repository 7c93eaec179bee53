"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Periods, notices, summaries, and the pages they are printed on."""

    name = "reports"
    verbose_name = _("Reports and notices")
