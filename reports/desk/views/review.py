"""The committee's pages: the years of all branches below, and the decision on one of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.enums import YearState
from appraisal.forms.cases import ReviewSettingsForm
from appraisal.forms.years import ReasonForm, YearForm
from appraisal.models import BranchYear, ReviewSettings
from appraisal.services import cases, years
from members import policy
from members.access import about, by_of, duties_of, scope_of
from members.enums import DutyKind
from members.errors import OutOfScope, Refused
from members.models import Organisation
from members.naming import file_name
from members.text import is_key
from reports.desk.services.yearly import decision as decided
from reports.desk.services.yearly import inbox as listed
from reports.desk.services.yearly.at_hand import years_offered
from reports.desk.services.yearly.printed import review_file
from reports.desk.views.carried import carried_out
from reports.desk.views.sent import printed
from reports.desk.views.year import title_of
from scoring.views.places import begun, stored


@about(policy.INBOX)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, year: int) -> HttpResponse:
    """The units below the committee with how far their year is; a POST says which warnings it wants."""
    made, choice = _inbox(request, year)
    settings = _settings(request)
    if request.method == "POST":
        form = next((one for one in settings if str(one.organisation.pk) == request.POST.get("of")), None)
        if form is None:
            raise Http404
        save = partial(cases.save_review_settings, by=by_of(request), settings=form.instance)
        if form.is_valid() and stored(form, save):
            messages.success(request, _("Saved."))
            return redirect("review", year=year)
    title = _("Review of the branches %(year)s") % {"year": year}
    context = {
        "year": year,
        "title": title,
        "inbox": made,
        "choice": choice,
        "settings": settings,
        "years": years_offered(year, scope_of(request).on.year, lambda one: reverse("review", args=[one])),
        "trail": [{"label": title}],
    }
    return render(request, "desk/review/inbox.html", context)


@about(policy.INBOX)
@require_safe
def review_print(request: HttpRequest, year: int) -> HttpResponse:
    """The whole of it in a format, for each of the user's committees."""
    begun(request, year)
    return printed(
        request,
        file_name(title_of(year)),
        lambda format: review_file(committee_over(request), year, scope_of(request).on, format),
        otherwise=reverse("review", args=[year]),
    )


