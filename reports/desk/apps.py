"""The desk app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Pages and commands that span the other apps."""

    name = "reports.desk"
    label = "desk"
    verbose_name = _("Desk")
