"""Pages of a count: the grid to type, the figures to compare with the sheet, and the scan of that."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.enums import CountState, Hand
from appraisal.forms.ballots import ReasonForm
from appraisal.forms.counts import CountForm, SheetForm
from appraisal.models import BallotMeeting, Count, CountLine
from appraisal.models.votes import FIGURES, TITLES
from appraisal.services import counts
from appraisal.services.held_back import fewest_votes, held_back, reviews
from appraisal.services.on_ballot import on_ballot_of
from appraisal.views.ballots import title_of, trail_of
from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused, Stale
from members.models import Member
from members.naming import file_name
from members.text import is_key
from scoring.views.kept import kept_file
from scoring.views.places import carry_out


@dataclass(frozen=True, slots=True)
class FiguresLine:
    """One member's line to read; None where how the votes were spread is for the committee alone."""

    member: Member
    figures: tuple[int, ...] | None

    @property
    def total(self) -> int:
        """What the figures that are shown add up to: the valid slips."""
        return sum(self.figures or ())


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a count to read: the stored lines, and as much of them as is shown."""

    lines: list[CountLine]
    rows: list[FiguresLine]

    @property
    def hidden(self) -> bool:
        """Whether any line is held back."""
        return any(row.figures is None for row in self.rows)


def seen(request: HttpRequest, pk: int) -> BallotMeeting:
    """The meeting, where the user reads its branch's records or confirms its count; raises Http404."""
    visible = BallotMeeting.objects.visible_to(scope_of(request)).select_related("organisation")
    meeting: BallotMeeting = get_object_or_404(visible, pk=pk)
    return meeting