@about(policy.INBOX)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_review(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """A branch's submitted year, and what is decided about it: remarks, return, approval, reopening.

    With `approve` asked for, which names the version that was read, it is what approving means, to be
    confirmed.
    """
    organisation = get_object_or_404(Organisation.objects.reviewable_by(scope_of(request)), code=code)
    begun(request, year)
    if organisation.is_group:
        raise Http404
    row = years.year_of(organisation, year)
    if request.method != "POST":
        return _show(request, row, {}) if "approve" not in request.GET else _confirm(request, row)
    act = ACTS.get(request.POST.get("step", ""))
    if act is None:
        raise Http404
    forms = act(request, row)
    if forms is None:
        return redirect("branch_review", code=code, year=year)
    return _show(request, years.year_of(organisation, year), forms)


def committee_over(request: HttpRequest) -> list[Organisation]:
    """The organisations of the user's duties on a committee."""
    held = (one.organisation for one in duties_of(request) if one.kind == DutyKind.COMMITTEE)
    return [organisation for organisation in held if organisation is not None]


def _settings(request: HttpRequest) -> list[ReviewSettingsForm]:
    """A form of the warnings for each of the user's committees; the one that is sent is filled in."""
    tops = committee_over(request)
    kept = {one.organisation_id: one for one in ReviewSettings.objects.filter(organisation__in=tops)}
    forms = []
    for top in tops:
        sent = request.POST if request.POST.get("of") == str(top.pk) else None
        row = kept.get(top.pk) or ReviewSettings(organisation=top)
        form = ReviewSettingsForm(sent, instance=row, prefix=f"of-{top.pk}")
        form.organisation = top
        forms.append(form)
    return forms


def _inbox(request: HttpRequest, year: int) -> tuple[listed.Inbox, listed.Choice]:
    begun(request, year)
    state, order = request.GET.get("state", ""), request.GET.get("order", "")
    choice = listed.Choice(
        state if state in YearState.values else "", order if order in listed.ORDERS else ""
    )
    return listed.inbox(committee_over(request), year, scope_of(request).on, choice), choice


Forms = dict[str, Any]
"""Forms that could not be stored, by their names in the template."""


def _remark(request: HttpRequest, row: BranchYear) -> Forms | None:
    form = YearForm(request.POST, row=row)
    if not form.is_valid():
        messages.error(request, " ".join(_problems(form)))
        return {"unsaved": True}
    row.version = form.version
    return None if _remarked(request, row) else {"unsaved": True}


def _return(request: HttpRequest, row: BranchYear) -> Forms | None:
    """The remarks that were typed are kept before it is returned with them."""
    form = ReasonForm(request.POST, row=row)
    if not form.is_valid():
        return _not_returned(request, form)
    row.version = form.version
    if not _remarked(request, row, quietly=True):
        return {"return_form": form, "unsaved": True}
    done = _("The year is returned to the branch.")

    def save() -> object:
        return years.return_year(by=by_of(request), branch_year=row, reason=form.cleaned_data["reason"])

    return None if carried_out(request, form, save, done) else _not_returned(request, form)


def _not_returned(request: HttpRequest, form: ReasonForm) -> Forms:
    """Told at the top as well: the form stands below all results."""
    messages.error(request, " ".join([_("The year is not returned."), *_problems(form)]))
    return {"return_form": form, "unsaved": True}


def _approve(request: HttpRequest, row: BranchYear) -> Forms | None:
    form = YearForm(request.POST, row=row)

    def save() -> object:
        row.version = form.version
        return years.approve_year(by=by_of(request), branch_year=row)

    if not carried_out(request, form, save, _("The results are approved.")):
        messages.error(request, " ".join(_problems(form)))
    return None


def _problems(form: YearForm) -> list[str]:
    """All that stands against the form, beside whichever field."""
    return [str(error) for errors in form.errors.values() for error in errors]


def _reopen(request: HttpRequest, row: BranchYear) -> Forms | None:
    form = ReasonForm(request.POST, row=row, reopens=True)

    def save() -> object:
        row.version = form.version
        return years.reopen_year(by=by_of(request), branch_year=row, reason=form.cleaned_data["reason"])

    done = _("The year is open again.")
    if carried_out(request, form, save, done):
        return None
    messages.error(request, " ".join([_("The year is not reopened."), *_problems(form)]))
    return {"reopen_form": form}


ACTS = {"remarks": _remark, "return": _return, "approve": _approve, "reopen": _reopen}


def _typed(request: HttpRequest) -> dict[int, str]:
    """The remarks that were sent, by member key."""
    pairs = ((name.removeprefix("remark-"), said) for name, said in request.POST.items())
    return {int(key): str(said) for key, said in pairs if is_key(key)}


def _remarked(request: HttpRequest, row: BranchYear, *, quietly: bool = False) -> bool:
    """Store the remarks that were sent; what stands against it is told."""
    try:
        saved = years.save_remarks(by=by_of(request), branch_year=row, remarks=_typed(request))
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    row.version = saved.version
    if not quietly:
        messages.success(request, _("The remarks are saved."))
    return True


def _confirm(request: HttpRequest, row: BranchYear) -> HttpResponse:
    """What approving the year means; the page instead where it cannot be approved, or was read as another."""
    page = decided.decision(row, by_of(request))
    if request.GET["approve"] != str(row.version) and row.state == YearState.SUBMITTED:
        messages.error(
            request,
            _("Somebody else has changed this meanwhile. Look at it again before you change it."),
        )
        return redirect("branch_review", code=row.organisation.code, year=row.year)
    if not page.approvable:
        return redirect("branch_review", code=row.organisation.code, year=row.year)
    context = {
        "organisation": row.organisation,
        "year": row.year,
        "row": row,
        "page": page,
        "trail": [
            {
                "label": _("Review of the branches %(year)s") % {"year": row.year},
                "url": reverse("review", args=[row.year]),
            },
            {
                "label": row.organisation.name,
                "url": reverse("branch_review", args=[row.organisation.code, row.year]),
            },
            {"label": _("Approve")},
        ],
    }
    return render(request, "desk/review/approval.html", context)


def _show(request: HttpRequest, row: BranchYear, forms: Forms) -> HttpResponse:
    by = by_of(request)
    page = decided.decision(row, by, _typed(request) if forms else None)
    organisation, year = row.organisation, row.year
    context = {
        "organisation": organisation,
        "year": year,
        "title": title_of(year),
        "row": row,
        "page": page,
        "unsaved": False,
        "return_form": ReasonForm(row=row),
        "reopen_form": ReasonForm(row=row, reopens=True, auto_id="reopen_%s"),
        "trail": [
            {
                "label": _("Review of the branches %(year)s") % {"year": year},
                "url": reverse("review", args=[year]),
            },
            {"label": organisation.name},
        ],
        **forms,
    }
    return render(request, "desk/review/branch.html", context)
