"""Forms of roster work: each says what is to be done to one member, as an act to be weighed first."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import forms as kernel
from members.forms import OrganisationChoice, Reporting
from members.markup import stretch
from members.models import Leave, Member, Organisation, Posting, Role
from members.models.base import FIRST_YEAR, LAST_YEAR
from members.scope import Scope
from reports.desk.services.roster import acts

EARLIEST, LATEST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


class DayField(kernel.DayField):
    """A day that a record can mean."""

    def clean(self, value: Any) -> Any:
        """The day; refuses one of a year that cannot be meant."""
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("The year %(year)s cannot be meant.") % {"year": day.year})
        return day


class GuidedForm(Reporting, forms.Form):
    """A form of roster work for one member; `act` is what it asks for once it is valid."""

    title: ClassVar[str | Promise]
    """What is done, in the words of a button."""
    explained: ClassVar[str | Promise]
    """What it means, before anything is filled in."""

    def __init__(self, data: Any, *, member: Member, scope: Scope, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.member = member
        self.scope = scope
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
                field.empty_label = _("Choose …")

    def prepare(self) -> None:
        """Limit what can be chosen to what this user may choose for this member."""

    impossible: ClassVar[str | Promise] = ""
    """Why there may be nothing to be done."""

    @property
    def possible(self) -> bool:
        """Whether there is anything to be done."""
        return True

    def act(self) -> acts.Act:
        """What is asked for."""
        raise NotImplementedError


def _role_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=gettext_lazy("role"), queryset=Role.objects.none())


def _start_field() -> DayField:
    return DayField(
        label=gettext_lazy("from"),
        help_text=gettext_lazy("The first day; the posting so far ends the day before."),
    )


class TransferForm(GuidedForm):
    """Another organisation, with a role there."""

    title = gettext_lazy("Transfer")
    explained = gettext_lazy(
        "Only organisations that you keep are offered. A transfer to a branch that you do not keep is made "
        "by whoever keeps both, such as the secretary of the general branch above; if nobody does, ask the "
        "administrator to give somebody that duty."
    )

    organisation = OrganisationChoice(
        label=gettext_lazy("organisation"), queryset=Organisation.objects.none()
    )
    role = _role_field()
    start = _start_field()

    def prepare(self) -> None:
        choices: dict[str, Any] = dict(self.fields)
        choices["organisation"].queryset = Organisation.objects.writable_by(self.scope)
        choices["role"].queryset = roles_of(self.scope)

    def act(self) -> acts.Act:
        said = self.cleaned_data
        return acts.transfer(
            member=self.member, organisation=said["organisation"], role=said["role"], start=said["start"]
        )


class RoleForm(GuidedForm):
    """Another role where the member is."""

    title = gettext_lazy("Change the role")
    explained = gettext_lazy(
        "The member stays in the organisation; what was done so far stays with the member."
    )

    role = _role_field()
    start = _start_field()

    def prepare(self) -> None:
        choices: dict[str, Any] = dict(self.fields)
        choices["role"].queryset = roles_of(self.scope)

    def act(self) -> acts.Act:
        return acts.role_change(member=self.member, **self.cleaned_data)


class PostingChoice(forms.ModelChoiceField):
    """A choice among a member's postings."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{stretch(obj.start, obj.end)} · {obj.organisation.name} · {obj.role}"


class EndingForm(GuidedForm):
    """The last day of a posting, or none; of several that which says whose the member is comes first."""

    title = gettext_lazy("End or reopen a posting")
    explained = gettext_lazy(
        "For who leaves without a new posting here: moved away, died, left the Party. Nothing that was "
        "recorded is lost. A posting that was ended by mistake is opened again by leaving its last day empty."
    )

    posting = PostingChoice(label=gettext_lazy("posting"), queryset=Posting.objects.none(), empty_label=None)
    end = DayField(
        label=gettext_lazy("to"),
        required=False,
        help_text=gettext_lazy("The last day of the posting; empty: until further notice."),
    )

    def prepare(self) -> None:
        mine = Organisation.objects.writable_by(self.scope)
        held = Posting.objects.filter(member=self.member, organisation__in=mine)
        choices: dict[str, Any] = dict(self.fields)
        choices["posting"].queryset = held.select_related(
            "member", "organisation", "role__category"
        ).order_by("-start")
        governing = Posting.objects.governing(self.scope.on).filter(member=self.member)
        choices["posting"].initial = governing.values_list("pk", flat=True).first()

    def clean(self) -> dict[str, Any]:
        """Refuse the last day that the posting has already."""
        said = super().clean() or {}
        if {"posting", "end"} <= said.keys() and said["posting"].end == said["end"]:
            told = _("The posting has this last day already.")
            self.add_error("end", told if said["end"] else _("The posting is open already."))
        return said

    def act(self) -> acts.Act:
        return acts.ending(**self.cleaned_data)


