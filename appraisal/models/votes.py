"""The six figures of a line of votes, as the tally and the count both hold them 【三(二)】."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal.rules.tally import Votes

MOST = [MaxValueValidator(99_999)]
TITLES = {
    "excellent": _("excellent"),
    "good": _("good"),
    "passed": _("qualified"),
    "poor": _("poor"),
    "blank": _("blank"),
    "invalid": _("invalid"),
}
"""What the figures are called, in the order in which sheets have them."""

FIGURES = tuple(TITLES)


class VoteFigures(models.Model):
    """Votes on one member; blank and invalid marks are kept and stand in no divisor (I14)."""

    excellent = models.PositiveIntegerField(TITLES["excellent"], validators=MOST)
    good = models.PositiveIntegerField(TITLES["good"], validators=MOST)
    passed = models.PositiveIntegerField(TITLES["passed"], validators=MOST)
    poor = models.PositiveIntegerField(TITLES["poor"], validators=MOST)
    blank = models.PositiveIntegerField(TITLES["blank"], default=0, validators=MOST)
    invalid = models.PositiveIntegerField(TITLES["invalid"], default=0, validators=MOST)

    class Meta:
        abstract = True

    @property
    def votes(self) -> Votes:
        """The figures as the rules take them."""
        return Votes(*(getattr(self, name) for name in FIGURES))
