"""What follows from approved years: who may be put forward for awards, and the cases of the unqualified."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.cases import CaseForm
from appraisal.models import Case
from appraisal.services import cases as services
from members import policy
from members.access import about, by_of, duties_of, scope_of
from members.models import Organisation
from members.naming import file_name
from reports.desk.services.yearly import eligible
from reports.desk.services.yearly.at_hand import years_offered
from reports.desk.services.yearly.figures import derivation_of, seen_today
from reports.desk.services.yearly.inbox import Chip
from reports.desk.services.yearly.printed import awards_file
from reports.desk.views.sent import printed, workbook_response
from scoring.views.places import begun, stored

STATES = ("open", "filed", "withdrawn", "all")


@about(policy.FIGURES)
@require_safe
def eligibility(request: HttpRequest, year: int) -> HttpResponse:
    """Who may be put forward for awards of the year, by the approved results of the year before."""
    begun(request, year - 1)
    chosen = request.GET.get("unit", "")
    scope = scope_of(request)
    title = _("Award eligibility %(year)s") % {"year": year}
    context = {
        "year": year,
        "before": year - 1,
        "title": title,
        "chosen": chosen,
        "page": eligible.eligibility_page(_organisations(request), year, scope, chosen),
        "years": years_offered(year, scope.on.year, lambda one: reverse("eligibility", args=[one])),
        "trail": [{"label": title}],
    }
    return render(request, "desk/review/eligibility.html", context)


@about(policy.FIGURES)
@require_safe
def eligibility_workbook(request: HttpRequest, year: int) -> HttpResponse:
    """The whole of it as a workbook."""
    begun(request, year - 1)
    scope = scope_of(request)
    header, rows = eligible.sheet(eligible.parts(_organisations(request), year, scope.on, scope))
    title = _("Award eligibility %(year)s") % {"year": year}
    return workbook_response(file_name(title), title, header, rows)


@about(policy.FIGURES)
@require_safe
def eligibility_print(request: HttpRequest, year: int) -> HttpResponse:
    """The same in a format, of the organisation that was chosen alone."""
    begun(request, year - 1)
    chosen = request.GET.get("unit", "")
    return printed(
        request,
        file_name(_("Award eligibility %(year)s") % {"year": year}),
        lambda format: awards_file(_organisations(request), year, scope_of(request).on, chosen, format),
        otherwise=reverse("eligibility", args=[year]),
    )


@about(policy.REVIEW)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The register of unqualified cases: those that wait for a filing, unless others are asked for."""
    state = request.GET.get("state", "")
    state = state if state in STATES else STATES[0]
    every = Case.objects.visible_to(scope_of(request))
    labels = {
        "open": pgettext("case", "Not closed"),
        "filed": pgettext("case", "Closed"),
        "withdrawn": pgettext("case", "Withdrawn"),
        "all": _("All"),
    }
    listed = _in_state(every, state).select_related("member", "branch_year__organisation")
    context = {
        "cases": listed.order_by("-year", "branch_year__organisation__path", "member__number"),
        "chips": [
            Chip(f"{labels[one]} {_in_state(every, one).count()}", f"?state={one}", one == state)
            for one in STATES
        ],
        "trail": [{"label": _("Unqualified cases")}],
    }
    return render(request, "desk/review/cases.html", context)


@about(policy.REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: the committee stores what was done, the measure and the filings; the branch reads it.

    What closes the case is shown once more, to be confirmed.
    """
    scope = scope_of(request)
    visible = Case.objects.visible_to(scope).select_related("member", "branch_year__organisation")
    one = get_object_or_404(visible, pk=pk)
    writable = scope.may_review(one.branch_year.organisation) and one.withdrawn_on is None
    form = CaseForm(instance=one) if writable else None
    if request.method == "POST":
        if not writable:
            raise Http404
        was_open = one.open
        form = CaseForm(request.POST, instance=one)
        if form.is_valid() and "again" not in request.POST:
            closes = was_open and not one.open and "confirmed" not in request.POST
            act = services.check_case if closes else services.save_case
            if stored(form, partial(act, by=by_of(request), case=one)):
                if closes:
                    return render(request, "desk/review/case_closing.html", _of_case(one, form))
                messages.success(request, _("Saved."))
                return redirect("case", pk=pk)
        one = get_object_or_404(visible, pk=pk)
    context = {
        **_of_case(one, form),
        "wanting": services.wanting(one).values() if form is not None and one.open else [],
        "derivation": derivation_of(one.member_id, one.year, seen_today([one.member_id], scope)),
    }
    return render(request, "desk/review/case.html", context)


def _of_case(one: Case, form: CaseForm | None) -> dict[str, Any]:
    return {
        "case": one,
        "form": form,
        "trail": [
            {"label": _("Unqualified cases"), "url": reverse("cases")},
            {"label": f"{one.member.name} · {one.year}"},
        ],
    }


def _organisations(request: HttpRequest) -> list[Organisation]:
    """The organisations of the user's duties that read records."""
    readers = policy.FIGURES.readers
    return [one.organisation for one in duties_of(request) if one.kind in readers and one.organisation]


def _in_state(every: QuerySet[Case], state: str) -> Any:
    if state == "open":
        return every.open()  # type: ignore[attr-defined]
    if state == "filed":
        return every.standing().filter(filed_on__isnull=False, handled_filed_on__isnull=False)  # type: ignore[attr-defined]
    return every.filter(withdrawn_on__isnull=False) if state == "withdrawn" else every