class OfLeave(GuidedForm):
    """What is said of a leave, perhaps an open one."""

    start = DayField(label=gettext_lazy("from"))
    end = DayField(
        label=gettext_lazy("to"),
        required=False,
        help_text=gettext_lazy("The last day; empty while nobody knows it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=200,
        help_text=gettext_lazy("Such as a long illness, or work away from home."),
    )
    agreed_by = forms.CharField(
        label=gettext_lazy("agreed by"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Who or which meeting agreed."),
    )


class LeaveForm(OfLeave):
    """A leave."""

    title = gettext_lazy("Grant a leave")
    explained = gettext_lazy(
        "A month does not count if its 15th falls in the leave; what is done meanwhile counts."
    )

    def act(self) -> acts.Act:
        return acts.leave(member=self.member, **self.cleaned_data)


class LeaveChoice(forms.ModelChoiceField):
    """A choice among a member's leaves."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reason} · {stretch(obj.start, obj.end)}"


class LeaveEndingForm(GuidedForm):
    """The last day of a leave that has not ended."""

    title = gettext_lazy("End a leave")
    explained = gettext_lazy(
        "From the day after, months count again, and the quotas of the year grow with them."
    )
    impossible = gettext_lazy("The member has no leave that is running or to come.")

    leave = LeaveChoice(label=gettext_lazy("leave"), queryset=Leave.objects.none(), empty_label=None)
    end = DayField(label=gettext_lazy("to"), help_text=gettext_lazy("The last day of the leave."))

    def prepare(self) -> None:
        running = self.member.leaves.exclude(end__lt=self.scope.on).select_related("member").order_by("start")
        choices: dict[str, Any] = dict(self.fields)
        choices["leave"].queryset = running
        self.running = list(running)

    @property
    def possible(self) -> bool:
        return bool(self.running)

    def act(self) -> acts.Act:
        return acts.leave_ending(leave=self.cleaned_data["leave"], end=self.cleaned_data["end"])


class LeaveCorrectionForm(OfLeave):
    """A leave as it should have been said: the one that is asked for, or else the last one.

    It carries the version that was read. The member's other leaves are reached from it.
    """

    title = gettext_lazy("Correct a leave")
    explained = gettext_lazy(
        "For what was typed wrongly. Months that no longer fall in the leave count again, others cease to."
    )
    impossible = gettext_lazy("No leave of the member is recorded.")

    leave = forms.ModelChoiceField(queryset=Leave.objects.none(), widget=forms.HiddenInput)
    version_read = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        held = list(self.member.leaves.select_related("member").order_by("-start"))
        choices: dict[str, Any] = dict(self.fields)
        choices["leave"].queryset = self.member.leaves.select_related("member")
        asked = str(self.data.get("leave") if self.is_bound else self.initial.get("leave"))
        self.chosen = next((one for one in held if str(one.pk) == asked), held[0] if held else None)
        self.others = [
            (f"?leave={one.pk}", f"{one.reason} · {stretch(one.start, one.end)}")
            for one in held
            if one != self.chosen
        ]
        if self.chosen is not None:
            said = ("start", "end", "reason", "agreed_by")
            self.initial = {name: getattr(self.chosen, name) for name in said}
            self.initial |= {"leave": self.chosen.pk, "version_read": self.chosen.version}

    @property
    def possible(self) -> bool:
        return self.chosen is not None

    def clean(self) -> dict[str, Any]:
        """Refuse what is said of the leave already."""
        said = super().clean() or {}
        if not self.errors and not self.changed_data:
            self.add_error(None, _("Nothing is changed."))
        return said

    def act(self) -> acts.Act:
        said = dict(self.cleaned_data)
        return acts.leave_correction(version=said.pop("version_read"), **said)


def roles_of(scope: Scope) -> Any:
    """The roles that the user may give."""
    return (
        Role.objects.visible_to(scope).select_related("category").order_by("category__order", "order", "code")
    )
