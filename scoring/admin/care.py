"""Pages of care for elderly members 【三(一)5】: their wish and contact, and the visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.access import scope_of
from members.admin.base import Way
from members.admin.filters import WithinFilter
from members.admin.of_member import OfMemberAdmin, place_of_list, writable_or
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
    """Visits to elderly members, to read: they are written on the page of their branch."""

    addable = changeable = deletable = False
    fieldsets = (
        (_("Who and when"), {"fields": ("member", "date", "visitor")}),
        (_("What was said"), {"fields": ("passed_on", "heard")}),
    )
    list_display = ("member", "organisation_now", "date", "visitor", "passed_on", "heard")
    list_filter = (WithinFilter,)
    date_hierarchy = "date"

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """From the list to a new visit, from one to where it is corrected or taken back."""
        scope = scope_of(request)
        if obj is None:
            place = place_of_list(request, written=True)
            if place is None:
                return ()
            return (
                (gettext("Record a care visit"), reverse("care_visits", args=[place.code, scope.on.year])),
            )
        if not self.writable(request, obj):
            return ()
        posting = obj.member.postings.governing(scope.on).select_related("organisation").first()
        if posting is None:
            return ()
        page = reverse("care_visits", args=[posting.organisation.code, obj.date.year])
        return ((gettext("Correct the care visit"), f"{page}?visit={obj.pk}"),)
