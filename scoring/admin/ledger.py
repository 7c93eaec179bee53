"""Pages of the ledger: entries, judged standards, bonus points, waivers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import OfMemberAdmin
from members.admin.filters import WithinFilter
from members.services.by import By
from scoring.models import Bonus, Entry, Judgement, Waiver
from scoring.services import ledger


@admin.register(Entry)
class EntryAdmin(OfMemberAdmin):
    """Entries; those that come from an activity's list are corrected there."""

    fields = ("member", "indicator", "date", "until", "quantity", "title", "on_time", "note", "record_no")
    list_display = ("reference", "member", "indicator", "date", "until", "quantity", "title", "on_time")
    list_filter = (WithinFilter, "indicator")
    list_select_related = ("member", "indicator")
    date_hierarchy = "date"
    search_fields = (*OfMemberAdmin.search_fields, "title_key")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        from_list = obj is not None and obj.activity_id is not None
        return not from_list and super().has_change_permission(request, obj)

    def store(self, by: By, obj: Entry, form: Any, *, new: bool) -> None:
        ledger.save_entry(by=by, entry=obj)

    def withdraw(self, by: By, obj: Entry) -> None:
        ledger.withdraw_entry(by=by, entry=obj)

    @admin.display(description=_("record number"), ordering="pk")
    def reference(self, entry: Entry) -> str:
        """The record number, given or made."""
        return entry.reference


@admin.register(Judgement)
class JudgementAdmin(OfMemberAdmin):
    """Judged standards (I9)."""

    fields = ("member", "year", "indicator", "fulfilment", "note")
    list_display = ("member", "year", "indicator", "fulfilment", "note")
    list_filter = (WithinFilter, "year", "indicator")
    list_select_related = ("member", "indicator")

    def store(self, by: By, obj: Judgement, form: Any, *, new: bool) -> None:
        ledger.save_judgement(by=by, judgement=obj)

    def withdraw(self, by: By, obj: Judgement) -> None:
        ledger.withdraw(by=by, row=obj)


@admin.register(Bonus)
class BonusAdmin(OfMemberAdmin):
    """Awards and contributions 【四1】."""

    fields = ("member", "date", "kind", "level", "points", "reason", "record_no")
    list_display = ("reference", "member", "date", "kind", "level", "points", "reason")
    list_filter = (WithinFilter, "kind", "level")
    list_select_related = ("member", "level")
    date_hierarchy = "date"

    def store(self, by: By, obj: Bonus, form: Any, *, new: bool) -> None:
        ledger.save_bonus(by=by, bonus=obj)

    def withdraw(self, by: By, obj: Bonus) -> None:
        ledger.withdraw(by=by, row=obj)

    @admin.display(description=_("record number"), ordering="pk")
    def reference(self, bonus: Bonus) -> str:
        """The record number, given or made."""
        return bonus.reference


@admin.register(Waiver)
class WaiverAdmin(OfMemberAdmin):
    """Waivers (I12)."""

    fields = ("member", "year", "indicator", "reason", "agreed_by")
    list_display = ("member", "year", "indicator", "reason")
    list_filter = (WithinFilter, "year", "indicator")
    list_select_related = ("member", "indicator")

    def store(self, by: By, obj: Waiver, form: Any, *, new: bool) -> None:
        ledger.save_waiver(by=by, waiver=obj)

    def withdraw(self, by: By, obj: Waiver) -> None:
        ledger.withdraw(by=by, row=obj)
