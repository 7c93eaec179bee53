"""Closed lists of the appraisal app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TallySource(models.TextChoices):
    """Where the figures of a tally came from."""

    ENTERED = "entered", _("Entered")
    IMPORTED = "imported", _("Imported")


class Purpose(models.TextChoices):
    """What figures were frozen for."""

    NOTICE = "notice", _("Half-year notice")
    ANNUAL = "annual", _("Annual notice")
