"""Closed lists of the scoring app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BonusKind(models.TextChoices):
    """What bonus points beyond the automatic ones are given for 【四1】."""

    AWARD = "award", _("Award")
    CONTRIBUTION = "contribution", _("Outstanding contribution")


class Presence(models.TextChoices):
    """How a member stood to an activity; only PRESENT makes a ledger entry."""

    PRESENT = "present", _("Present")
    ON_LEAVE = "on_leave", _("Asked for leave")
    ABSENT = "absent", _("Absent")
    EXEMPT = "exempt", _("Exempt")


class Wish(models.TextChoices):
    """What an elderly member wishes of organisational life 【三(一)5】."""

    EXEMPT = "exempt", _("Wishes to be exempt")
    BY_CHOICE = "by_choice", _("Takes part by choice")
