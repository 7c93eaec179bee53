"""The scoring app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    """Schemes, the ledger of conduct and the daily score."""

    name = "scoring"
    verbose_name = _("Schemes and ledger")
