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
    SUBMISSION = "submission", _("Submission of the year")


class YearState(models.TextChoices):
    """How far a branch's year has come; without a row it is open."""

    OPEN = "open", _("Open")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


class Measure(models.TextChoices):
    """What was done about a member found unqualified 【六2】."""

    EDUCATION = "education", _("Study and education")
    REMOVAL = "removal", _("Removal from the Party")


class Missing(models.TextChoices):
    """What a year lacks before it is submitted."""

    TOO_EARLY = "too_early", _("The year is not over yet")
    NO_SCHEME = "no_scheme", _("No scheme is in force")
    NOBODY = "nobody", _("Nobody is placed here at the end of the year")
    NOT_APPRAISED = "not_appraised", _("Members without an appraisal")
    DUES = "dues", _("Months of dues not recorded")
    UNCONFIRMED = "unconfirmed", _("A count that is not confirmed")
    NOTICES = "notices", _("Half-year notices not issued")
    OBJECTIONS = "objections", _("Objections not answered")


class Unusual(models.TextChoices):
    """What is out of the ordinary in a year, and yet no fault."""

    FAILED = "failed", _("Unqualified members")
    NO_MONTHS = "no_months", _("Members of whom no month counts")
    NOTHING_DONE = "nothing_done", _("Scored members of whom nothing is recorded")
    PRESUMED = "presumed", _("Judged standards presumed met")
    WAIVED = "waived", _("Requirements waived")
    ALIKE = "alike", _("Votes too few, or all alike")
    UNCOUNTED = "uncounted", _("Votes that come from no confirmed count")
    LATE = "late", _("Entries recorded late")
    RUSH = "rush", _("Points made in the last weeks of the year")


class Warned(models.TextChoices):
    """Optional warnings that a committee may switch on."""

    MANY_EXCELLENT = "many_excellent", _("Too many excellent")
    PROBATIONARY = "probationary", _("Probationary members graded")
