"""Closed lists of the reports app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal.enums import Purpose


class PageLanguage(models.TextChoices):
    """The script that an organisation prints in; the values are Django's language codes."""

    HANS = "zh-hans", _("Simplified Chinese")
    HANT = "zh-hant", _("Traditional Chinese")


class ListOrder(models.TextChoices):
    """In which order a printed list has its members, within a category."""

    RANK = "rank", _("by rank")
    STROKES = "strokes", _("by strokes of surname")


class NamedOnWall(models.TextChoices):
    """Who is named on the half-year notice as ahead or as behind【四2】."""

    NOBODY = "nobody", _("nobody")
    AHEAD = "ahead", _("those ahead")
    BEHIND = "behind", _("those behind")
    BOTH = "both", _("those ahead and those behind")


class NoticeKind(models.TextChoices):
    """What a notice tells; the values are those of the purpose for which its figures are frozen."""

    HALF_YEAR = Purpose.NOTICE.value, _("Half-year notice")
    ANNUAL = Purpose.ANNUAL.value, _("Annual notice")


class NoticeState(models.TextChoices):
    """How far a notice has come."""

    ISSUED = "issued", _("Issued")
    POSTED = "posted", _("On the wall")
    ARCHIVED = "archived", _("Archived")
    REPLACED = "replaced", _("Replaced")


class JobKind(models.TextChoices):
    """The pages that can be printed for all organisations below at once."""

    SUMMARY = "summary", _("Quarterly summary and analysis")
    NOTICE = "notice", _("Half-year notice")
    ANNUAL = "annual", _("Annual notice")


class JobState(models.TextChoices):
    """How an order stands."""

    UNDER_WAY = "under_way", _("under way")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")
    NO_DUTY = "no_duty", _("stopped: the duty has ended")
    FAILED = "failed", _("stopped: the files could not be put together")


class PartState(models.TextChoices):
    """How the page of one organisation stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", _("made")
    FAILED = "failed", _("not made")
