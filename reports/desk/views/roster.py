"""Roster work: the page of a branch's roster, and the guided forms, which say what they will do first."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Member, Organisation, Posting
from reports.desk.roster_forms import (
    EndingForm,
    GuidedForm,
    LeaveCorrectionForm,
    LeaveEndingForm,
    LeaveForm,
    RoleForm,
    TransferForm,
)
from reports.desk.services.roster.effect import Effect, weigh
from reports.desk.services.roster.page import roster_page

FORMS: dict[str, type[GuidedForm]] = {
    "member_transfer": TransferForm,
    "member_role": RoleForm,
    "member_ending": EndingForm,
    "member_leave": LeaveForm,
    "member_leave_ending": LeaveEndingForm,
    "member_leave_correction": LeaveCorrectionForm,
}
"""The guided forms by the names of their addresses."""


@about(policy.RECORDS)
@require_safe
def branch_roster(request: HttpRequest, code: str) -> HttpResponse:
    """The roster of an organisation: who is posted, on leave, near the age of care, or has left."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    context = {
        "organisation": organisation,
        "today": scope.on,
        "writable": scope.may_write(organisation),
        "page": roster_page(organisation, scope),
        "trail": [_scores(organisation), {"label": _("Roster")}],
    }
    return render(request, "desk/roster/branch.html", context)


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def guided(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A form for one member (`step`: its address's name); filled in, what it will do; confirmed, done."""
    scope = scope_of(request)
    member = get_object_or_404(Member.objects.writable_by(scope), number=number)
    sent = request.POST if request.method == "POST" else None
    asked = {name: request.GET[name] for name in ("posting", "leave") if name in request.GET}
    form = FORMS[step](sent, member=member, scope=scope, initial=asked)
    held = (
        Posting.objects.governing(scope.on)
        .select_related("organisation", "role__category")
        .get(member=member)
    )
    context = {
        "member": member,
        "held": held,
        "form": form,
        "ways": [(reverse(name, args=[number]), one.title, name == step) for name, one in FORMS.items()],
        "trail": [
            {"label": held.organisation.name, "url": reverse("branch_roster", args=[held.organisation.code])},
            {"label": member.name},
        ],
    }
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        seen = request.POST.get("seen", "")
        try:
            effect = weigh(by=by_of(request), act=form.act(), seen=seen)
        except OutOfScope:
            raise Http404 from None
        except Refused as refusal:
            form.report(refusal)
        else:
            if effect.done:
                return _done(request, member, form, effect)
            return render(request, "desk/roster/effect.html", {**context, "effect": effect, "changed": seen})
    return render(request, "desk/roster/form.html", context)


def _done(request: HttpRequest, member: Member, form: GuidedForm, effect: Effect) -> HttpResponse:
    messages.success(
        request, _("%(what)s: stored for %(member)s.") % {"what": form.title, "member": member.name}
    )
    if not effect.seen:
        day = effect.from_day
        said = {"member": member.name, "day": date_format(day), "organisation": effect.place.name}
        messages.warning(
            request,
            _("You no longer see %(member)s from %(day)s on; the member belongs to %(organisation)s.") % said,
        )
    return redirect("branch_roster", code=effect.place.code)


def _scores(organisation: Organisation) -> dict[str, str]:
    return {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])}
