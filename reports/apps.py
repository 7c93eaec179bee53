"""The reports app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Periods, notices, summaries, and the pages they are printed on."""

    name = "reports"
    verbose_name = _("Reports and notices")

    def ready(self) -> None:
        """Have `check --deploy` tell of notices without a code."""
        checks.register(public_url, deploy=True)


def public_url(**_asked: Any) -> list[checks.CheckMessage]:
    """A warning where nobody can be led from a notice on a wall to the page that says what it is."""
    if settings.PUBLIC_URL:
        return []
    told = gettext("PUBLIC_URL is not set: notices are printed without a code to check them by.")
    return [checks.Warning(told, id="reports.W001")]
