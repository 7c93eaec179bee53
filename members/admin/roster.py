"""Pages of the roster: members, their postings, their leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import policy
from members.access import scope_of
from members.admin.base import Groups, RecordedAdmin, Way
from members.admin.filters import CurrencyFilter, PostedFilter, RoleFilter, WithinFilter
from members.admin.of_member import LastingMixin, OfMemberAdmin, place_of_list, with_governing
from members.forms import AdmissionForm
from members.markup import stretch
from members.models import Leave, Member, Organisation, Posting, Role
from members.resources.leaves import Leaves
from members.resources.members import Members
from members.services import roster
from members.services.by import By

PERSON = (gettext_lazy("The person"), {"fields": ["number", "name", "birth_date"]})
PARTY = (gettext_lazy("In the Party"), {"fields": ["standing", "joined_on"]})
FIRST_POSTING = ["organisation", "role", "start", "end"]


@admin.register(Member)
class MemberAdmin(RecordedAdmin):
    """Members: admitted with their first posting, corrected, never deleted."""

    policy = policy.RECORDS
    sheet = Members
    list_display = ("number", "name", "organisation_now", "role_now", "standing", "joined_on")
    list_display_links = ("number", "name")
    list_filter = (WithinFilter, RoleFilter, "standing", PostedFilter)
    search_fields = ("name_key", "number", "^initials")
    search_help_text = OfMemberAdmin.search_help_text
    folded_search = True
    fixed_fields = ("number",)
    readonly_fields = ("postings_shown", "leaves_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Members with the posting that says whose they are today, and to be sorted by it."""
        scope = scope_of(request)
        governing = Posting.objects.governing(scope.on).filter(member=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .alias(
                place=Subquery(governing.values("organisation__path")[:1]),
                rank=Subquery(governing.values("role__order")[:1]),
            )
            .prefetch_related(with_governing(scope, "postings"))
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The member, who knows whether the user may go on to a transfer from here."""
        member = super().get_object(request, object_id, from_field)
        member.to_transfer = self.has_change_permission(request, member)
        return member

    def groups(self, obj: Any) -> Groups:
        if obj is None:
            posting = {
                "fields": FIRST_POSTING,
                "description": _("Where the member belongs from which day on; later changes are transfers."),
            }
            return (PERSON, PARTY, (_("First posting"), posting))
        return (PERSON, PARTY, (_("Postings and leaves"), {"fields": ["postings_shown", "leaves_shown"]}))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; of admission with the organisations and roles that this user may choose."""
        if obj is None:
            parts = {
                name: self.formfield_for_dbfield(Posting._meta.get_field(name), request)
                for name in FIRST_POSTING
            }
            parts["end"].help_text = _("Left empty, it lasts until further notice.")
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

    @admin.display(description=gettext_lazy("organisation"), ordering="place")
    def organisation_now(self, member: Any) -> Organisation | None:
        """Whose the member is today."""
        return member.governing[0].organisation if member.governing else None

    @admin.display(description=gettext_lazy("role"), ordering="rank")
    def role_now(self, member: Any) -> Role | None:
        """The role of that posting."""
        return member.governing[0].role if member.governing else None

    @admin.display(description=gettext_lazy("postings"))
    def postings_shown(self, member: Any) -> SafeString:
        """All postings, the newest first, each leading to its page; then the way to a transfer."""
        postings = member.postings.select_related("organisation", "role__category").order_by("-start")
        lines = format_html_join(
            "",
            '<div><a href="{}">{}</a> {} · {}</div>',
            (
                (
                    reverse("admin:members_posting_change", args=[posting.pk]),
                    stretch(posting.start, posting.end),
                    posting.organisation,
                    posting.role,
                )
                for posting in postings
            ),
        )
        return format_html("{}{}", lines, self._transfer_link(member))

    @admin.display(description=gettext_lazy("leaves"))
    def leaves_shown(self, member: Member) -> SafeString | str:
        """All leaves, the newest first, each leading to its page."""
        lines = format_html_join("", '<div><a href="{}">{}</a> {}</div>', self._leaves(member))
        return lines or self.get_empty_value_display()

    def _leaves(self, member: Member) -> Iterator[tuple[str, str, str]]:
        for leave in member.leaves.order_by("-start"):
            url = reverse("admin:members_leave_change", args=[leave.pk])
            yield url, stretch(leave.start, leave.end), leave.reason

    def _transfer_link(self, member: Any) -> SafeString | str:
        if not member.to_transfer:
            return ""
        url = reverse("member_transfer", args=[member.number])
        return format_html('<div><a href="{}">{}</a></div>', url, _("Transfer, or give another role"))


@admin.register(Posting)
class PostingAdmin(LastingMixin, OfMemberAdmin):
    """Postings, to read: they are written by roster work, which says first what it will do."""

    addable = changeable = deletable = False
    fieldsets = (
        (gettext_lazy("Who and where"), {"fields": ("member", "organisation", "role")}),
        (gettext_lazy("How long"), {"fields": ("start", "end")}),
    )
    list_display = ("member", "organisation", "role", "start", "end", "state")
    list_filter = (WithinFilter, RoleFilter, CurrencyFilter)
    list_select_related = ("member", "organisation", "role__category")
    date_hierarchy = "start"

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """From the list to the roster of its branch; from a posting to what can be done to its member."""
        if obj is None:
            place = place_of_list(request)
            return () if place is None else ((_("Roster"), reverse("branch_roster", args=[place.code])),)
        if not self.writable(request, obj):
            return ()
        number, query = [obj.member.number], f"?posting={obj.pk}"
        return (
            (_("Transfer"), reverse("member_transfer", args=number)),
            (_("Change the role"), reverse("member_role", args=number)),
            (_("End or reopen a posting"), reverse("member_ending", args=number) + query),
        )


@admin.register(Leave)
class LeaveAdmin(LastingMixin, OfMemberAdmin):
    """Leaves: granted, ended, corrected by roster work, which says first what it will do; withdrawn here."""

    addable = changeable = False
    sheet = Leaves
    fieldsets = (
        (gettext_lazy("Who and why"), {"fields": ("member", "reason", "agreed_by")}),
        (
            gettext_lazy("How long"),
            {
                "fields": ("start", "end"),
                "description": gettext_lazy(
                    "A month does not count if its 15th falls in the leave; what is done meanwhile counts."
                ),
            },
        ),
    )
    list_display = ("member", "organisation_now", "start", "end", "state", "reason", "agreed_by")
    list_filter = (WithinFilter, CurrencyFilter)
    date_hierarchy = "start"

    def ways(self, request: HttpRequest, obj: Any) -> Sequence[Way]:
        """From the list to the roster of its branch; from a leave to a new one, and to what mends it."""
        if obj is None:
            place = place_of_list(request)
            return () if place is None else ((_("Roster"), reverse("branch_roster", args=[place.code])),)
        if not self.writable(request, obj):
            return ()
        number = [obj.member.number]
        ways = [(_("Grant a leave"), reverse("member_leave", args=number))]
        if obj.end is None or obj.end >= scope_of(request).on:
            ways.append((_("End a leave"), reverse("member_leave_ending", args=number)))
        correction = f"{reverse('member_leave_correction', args=number)}?leave={obj.pk}"
        ways.append((_("Correct a leave"), correction))
        return ways

    def withdraw(self, by: By, obj: Leave) -> None:
        roster.withdraw_leave(by=by, leave=obj)
