"""The appraisal app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    """Tallies, the annual score and grade, and what is frozen of them."""

    name = "appraisal"
    verbose_name = _("Appraisal and annual results")
