"""Where the plan is silent or contradicts itself, and what a scheme takes it for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import in_script
from scoring.models.parts import SchemePart
from scoring.models.scheme import Scheme


class Interpretation(SchemePart):
    """Where the plan is silent or contradicts itself: its words, what was taken, why, and what carries it."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="interpretations", verbose_name=_("scheme")
    )
    number = models.CharField(_("number"), max_length=8)
    clause = models.CharField(_("clause"), max_length=60)
    plan_says = models.JSONField(_("the plan says"))
    taken_hans = models.TextField(_("taken as (Simplified)"))
    taken_hant = models.TextField(_("taken as (Traditional)"))
    why_hans = models.TextField(_("reason (Simplified)"))
    why_hant = models.TextField(_("reason (Traditional)"))
    effect = models.JSONField(_("carried by"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("interpretation")
        verbose_name_plural = _("interpretations")
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"],
                name="interpretation_once",
                violation_error_message=_("The scheme has this interpretation already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme.edition} {self.number}"

    @property
    def taken(self) -> str:
        """What was taken, in the script of the active language."""
        return in_script(self.taken_hans, self.taken_hant)

    @property
    def why(self) -> str:
        """Why, in the script of the active language."""
        return in_script(self.why_hans, self.why_hant)
