"""Closed lists of the scoring app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BonusKind(models.TextChoices):
    """What bonus points beyond the automatic ones are given for 【四1】."""

    AWARD = "award", _("Award")
    CONTRIBUTION = "contribution", _("Outstanding contribution")


class ActivityState(models.TextChoices):
    """How far an activity has come; only what was HELD has a list of who attended."""

    PLANNED = "planned", pgettext_lazy("activity", "Planned")
    HELD = "held", pgettext_lazy("activity", "Held")
    CANCELLED = "cancelled", pgettext_lazy("activity", "Cancelled")


class Audience(models.TextChoices):
    """Who is expected at an activity."""

    ALL = "all", _("Everybody of the organisation and below")
    UNITS = "units", _("Chosen groups or branches below")
    MEMBERS = "members", _("Some members")


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


class IndicatorKind(models.TextChoices):
    """How an indicator is measured; the values are those of `rules.terms.Kind`."""

    COUNTED = "counted", _("Counted")
    STANDING = "standing", _("Standing")
    MONTHLY = "monthly", _("Monthly")
    JUDGED = "judged", _("Judged")


class BallotDivisor(models.TextChoices):
    """What the votes' points are divided by (I14)."""

    VALID = "valid", _("Valid votes")
    RETURNED = "returned", _("All returned ballots")


class BandCode(models.TextChoices):
    """The grades of a year, the best first 【四3】."""

    EXCELLENT = "excellent", _("Excellent")
    GOOD = "good", _("Good")
    PASS = "pass", _("Qualified")
    FAIL = "fail", _("Unqualified")
