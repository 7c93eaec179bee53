"""A branch's year: what is missing, submitting it, the posted notice, objections, earlier figures."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.enums import Purpose, YearState
from appraisal.forms.years import AnswerForm, ObjectionForm, PostForm, SubmitForm
from appraisal.models import BranchYear, Objection, Snapshot
from appraisal.services import approved, objections, years
from members import policy
from members.access import about, by_of, scope_of
from members.errors import Refused
from members.models import Organisation
from members.naming import file_name
from members.text import is_key, listed
from reports.desk.services.yearly import submission
from reports.desk.services.yearly.at_hand import years_offered
from reports.desk.services.yearly.figures import FROZEN, frozen_lines
from reports.desk.views.carried import carried_out
from reports.desk.views.sent import printed
from reports.models import Notice
from reports.services import notices
from reports.services.approval import approval_file
from reports.services.settings import SettingsBook
from scoring.views.places import begun, branch_of, require_writer, stored


@about(policy.SUBMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The year of a branch: a POST submits it, posts the notice, keeps an objection or its answer."""
    organisation = branch_of(request, code)
    begun(request, year)
    if organisation.is_group:
        raise Http404
    row = years.year_of(organisation, year)
    if request.method != "POST":
        return _show(request, row, {})
    require_writer(request, organisation)
    act = ACTS.get(request.POST.get("step", ""))
    if act is None:
        raise Http404
    forms = act(request, row)
    if forms is None:
        return redirect("branch_year", code=code, year=year)
    return _show(request, years.year_of(organisation, year), forms)


@about(policy.SUBMISSION)
@require_safe
def branch_submission(request: HttpRequest, code: str, year: int, pk: int) -> HttpResponse:
    """Figures that were once submitted, superseded or not, without the votes."""
    organisation = branch_of(request, code)
    snapshot = get_object_or_404(
        Snapshot.objects.select_related("scheme", "actor"),
        pk=pk, organisation=organisation, purpose=Purpose.SUBMISSION, period=str(year),
    )  # fmt: skip
    row = years.year_of(organisation, year)
    context = {
        "organisation": organisation,
        "year": year,
        "title": title_of(year),
        "snapshot": snapshot,
        "standing": submission.standing_of(row, snapshot),
        "columns": FROZEN,
        "rows": frozen_lines(snapshot, year, scope_of(request), columns=FROZEN),
        "trail": [*trail_of(organisation, year), {"label": _("Submitted figures")}],
    }
    return render(request, "desk/year/submission.html", context)


