"""The form of bonus points, with the file that proves them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from scoring.enums import BonusKind
from scoring.forms.uploaded import ACCEPTED, FileForm
from scoring.models import Bonus


class BonusForm(FileForm):
    """An award or a contribution."""

    file_field = "evidence"

    class Meta:
        model = Bonus
        fields = ["evidence"]
        widgets = {"evidence": forms.FileInput(attrs={"accept": ACCEPTED})}

    def clean(self) -> dict[str, Any] | None:
        """What is missing is said where it belongs: an award's level, a contribution's points."""
        said = super().clean() or {}
        kind = said.get("kind")
        if kind == BonusKind.AWARD and "level" in said and said["level"] is None:
            self.add_error("level", _("Choose the level of the award."))
        if kind == BonusKind.CONTRIBUTION and "points" in said and said["points"] is None:
            self.add_error("points", _("Give the points that the branch decided on."))
        return said
