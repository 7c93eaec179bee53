"""Pages of the tallies of votes 【三(二)】."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from appraisal.models import Tally
from appraisal.services import tallies
from members.admin.base import OfMemberAdmin
from members.admin.filters import WithinFilter
from members.admin.history import SHEETS, VERBS
from members.services.by import By

SHEETS["tallies"] = _("Democratic appraisal")
VERBS.update(
    {
        "record tally": _("tally recorded"),
        "withdraw tally": _("tally withdrawn"),
        "import tallies": _("tallies imported"),
        "freeze figures": _("figures frozen"),
    }
)

VOTES = ("excellent", "good", "passed", "poor", "blank", "invalid")


@admin.register(Tally)
class TallyAdmin(OfMemberAdmin):
    """Votes on each member, one tally a year."""

    fields = ("member", "year", *VOTES, "source")
    readonly_fields = ("source",)
    list_display = ("member", "year", *VOTES, "source")
    list_filter = (WithinFilter, "year", "source")

    def store(self, by: By, obj: Tally, form: Any, *, new: bool) -> None:
        tallies.save_tally(by=by, tally=obj)

    def withdraw(self, by: By, obj: Tally) -> None:
        tallies.withdraw_tally(by=by, tally=obj)
