"""Pages of a branch's ballot: the meeting with its slips, how far the count is, the written opinions."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms.ballots import MeetingForm, OpinionsForm
from appraisal.models import BallotMeeting, Opinions
from appraisal.services import ballots
from appraisal.services.on_ballot import on_ballot_of
from members import policy
from members.access import about, by_of, scope_of
from members.errors import Refused
from members.models import Organisation
from scoring.views.places import YEARS_OFFERED, begun, branch_of, require_writer, stored


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The ballot of a branch's year: a POST stores the meeting and its slips, or makes the ballot void."""
    organisation = branch_of(request, code)
    begun(request, year)
    if organisation.is_group:
        raise Http404
    held = BallotMeeting.objects.filter(organisation=organisation, year=year)
    standing = held.standing().first()
    meeting = standing or BallotMeeting(organisation=organisation, year=year)
    step = request.POST.get("step", "save")
    form = MeetingForm(instance=meeting, initial={} if standing else {"date": scope_of(request).on})
    if request.method == "POST":
        require_writer(request, organisation)
        form = MeetingForm(request.POST, instance=meeting, void=step == "void")
        if form.is_valid() and stored(form, _saving(request, form)):
            done = _("The ballot is void. Hold another, and enter it here.") if form.void else _("Saved.")
            messages.success(request, done)
            return redirect("ballot", code=code, year=year)
        standing = held.standing().first()
    return render(request, "appraisal/ballot.html", _context(request, organisation, year, standing, form))


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written at a meeting, apart from the votes."""
    scope = scope_of(request)
    readable = BallotMeeting.objects.readable_by(scope).select_related("organisation")
    meeting = get_object_or_404(readable, pk=pk)
    kept = Opinions.objects.filter(meeting=meeting).first() or Opinions(meeting=meeting)
    form = OpinionsForm(instance=kept)
    if request.method == "POST":
        require_writer(request, meeting.organisation)
        form = OpinionsForm(request.POST, instance=kept)
        save = partial(ballots.save_opinions, by=by_of(request), opinions=kept)
        if form.is_valid() and stored(form, save):
            messages.success(request, _("Saved."))
            return redirect("ballot_opinions", pk=pk)
    context = {
        "meeting": meeting,
        "form": form,
        "lines": kept.text.splitlines(),
        "writable": scope.may_write(meeting.organisation),
        "trail": [*trail_of(meeting), {"label": _("Written opinions")}],
    }
    return render(request, "appraisal/opinions.html", context)


def trail_of(meeting: BallotMeeting) -> list[dict[str, str]]:
    """The way to a page of a meeting."""
    organisation = meeting.organisation
    return [
        {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
        {"label": title_of(meeting.year), "url": reverse("ballot", args=[organisation.code, meeting.year])},
    ]


def title_of(year: int) -> str:
    """What the ballot of a year is called."""
    return _("Democratic appraisal %(year)s") % {"year": year}


def _saving(request: HttpRequest, form: MeetingForm) -> Any:
    by = by_of(request)
    if form.void:
        return partial(ballots.void_meeting, by=by, meeting=form.instance, reason=form.cleaned_data["reason"])
    return partial(ballots.save_meeting, by=by, meeting=form.instance)


def _context(
    request: HttpRequest,
    organisation: Organisation,
    year: int,
    meeting: BallotMeeting | None,
    form: MeetingForm,
) -> dict[str, Any]:
    scope = scope_of(request)
    candidates, problem = [], ""
    try:
        candidates = on_ballot_of(organisation, year, on=scope.on)
    except Refused as refusal:
        problem = " ".join(refusal.messages)
    void = BallotMeeting.objects.filter(organisation=organisation, year=year)
    last = scope.on.year
    offered = sorted({year, *range(last - YEARS_OFFERED + 1, last + 1)})
    return {
        "organisation": organisation,
        "year": year,
        "title": title_of(year),
        "meeting": meeting,
        "count": meeting.counts.standing().first() if meeting else None,
        "candidates": candidates,
        "problem": problem,
        "form": form,
        "writable": scope.may_write(organisation),
        "void": void.exclude(state="standing").order_by("-pk"),
        "years": [
            {"label": one, "url": reverse("ballot", args=[organisation.code, one]), "current": one == year}
            for one in offered
        ],
        "trail": [
            {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
            {"label": title_of(year)},
        ],
    }
