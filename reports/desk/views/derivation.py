"""The derivation of the score of one member."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from members.models import Member
from reports.desk.forms import DayForm
from reports.desk.services.clauses import address
from reports.desk.services.derivation import derive
from reports.desk.services.words import STATUS, STATUS_EXPLAINED
from reports.desk.views.days import choices
from scoring.services.scores import NoScheme


@about(policy.FIGURES)
@require_safe
def member_scores(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Why a member has the score of a year: the derivation from the entries up to the grade.

    Another year that is asked for has an address of its own.
    """
    scope = scope_of(request)
    member = get_object_or_404(Member.objects.visible_to(scope), number=number)
    given = {"year": request.GET.get("year", year), "as_of": request.GET.get("as_of", "")}
    form = DayForm(given, today=scope.on)
    if form.is_valid() and form.cleaned_data["year"] != year:
        day = f"?as_of={form.cleaned_data['as_of'].isoformat()}" if given["as_of"] else ""
        return redirect(reverse("member_scores", args=[number, form.cleaned_data["year"]]) + day)
    context = {
        "member": member,
        "form": form,
        "year": year,
        "trail": _trail(member, year),
        "today": scope.on,
        "problems": [],
    }
    if form.is_valid():
        as_of = form.cleaned_data["as_of"]
        context |= {"as_of": as_of, "choices": choices(year, as_of, scope.on)}
        try:
            context |= _derived(request, member, year, as_of)
        except NoScheme as error:
            context["problems"] = error.messages
    return render(request, "desk/member_scores.html", context)


def _derived(request: HttpRequest, member: Member, year: int, as_of: date) -> dict[str, object]:
    scope = scope_of(request)
    writable = policy.may_write_seen(scope, member)
    found = derive(member=member, year=year, as_of=as_of, scope=scope)
    if found is None:
        day = date_format(as_of)
        return {
            "problems": [_("The member held no posting on %(day)s, so there is no score.") % {"day": day}]
        }
    trail = _trail(member, year)
    if scope.may_read(found.organisation):
        url = reverse("branch_scores", args=[found.organisation.code]) + f"?year={year}"
        trail.insert(0, {"label": found.organisation.name, "url": url})
    status = found.result.status
    return {
        "found": found,
        "writable": writable,
        "trail": trail,
        "scheme_url": address(found.role.scheme),
        "status": STATUS[status],
        "status_explained": STATUS_EXPLAINED[status],
    }


def _trail(member: Member, year: int) -> list[dict[str, str]]:
    """From the member's page to the derivation."""
    page = reverse("member", args=[member.number]) + f"?year={year}"
    return [{"label": member.name, "url": page}, {"label": _("Score of %(year)s") % {"year": year}}]
