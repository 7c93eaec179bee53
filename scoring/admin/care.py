"""Pages of care for elderly members 【三(一)5】: their wish and contact, and the visits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.filters import WithinFilter
from members.admin.of_member import OfMemberAdmin, writable_or
from members.services.by import By
from scoring.models import Care, CareVisit
from scoring.services import ledger


@admin.register(Care)
class CareAdmin(OfMemberAdmin):
    """The wish of an elderly member, and who keeps contact."""

    fieldsets = (
        (
            _("The member's own wish"),
            {
                "fields": ("member", "wish", "wished_on"),
                "description": _(
                    "The wish changes nothing of itself: who is not to be scored is given the role for it."
                ),
            },
        ),
        (_("Who keeps contact"), {"fields": ("contact",)}),
    )
    help_texts = {"contact": _("The member who visits, and passes on what the Party has to say.")}
    list_display = ("member", "organisation_now", "wish", "wished_on", "contact")
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

    fieldsets = (
        (_("Who and when"), {"fields": ("member", "date", "visitor")}),
        (_("What was said"), {"fields": ("passed_on", "heard")}),
    )
    help_texts = {
        "visitor": _("Who went; mostly the contact member."),
        "passed_on": _("What of the Party's work the member was told."),
        "heard": _("What the member had to say to it."),
    }
    list_display = ("member", "organisation_now", "date", "visitor", "passed_on", "heard")
    list_filter = (WithinFilter,)
    date_hierarchy = "date"

    def store(self, by: By, obj: CareVisit, form: Any, *, new: bool) -> None:
        ledger.save_care_visit(by=by, visit=obj)

    def withdraw(self, by: By, obj: CareVisit) -> None:
        ledger.withdraw(by=by, row=obj)