@about(policy.SUBMISSION)
@require_safe
def branch_form(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The approval form of what is submitted, in a format, for the committee's signature."""
    organisation = branch_of(request, code)
    begun(request, year)
    if organisation.is_group:
        raise Http404
    row = years.year_of(organisation, year)
    return printed(
        request,
        file_name(_("Approval form"), organisation.name, year),
        lambda format: approval_file(branch_year=row, by=by_of(request), format=format),
        otherwise=reverse("branch_year", args=[code, year]),
    )


def title_of(year: int) -> str:
    """What the review of a year is called."""
    return _("Annual review %(year)s") % {"year": year}


def trail_of(organisation: Organisation, year: int) -> list[dict[str, str]]:
    """The way to a page about a branch's year."""
    return [
        {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
        {"label": title_of(year), "url": reverse("branch_year", args=[organisation.code, year])},
    ]


HEARING = (YearState.SUBMITTED, YearState.RETURNED)
"""The states in which objections are registered and answered."""

Forms = dict[str, Any]
"""Forms that could not be stored, by their names in the template."""


def _submit(request: HttpRequest, row: BranchYear) -> Forms | None:
    shown = request.POST.getlist("missing")
    form = SubmitForm(request.POST, row=row, missing=bool(shown))

    def save() -> object:
        return years.submit_year(
            by=by_of(request), organisation=row.organisation, year=row.year, version=form.version, seen=shown
        )

    done = _("The year is submitted.")
    return None if carried_out(request, form, save, done) else {"submit_form": form}


def _post(request: HttpRequest, row: BranchYear) -> Forms | None:
    try:
        publicity = partial(notices.last_day, notices.to_post(row))
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return None
    form = PostForm(request.POST, row=row, publicity=publicity, on=scope_of(request).on)

    def save() -> object:
        row.version, said = form.version, form.cleaned_data
        return notices.post_year(
            by=by_of(request), branch_year=row, day=said["posted_on"], place=said["place"],
            until=said["until"],
        )  # fmt: skip

    return None if carried_out(request, form, save, _("Saved.")) else {"post_form": form}


def _object(request: HttpRequest, row: BranchYear) -> Forms | None:
    if row.pk is None:
        raise Http404
    raised = Objection(branch_year=row)
    form = ObjectionForm(request.POST, instance=raised)
    save = partial(objections.register_objection, by=by_of(request), objection=raised)
    done = _("The objection is registered. It is to be answered before the year can be approved.")
    if not (form.is_valid() and stored(form, save)):
        return {"objection_form": form}
    messages.success(request, done)
    return None


def _answer(request: HttpRequest, row: BranchYear) -> Forms | None:
    key = request.POST.get("objection", "")
    if row.pk is None or not is_key(key):
        raise Http404
    raised = get_object_or_404(Objection.objects.filter(branch_year=row), pk=int(key))
    form = AnswerForm(request.POST, instance=raised, prefix=f"answer-{raised.pk}")
    save = partial(objections.answer_objection, by=by_of(request), objection=raised)
    if not (form.is_valid() and stored(form, save)):
        return {"answer_form": form}
    messages.success(request, _("Saved."))
    return None


ACTS = {"submit": _submit, "post": _post, "object": _object, "answer": _answer}


def _show(request: HttpRequest, row: BranchYear, forms: Forms) -> HttpResponse:
    scope, organisation = scope_of(request), row.organisation
    page = submission.year_page(row, scope)
    writable = scope.may_write(organisation)
    answers = _answers(page, scope.on, forms, hearing=writable and row.state in HEARING)
    issued = None if page.open else notices.annual_of(row)
    outdated = issued is not None and approved.outdated(row, issued.snapshot)
    context = {
        "organisation": organisation,
        "year": row.year,
        "title": title_of(row.year),
        "row": row,
        "page": page,
        "writable": writable,
        "issued": issued,
        "outdated": outdated,
        "reviewable": scope.may_review(organisation),
        "objections": [{"objection": one, "form": answers.get(one.pk)} for one in page.objections],
        "years": years_offered(
            row.year, scope.on.year, lambda one: reverse("branch_year", args=[organisation.code, one])
        ),
        "trail": [
            {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
            {"label": title_of(row.year)},
        ],
        "blanks": listed(SettingsBook().blanks([organisation]))
        if writable and row.state == YearState.SUBMITTED
        else "",
        **(_forms(row, page, scope.on, forms, None if outdated else issued) if writable else {}),
    }
    return render(request, "desk/year/page.html", context)


def _forms(
    row: BranchYear, page: submission.YearPage, on: date, forms: Forms, issued: Notice | None
) -> Forms:
    """What the secretary may fill in now: as it was sent where it could not be stored.

    `issued` is the annual notice that can be posted.
    """
    found: Forms = {}
    if page.open:
        found["submit_form"] = SubmitForm(row=row, missing=bool(page.missing))
    if row.state in HEARING:
        found["objection_form"] = ObjectionForm(initial={"raised_on": on})
    if row.state == YearState.SUBMITTED and issued is not None:
        initial = {"posted_on": row.posted_on or on, "place": row.place, "until": row.publicity_until}
        publicity = partial(notices.last_day, issued)
        found["post_form"] = PostForm(row=row, publicity=publicity, on=on, initial=initial)
    return {**found, **forms}


def _answers(page: submission.YearPage, on: date, forms: Forms, *, hearing: bool) -> dict[int, AnswerForm]:
    """By objection the form of its answer; what was refused stays, also where none is heard any more."""
    sent = forms.get("answer_form")
    refused = {} if sent is None else {sent.instance.pk: sent}
    if not hearing:
        return refused
    made = {
        one.pk: AnswerForm(
            instance=one, initial={"answered_on": one.answered_on or on}, prefix=f"answer-{one.pk}"
        )
        for one in page.objections
    }
    return made | refused
