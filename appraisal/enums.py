"""Closed lists of the appraisal app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TallySource(models.TextChoices):
    """Where the figures of a tally came from."""

    ENTERED = "entered", _("Entered")
    IMPORTED = "imported", _("Imported")
    CONFIRMED = "confirmed", _("Confirmed count")


class MeetingState(models.TextChoices):
    """Whether the ballot of a meeting stands."""

    STANDING = "standing", _("Standing")
    VOID = "void", _("Void")


class CountState(models.TextChoices):
    """How far the count of a ballot has come."""

    OPEN = "open", _("Being entered")
    ENTERED = "entered", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    VOID = "void", _("Void")


class Hand(models.IntegerChoices):
    """Which of the two entries of a count a line belongs to; a count without blind entries has the first."""

    FIRST = 1, _("First entry")
    SECOND = 2, _("Second entry")


class Purpose(models.TextChoices):
    """What figures were frozen for."""

    NOTICE = "notice", _("Half-year notice")
    ANNUAL = "annual", _("Annual notice")
