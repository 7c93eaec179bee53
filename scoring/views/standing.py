"""Pairings and posts of a branch: a list with from and to, added and ended in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.forms import DayField
from members.models import Member, Organisation
from members.querysets import MemberQuerySet
from scoring.enums import IndicatorKind
from scoring.models import Entry, Indicator
from scoring.services import ledger
from scoring.services.naming import meant, offered
from scoring.services.roll import kept
from scoring.views.places import branch_of, page_context, require_writer, stored


class AddForm(forms.Form):
    """A new pairing or post."""

    member = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-people": "people"}),
        help_text=gettext_lazy("Name, number or initials"),
    )
    indicator = forms.ModelChoiceField(
        label=gettext_lazy("Indicator"), queryset=Indicator.objects.none(), empty_label=None
    )
    title = forms.CharField(
        label=gettext_lazy("Household or post"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    date = DayField(label=gettext_lazy("from"))
    until = DayField(label=gettext_lazy("to"), required=False)

    def __init__(self, data: Any, *, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = list(members)
        standing = Indicator.objects.filter(kind=IndicatorKind.STANDING).order_by("order", "code")
        self.fields["indicator"].queryset = standing  # type: ignore[attr-defined]

    def clean_member(self) -> Member:
        """The member whom the text means."""
        return meant(self.cleaned_data["member"], self.members)

    def report(self, refusal: Refused) -> None:
        """Show what the service refuses beside the fields."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal.error_list)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class EndForm(forms.Form):
    """The last day of one that lasts: which one, in the version that was shown."""

    entry = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    until = DayField(label=gettext_lazy("to"))


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def standing_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The list, what is in force first; a POST adds one, or ends the one that it names."""
    organisation = branch_of(request, code)
    members = kept(organisation, scope_of(request)).order_by("number")
    data = request.POST if request.method == "POST" else None
    form = AddForm(data, members=members, initial={"date": scope_of(request).on})
    if data is not None:
        require_writer(request, organisation)
        if "entry" in data:
            return _end(request, organisation, members)
        if form.is_valid() and _added(request, form):
            messages.success(request, _("Saved: %(entry)s.") % {"entry": _named(form.cleaned_data)})
            return redirect("standing_rows", code=organisation.code)
    return _page(request, organisation, members, form)


def _end(request: HttpRequest, organisation: Organisation, members: MemberQuerySet) -> HttpResponse:
    """End a pairing or a post; what stands against it is said above the list."""
    ending = EndForm(request.POST)
    if ending.errors.keys() - {"until"}:
        raise Http404
    entry = get_object_or_404(_rows(members), pk=ending.cleaned_data["entry"])
    problems = [str(message) for found in ending.errors.values() for message in found]
    if not problems:
        entry.version, entry.until = ending.cleaned_data["version"], ending.cleaned_data["until"]
        try:
            ledger.save_entry(by=by_of(request), entry=entry)
        except OutOfScope:
            raise Http404 from None
        except Refused as refusal:
            problems = refusal.messages
        else:
            messages.success(request, _("Ended: %(entry)s.") % {"entry": _named(_said(entry))})
            return redirect("standing_rows", code=organisation.code)
    form = AddForm(None, members=members, initial={"date": scope_of(request).on})
    typed = {entry.pk: request.POST.get("until", "")}
    return _page(request, organisation, members, form, problems=problems, typed=typed)


def _said(entry: Entry) -> dict[str, Any]:
    """What an entry is called by."""
    return {"member": entry.member, "indicator": entry.indicator, "title": entry.title}


def _named(said: dict[str, Any]) -> str:
    return " · ".join((said["member"].name, str(said["indicator"]), said["title"]))


def _added(request: HttpRequest, form: AddForm) -> bool:
    """Whether the entry could be stored; what stands against it is in the form."""
    said = form.cleaned_data
    entry = Entry(
        member=said["member"],
        indicator=said["indicator"],
        title=said["title"],
        date=said["date"],
        until=said["until"],
    )
    return stored(form, partial(ledger.save_entry, by=by_of(request), entry=entry))


def _rows(members: MemberQuerySet) -> Any:
    rows = Entry.objects.of_kind(IndicatorKind.STANDING).filter(member__in=members.order_by())
    return rows.select_related("member", "indicator")


def _page(
    request: HttpRequest,
    organisation: Organisation,
    members: MemberQuerySet,
    form: AddForm,
    *,
    problems: Sequence[str] = (),
    typed: dict[int, str] | None = None,
) -> HttpResponse:
    today, typed = scope_of(request).on, typed or {}
    context = page_context(request, organisation, "standing_rows")
    rows = [] if context["crowded"] else _rows(members).order_by("member__number", "indicator__order", "date")
    lasting: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    for entry in rows:
        over = entry.until is not None and entry.until < today
        shown = {"entry": entry, "until": typed.get(entry.pk) or (entry.until or today).isoformat()}
        (ended if over else lasting).append(shown)
    people = [] if context["crowded"] else offered(form.members)
    context |= {"form": form, "people": people, "problems": problems, "lasting": lasting, "ended": ended}
    return render(request, "scoring/standing.html", context)
