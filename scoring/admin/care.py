"""Pages of care for elderly members 【三(一)5】: their wish and contact, and the visits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from members.admin.base import OfMemberAdmin, writable_or
from members.admin.filters import WithinFilter
from members.services.by import By
from scoring.models import Care, CareVisit
from scoring.services import ledger


@admin.register(Care)
class CareAdmin(OfMemberAdmin):
    """The wish of an elderly member, and who keeps contact."""

    fields = ("member", "wish", "wished_on", "contact")
    list_display = ("member", "wish", "wished_on", "contact")
    list_filter = (WithinFilter, "wish")
    list_select_related = ("member", "contact")
    autocomplete_fields = ("member", "contact")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; a contact who has moved elsewhere meanwhile stays until another is named."""
        form = super().get_form(request, obj, change, **kwargs)
        contact = form.base_fields.get("contact")
        if contact is not None and obj is not None:
            contact.queryset = writable_or(contact.queryset, obj.contact_id)
        return form

    def store(self, by: By, obj: Care, form: Any, *, new: bool) -> None:
        ledger.save_care(by=by, care=obj)

    def withdraw(self, by: By, obj: Care) -> None:
        ledger.withdraw(by=by, row=obj)


@admin.register(CareVisit)
class CareVisitAdmin(OfMemberAdmin):
    """Visits to elderly members."""

    fields = ("member", "date", "visitor", "passed_on", "heard")
    list_display = ("member", "date", "visitor", "passed_on", "heard")
    list_filter = (WithinFilter,)
    date_hierarchy = "date"

    def store(self, by: By, obj: CareVisit, form: Any, *, new: bool) -> None:
        ledger.save_care_visit(by=by, visit=obj)

    def withdraw(self, by: By, obj: CareVisit) -> None:
        ledger.withdraw(by=by, row=obj)
