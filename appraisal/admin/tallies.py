"""Pages of the tallies of votes 【三(二)】."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appraisal.enums import TallySource
from appraisal.models import Tally
from appraisal.models.votes import FIGURES, TITLES
from appraisal.resources.tallies import Tallies
from appraisal.rules.tally import Votes
from appraisal.services import tallies
from appraisal.services.held_back import fewest_votes, held_back, keys_held_back, reviewed
from appraisal.services.tallies import confirmed
from members.access import scope_of
from members.admin.base import Groups
from members.admin.filters import WithinFilter
from members.admin.history import LABELS, SHEETS, VERBS, WITHHELD, Action
from members.admin.of_member import OfMemberAdmin
from members.models import LogRow
from members.services.by import By

SHEETS["tallies"] = _("Democratic appraisal")
VERBS.update(
    {
        "record tally": _("tally recorded"),
        "withdraw tally": _("tally withdrawn"),
        "hold ballot": _("ballot recorded"),
        "void ballot": _("ballot made void"),
        "enter count": _("count entered"),
        "dispute count": _("count sent back"),
        "confirm count": _("count confirmed"),
        "refuse confirmation": _("confirmation refused"),
        "void count": _("count made void"),
        "collect opinions": _("opinions collected"),
        "import tallies": _("tallies imported"),
        "freeze figures": _("figures frozen"),
    }
)

FOR_THE_COMMITTEE = _(
    "Few valid votes, or all alike: how they were spread is for the committee alone. To correct them,"
    " withdraw this tally and enter it anew."
)

WITHHELD["appraisal.tally"] = frozenset(FIGURES)
LABELS.update(
    {
        "entry": _("which entry"),
        "members": _("members"),
        "disputed": _("does not agree"),
        "replaced": _("tallies replaced"),
        "withdrawn": _("tallies withdrawn"),
        "reason": _("reason"),
        "opinions": _("opinions"),
        "digest": _("digest"),
    }
)


def votes_of(name: str) -> Any:
    """A column with one figure, empty where the spread of the votes is for the committee alone.

    It has no order: that would tell what the cell does not.
    """

    @admin.display(description=TITLES[name])
    def shown(page: admin.ModelAdmin, tally: Any) -> int | None:
        return None if tally.held_back else getattr(tally, name)

    return shown


@admin.register(Tally)
class TallyAdmin(OfMemberAdmin):
    """Votes on each member, one tally a year."""

    sheet = Tallies
    readonly_fields = ("source",)
    help_texts = {
        "blank": _("Ballots without a mark for this member; kept, and not counted."),
        "invalid": _("Ballots whose mark cannot be told; kept, and not counted."),
    }
    list_display = (
        "member",
        "organisation_now",
        "year",
        *(f"{name}_shown" for name in FIGURES),
        "source",
    )
    list_filter = (WithinFilter, "year", "source")

    excellent_shown = votes_of("excellent")
    good_shown = votes_of("good")
    passed_shown = votes_of("passed")
    poor_shown = votes_of("poor")
    blank_shown = votes_of("blank")
    invalid_shown = votes_of("invalid")

    def complete(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Say of each row whether how the votes were spread is held back from the user."""
        held = keys_held_back(rows, scope_of(request))
        for row in rows:
            row.held_back = row.pk in held

    def groups(self, obj: Any) -> Groups:
        """The groups of fields, whoever sees them."""
        valid: dict[str, Any] = {
            "fields": FIGURES[:4],
            "description": _("As the meeting's count says; one tally for each member and year."),
        }
        return [
            (_("Who and when"), {"fields": ("member", "year")}),
            (_("Valid votes"), valid),
            (_("Other marks"), {"fields": FIGURES[4:]}),
            (_("Further details"), {"fields": ("source",)}),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The fields, without the votes where they are held back, and why nothing can be changed."""
        if obj is None or not self._fixed(request, obj):
            return super().get_fieldsets(request, obj)
        (who, facts), *votes, source = self.groups(obj)
        hidden = self._held_back(request, obj)
        facts = {**facts, "description": FOR_THE_COMMITTEE if hidden else confirmed()}
        return [(who, facts), *([] if hidden else votes), source]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "year", *FIGURES) if obj is not None and self._fixed(request, obj) else fields

    def actions_told(self, request: HttpRequest, obj: Any, rows: Iterable[LogRow]) -> list[Action]:
        """The history; without votes where any that it tells are held back."""
        rows = list(rows)
        told = super().actions_told(request, obj, rows)
        if not self._held_back(request, obj) and not any(map(self._hides, rows)):
            return told
        if obj.member_id in reviewed(scope_of(request), {obj.member_id}):
            return told
        votes = {str(capfirst(title)) for title in TITLES.values()}
        return [
            replace(action, changes=[one for one in action.changes if one.label not in votes])
            for action in told
        ]

    def store(self, by: By, obj: Tally, form: Any, *, new: bool) -> None:
        tallies.save_tally(by=by, tally=obj)

    def withdraw(self, by: By, obj: Tally) -> None:
        tallies.withdraw_tally(by=by, tally=obj)

    def _fixed(self, request: HttpRequest, obj: Tally) -> bool:
        return obj.source == TallySource.CONFIRMED or self._held_back(request, obj)

    def _held_back(self, request: HttpRequest, obj: Tally) -> bool:
        """Whether the stored votes are held back from the user; asked once in a request."""
        known: dict[Any, bool] = request.__dict__.setdefault("tallies_held_back", {})
        if obj.pk not in known:
            stored = Tally.stored(obj.pk)
            known[obj.pk] = stored is not None and bool(keys_held_back([stored], scope_of(request)))
        return known[obj.pk]

    def _hides(self, row: LogRow) -> bool:
        """Whether a row of the log tells votes that are held back, or some of them, which may be."""
        for said in (row.before, row.after):
            figures = [said[name] for name in FIGURES if name in said] if said else []
            if figures and (len(figures) < len(FIGURES) or held_back(Votes(*figures), fewest_votes())):
                return True
        return False