@about(policy.BALLOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def count_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The count: typed by whoever enters it, compared by whoever confirms it, read by the committee."""
    meeting = seen(request, pk)
    count = meeting.counts.standing().first()
    if request.method != "POST":
        return _show(request, meeting, count)
    if not counts.may_enter(scope_of(request), meeting):
        raise Http404
    return _enter(request, meeting, count)


@about(policy.CONFIRMATION)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the count that is shown, or send it back with the members whose line is not as on the sheet."""
    meeting = get_object_or_404(BallotMeeting.objects.confirmable_by(scope_of(request)), pk=pk)
    if request.POST.get("step") == "dispute":
        named = {int(key) for key in request.POST.getlist("disputed") if is_key(key)}
        done = _("The count has been sent back. Whoever entered it sees whose lines do not agree.")
        carry_out(
            request, lambda: counts.dispute_count(by=by_of(request), meeting=meeting, members=named), done
        )
    else:
        shown = request.POST.get("seen", "")
        done = _("The count is confirmed: the votes count from now on.")
        carry_out(request, lambda: counts.confirm_count(by=by_of(request), meeting=meeting, seen=shown), done)
    return redirect("ballot_count", pk=pk)


@about(policy.RECORDS)
@require_POST
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the count void, so that all of it is taken again."""
    meeting = get_object_or_404(BallotMeeting.objects.writable_by(scope_of(request)), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the count is void."))
        return redirect("ballot_count", pk=pk)
    reason = form.cleaned_data["reason"]
    done = _("The count is void. Count all slips again, and enter all of it.")
    carry_out(request, lambda: counts.void_count(by=by_of(request), meeting=meeting, reason=reason), done)
    return redirect("ballot_count", pk=pk)


@about(policy.BALLOTS)
@require_safe
def sheet(request: HttpRequest, pk: int) -> FileResponse:
    """The scan of the signed sheet: for whoever works on the count, once it is confirmed the committee's."""
    meeting = seen(request, pk)
    count = meeting.counts.standing().first()
    if count is None or not _reads_sheet(request, meeting, count):
        raise Http404
    return kept_file(count.sheet, file_name(_("Tally sheet"), meeting.organisation.name, meeting.year))


def _reads_sheet(request: HttpRequest, meeting: BallotMeeting, count: Count) -> bool:
    scope = scope_of(request)
    if reviews(scope, meeting.organisation):
        return True
    confirmed = count.state == CountState.CONFIRMED
    return not confirmed and (counts.may_enter(scope, meeting) or _confirms(request, meeting))


def _confirms(request: HttpRequest, meeting: BallotMeeting) -> bool:
    return BallotMeeting.objects.confirmable_by(scope_of(request)).filter(pk=meeting.pk).exists()


def _enter(request: HttpRequest, meeting: BallotMeeting, count: Count | None) -> HttpResponse:
    scan = SheetForm(request.POST, request.FILES)
    form = _form(request, meeting, count, posted=True)
    if not scan.is_valid() or form is None or not form.is_valid():
        problems = [_("Some lines cannot be saved as they are.")] if form and not form.is_valid() else []
        return _show(request, meeting, count, form=form, scan=scan, problems=problems)
    try:
        stored = counts.enter_count(
            by=by_of(request),
            meeting=meeting,
            votes=form.votes(),
            seen=request.POST.get("seen", ""),
            sheet=scan.cleaned_data["sheet"],
        )
    except OutOfScope:
        raise Http404 from None
    except Stale as refusal:
        form.asks = True
        return _show(request, meeting, count, form=form, scan=scan, problems=refusal.messages)
    except Refused as refusal:
        return _show(request, meeting, count, form=form, scan=scan, problems=refusal.messages)
    said = {
        CountState.ENTERED: _("The count is saved and waits to be confirmed by another account."),
        CountState.OPEN: _("The entry is saved. The count waits for the two entries to agree."),
    }
    messages.success(request, said[CountState(stored.state)])
    return redirect("ballot_count", pk=meeting.pk)


def _form(
    request: HttpRequest, meeting: BallotMeeting, count: Count | None, *, posted: bool
) -> CountForm | None:
    """The grid to type where the user enters the count; None where there is nothing to enter."""
    scope = scope_of(request)
    slips = meeting.valid_slips
    if slips is None or not meeting.stands or not counts.may_enter(scope, meeting):
        return None
    if count is None:
        lines: list[CountLine] = []
    else:
        hand = count.hand_of(request.user)
        if count.state == CountState.CONFIRMED or (
            hand is None and not (count.blind and not count.second_by_id)
        ):
            return None
        lines = list(count.lines.filter(hand=hand or Hand.SECOND).by_member())
    candidates = on_ballot_of(meeting.organisation, meeting.year, on=scope_of(request).on)
    return CountForm(candidates, slips, lines, request.POST if posted else None) if candidates else None


def _show(
    request: HttpRequest,
    meeting: BallotMeeting,
    count: Count | None,
    *,
    form: CountForm | None = None,
    scan: SheetForm | None = None,
    problems: list[str] | None = None,
) -> HttpResponse:
    scope = scope_of(request)
    problems = list(problems or [])
    if form is None:
        try:
            form = _form(request, meeting, count, posted=False)
        except Refused as refusal:
            problems += refusal.messages
    shown = _figures(request, meeting, count)
    own = count.hand_of(request.user) if count else None
    writes = scope.may_write(meeting.organisation)
    waits = count is not None and count.state == CountState.ENTERED and own is None
    context = {
        "meeting": meeting,
        "count": count,
        "form": form,
        "scan": scan or SheetForm(),
        "problems": problems,
        "seen": _seen(request, form),
        "unsaved": form is not None and form.posted is not None,
        "columns": list(TITLES.values()),
        "figures": shown,
        "figures_seen": counts.digest(shown.lines) if shown else "",
        "confirms": waits and _confirms(request, meeting),
        "writable": writes,
        "reads_sheet": count is not None and _reads_sheet(request, meeting, count),
        "reason_form": ReasonForm(),
        "trail": [
            *(trail_of(meeting) if scope.may_read(meeting.organisation) else []),
            {"label": _("Count")},
        ],
        "title": title_of(meeting.year),
    }
    return render(request, "appraisal/count.html", context)


def _seen(request: HttpRequest, form: CountForm | None) -> str:
    """The digest of the entry that the page shows; who has seen what is stored now may overwrite it."""
    if form is not None and form.posted is not None and not form.asks:
        return str(request.POST.get("seen", ""))
    return counts.digest(form.stored.values() if form else ())


def _figures(request: HttpRequest, meeting: BallotMeeting, count: Count | None) -> Figures | None:
    """The figures once a count is whole; all of them for the committee and for whoever compares them."""
    if count is None or count.state not in {CountState.ENTERED, CountState.CONFIRMED}:
        return None
    compares = count.state == CountState.ENTERED and _confirms(request, meeting)
    whole = compares or reviews(scope_of(request), meeting.organisation)
    minimum = 0 if whole else fewest_votes()
    lines = list(count.lines.filter(hand=Hand.FIRST).by_member())
    rows = [
        FiguresLine(
            line.member,
            None
            if not whole and held_back(line.votes, minimum)
            else tuple(getattr(line, name) for name in FIGURES),
        )
        for line in lines
    ]
    return Figures(lines, rows)
