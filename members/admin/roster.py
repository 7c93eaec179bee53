"""Pages of the roster: members, their postings, their leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import policy
from members.access import scope_of
from members.admin.base import OfMemberAdmin, RecordedAdmin
from members.admin.filters import WithinFilter
from members.forms import AdmissionForm, EndPostingForm, RecordedForm
from members.models import Leave, Member, Organisation, Posting, Role
from members.services import roster
from members.services.by import By

FACTS = ["number", "name", "birth_date", "joined_on", "standing"]
FIRST_POSTING = ["organisation", "role", "start", "end"]


@admin.register(Member)
class MemberAdmin(RecordedAdmin):
    """Members: admitted with their first posting, corrected, never deleted."""

    policy = policy.RECORDS
    list_display = ("name", "number", "organisation_now", "role_now", "standing")
    list_display_links = ("name", "number")
    list_filter = (WithinFilter, "standing")
    search_fields = ("name_key", "number", "^initials")
    search_help_text = OfMemberAdmin.search_help_text
    folded_search = True
    fixed_fields = ("number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Members with the posting that says whose they are today."""
        today = scope_of(request).on
        governing = Posting.objects.governing(today).select_related("organisation", "role__category")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("postings", queryset=governing.order_by("start"), to_attr="governing"))
        )

    def fields_for(self, obj: Any) -> list[str]:
        return FACTS if obj is not None else [*FACTS, *FIRST_POSTING]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; of admission with the organisations and roles that this user may choose."""
        if obj is None:
            parts = {
                name: self.formfield_for_dbfield(Posting._meta.get_field(name), request)
                for name in FIRST_POSTING
            }
            kwargs["form"] = type("AdmissionForm", (AdmissionForm,), parts)
        return super().get_form(request, obj, change, **kwargs)

    def store(self, by: By, obj: Member, form: Any, *, new: bool) -> None:
        if not new:
            roster.correct_member(by=by, member=obj)
            return
        said = form.cleaned_data
        roster.admit(
            by=by,
            member=obj,
            organisation=said["organisation"],
            role=said["role"],
            start=said["start"],
            end=said["end"],
        )

    @admin.display(description=_("organisation"))
    def organisation_now(self, member: Any) -> Organisation | str:
        """Whose the member is today."""
        return member.governing[0].organisation if member.governing else ""

    @admin.display(description=_("role"))
    def role_now(self, member: Any) -> Role | str:
        """The role of that posting."""
        return member.governing[0].role if member.governing else ""


@admin.register(Posting)
class PostingAdmin(OfMemberAdmin):
    """Postings: a new one transfers or changes the role; of a stored one only the end changes."""

    deletable = False
    list_display = ("member", "organisation", "role", "start", "end")
    list_filter = (WithinFilter, "role")
    list_select_related = ("member", "organisation", "role__category")
    date_hierarchy = "start"
    fixed_fields = ("member", "organisation", "role", "start")

    def fields_for(self, obj: Any) -> list[str]:
        begun = ["member", "organisation", "role", "start"]
        return begun if obj is None else [*begun, "end"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = RecordedForm if obj is None else EndPostingForm
        return super().get_form(request, obj, change, **kwargs)

    def store(self, by: By, obj: Posting, form: Any, *, new: bool) -> None:
        if not new:
            roster.end_posting(by=by, posting=obj, end=form.cleaned_data["end"])
            return
        posted = roster.transfer(
            by=by, member=obj.member, organisation=obj.organisation, role=obj.role, start=obj.start
        )
        obj.pk, obj.end, obj.version = posted.pk, posted.end, posted.version


@admin.register(Leave)
class LeaveAdmin(OfMemberAdmin):
    """Leaves."""

    fields = ("member", "start", "end", "reason", "agreed_by")
    list_display = ("member", "start", "end", "reason")
    list_filter = (WithinFilter,)
    date_hierarchy = "start"

    def store(self, by: By, obj: Leave, form: Any, *, new: bool) -> None:
        write = roster.grant_leave if new else roster.correct_leave
        write(by=by, leave=obj)

    def withdraw(self, by: By, obj: Leave) -> None:
        roster.withdraw_leave(by=by, leave=obj)
