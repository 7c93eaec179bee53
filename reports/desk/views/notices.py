"""A branch's notices: the list, the life of one, its paper, and what its code tells everybody."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.enums import YearState
from appraisal.forms.years import AnswerForm, ObjectionForm
from appraisal.models import BranchYear, Objection
from appraisal.services.years import year_of
from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused, Stale
from members.models import Organisation
from members.naming import file_name
from members.text import is_key, listed
from reports.desk.notice_forms import NoticePostForm
from reports.desk.services import notices as shown
from reports.desk.services.yearly.figures import differences
from reports.desk.views.carried import carried_out
from reports.desk.views.sent import order_of, printed
from reports.enums import ListOrder, NoticeKind
from reports.models import Notice
from reports.office.files import Format, PageFile, sheets_file
from reports.periods import Period
from reports.services import issuing, notices
from reports.services.printing import notice_file
from reports.services.settings import SettingsBook
from scoring.services.scores import NoScheme
from scoring.views.kept import kept_file
from scoring.views.places import branch_of, carry_out, require_writer, stored

Forms = dict[str, Any]
"""Forms that could not be stored, by their names in the template."""


@about(policy.NOTICES)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_notices(request: HttpRequest, code: str) -> HttpResponse:
    """All notices of a branch; a POST issues that of a period, or says that the one in force still holds.

    With a kind and a period asked for, it is what issuing that notice means, to be confirmed; with `below`
    said, those of every unit at and below the organisation; with `proof`, its page, of which nothing is kept.
    """
    organisation = _with_notices(request, code)
    scope = scope_of(request)
    if request.method == "POST":
        require_writer(request, organisation)
        return _issue(request, organisation)
    if "kind" in request.GET:
        require_writer(request, organisation)
        return (_proof if request.GET.get("proof") == "1" else _confirm)(request, organisation)
    context = {
        "organisation": organisation,
        "title": _("Notices"),
        "writable": scope.may_write(organisation),
        "rows": shown.rows(organisation, scope.on),
        "wanted": shown.wanted(organisation, scope.on),
        "trail": [_above(organisation), {"label": _("Notices")}],
    }
    return render(request, "desk/notices/list.html", context)


@about(policy.NOTICES)
@require_http_methods(["GET", "HEAD", "POST"])
def branch_notice(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One notice; a POST posts it, archives it, or keeps an objection to it or its answer."""
    notice = _notice(request, code, pk)
    if request.method != "POST":
        return _show(request, notice, {})
    require_writer(request, notice.organisation)
    act = ACTS.get(request.POST.get("step", ""))
    if act is None:
        raise Http404
    forms = act(request, notice)
    return redirect("branch_notice", code=code, pk=pk) if forms is None else _show(request, notice, forms)


@about(policy.NOTICES)
@require_safe
def notice_paper(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A notice as it was issued, the same bytes for ever; with `format`, its page for Word or Excel."""
    notice = _notice(request, code, pk)
    make, otherwise = partial(notice_file, notice), reverse("branch_notice", args=[code, pk])
    return printed(request, _file_name(notice), make, otherwise=otherwise)


@about(policy.NOTICES)
@require_safe
def notice_photo(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """The photo of the board, to download and never to run in the browser."""
    notice = _notice(request, code, pk)
    if not notice.photo:
        raise Http404
    return kept_file(notice.photo, _file_name(notice, _("Photo of the board")))


def _file_name(notice: Notice, *more: str) -> str:
    """What files of a notice are called, without an ending."""
    period = Period.parse(notice.period).title
    return file_name(notice.get_kind_display(), notice.organisation.name, period, *more)


@about(policy.CHECKED)
@require_safe
def notice_check(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a notice on a wall is genuine, replaced or unknown, for everybody; it names no member.

    The page of an unknown one is the same, and is not found.
    """
    found = Notice.objects.filter(token=token).select_related("organisation", "snapshot").first()
    context: dict[str, Any] = {"title": _("Notice check"), "notice": found}
    if found is not None:
        life = notices.lives([found])[found.pk]
        context |= {"replaced": life.replaced_by, "period": Period.parse(found.period).title}
    response = render(request, "desk/notices/check.html", context, status=200 if found else 404)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _with_notices(request: HttpRequest, code: str) -> Organisation:
    """The branch; the members of a group are on the notices of the branch above it."""
    organisation = branch_of(request, code)
    if organisation.is_group:
        raise Http404
    return organisation


def _notice(request: HttpRequest, code: str, pk: int) -> Notice:
    organisation = _with_notices(request, code)
    rows = Notice.objects.select_related("organisation", "snapshot__scheme", "replaces", "issued_by")
    found: Notice = get_object_or_404(rows, pk=pk, organisation=organisation)
    return found


def _above(organisation: Organisation) -> dict[str, str]:
    return {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])}


def _kind(said: str) -> NoticeKind:
    """The kind that is asked for. Raises Http404."""
    if said not in NoticeKind.values:
        raise Http404
    return NoticeKind(said)


def _period(given: QueryDict) -> tuple[Period, ListOrder | None]:
    """The period and the order of the members that are asked for. Raises Refused for what is none."""
    return Period.parse(given.get("period", "")), order_of(given.get("order", ""))


def _confirm(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What issuing a notice means; the one in force instead where it holds, the list where there is none.

    It is asked for by address, and shown anew where what was sent is not what would be issued.
    """
    given = request.POST or request.GET
    kind, below = _kind(given["kind"]), given.get("below") == "1"
    try:
        period, order = _period(given)
        said: dict[str, Any] = {"by": by_of(request), "organisation": organisation, "period": period}
        several = issuing.lacking(**said, annual=kind == NoticeKind.ANNUAL) if below else 0
        asked = None if below else shown.asked(**said, kind=kind)
    except (Refused, NoScheme) as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("branch_notices", code=organisation.code)
    if isinstance(asked, Notice):
        messages.success(request, _holds(asked))
        return redirect("branch_notice", code=organisation.code, pk=asked.pk)
    context = {
        "organisation": organisation,
        "asked": asked,
        "several": several,
        "kind": kind,
        "period": period,
        "order": order,
        "blanks": listed(SettingsBook().blanks([organisation])),
        "trail": [
            _above(organisation),
            {"label": _("Notices"), "url": reverse("branch_notices", args=[organisation.code])},
            {"label": _("Issue")},
        ],
    }
    return render(request, "desk/notices/issuing.html", context)


def _proof(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The page of the notice as it would be issued, to be looked at before."""
    kind = _kind(request.GET["kind"])

    def make(format: Format) -> PageFile:
        period, order = _period(request.GET)
        annual = kind == NoticeKind.ANNUAL
        sheet = issuing.proof(
            by=by_of(request), organisation=organisation, period=period, annual=annual, order=order
        )
        return sheets_file([sheet], format)

    name = file_name(kind.label, organisation.name, _("Proof"))
    return printed(request, name, make, otherwise=reverse("branch_notices", args=[organisation.code]))


def _holds(notice: Notice) -> str:
    return _("The figures are still those of the notice %(number)s: it holds.") % {"number": notice.number}


def _issue(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Issue the notice of the period that is asked for, and show it."""
    kind = _kind(request.POST.get("kind", ""))
    try:
        period, order = _period(request.POST)
        before = Notice.objects.of_period(organisation, kind, period.code).first()
        notice = issuing.issue(
            by=by_of(request),
            organisation=organisation,
            period=period,
            annual=kind == NoticeKind.ANNUAL,
            order=order,
            seen=request.POST.get("seen", ""),
        )
    except OutOfScope:
        raise Http404 from None
    except Stale as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _confirm(request, organisation)
    except issuing.NobodyNamed:
        messages.success(request, _("Nobody is named there: no notice of this period is asked for any more."))
        return redirect("branch_notices", code=organisation.code)
    except (Refused, NoScheme) as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("branch_notices", code=organisation.code)
    said = {"number": notice.number}
    if before is None:
        told = _("The notice %(number)s is issued. Print it, and put it on the wall.") % said
    elif before == notice:
        told = _holds(notice)
    else:
        told = _("The correction %(number)s is issued. Put it on the wall in place of the one before.") % said
    messages.success(request, told)
    return redirect("branch_notice", code=organisation.code, pk=notice.pk)


def _post(request: HttpRequest, notice: Notice) -> Forms | None:
    form = _post_form(request, notice)

    def save() -> object:
        said = form.cleaned_data
        year = _year_of(notice)
        (year or notice).version = form.version
        return notices.post(
            by=by_of(request), notice=notice, day=said["posted_on"], place=said["place"],
            until=said["until"], photo=said["photo"], year=year,
        )  # fmt: skip

    return None if carried_out(request, form, save, _("Saved.")) else {"post_form": form}


def _archive(request: HttpRequest, notice: Notice) -> Forms | None:
    carry_out(
        request, lambda: notices.archive(by=by_of(request), notice=notice), _("The notice is archived.")
    )
    return None


def _object(request: HttpRequest, notice: Notice) -> Forms | None:
    raised = Objection(snapshot=notice.snapshot)
    form = ObjectionForm(request.POST, instance=raised)
    save = partial(notices.register_objection, by=by_of(request), notice=notice, objection=raised)
    if not (form.is_valid() and stored(form, save)):
        return {"objection_form": form}
    messages.success(request, _("The objection is registered. Answer it here."))
    return None


def _answer(request: HttpRequest, notice: Notice) -> Forms | None:
    key = request.POST.get("objection", "")
    if not is_key(key):
        raise Http404
    raised = get_object_or_404(notices.objections_to(notice), pk=int(key))
    form = AnswerForm(request.POST, instance=raised, prefix=f"answer-{raised.pk}")
    save = partial(notices.answer_objection, by=by_of(request), notice=notice, objection=raised)
    if not (form.is_valid() and stored(form, save)):
        return {"answer_form": form}
    messages.success(request, _("Saved."))
    return None


ACTS = {"post": _post, "archive": _archive, "object": _object, "answer": _answer}


def _year_of(notice: Notice) -> BranchYear | None:
    """The branch's year, in which it stands where an annual notice hangs; None for another kind."""
    annual = notice.kind == NoticeKind.ANNUAL
    return year_of(notice.organisation, int(notice.period)) if annual else None


def _post_form(request: HttpRequest, notice: Notice, life: notices.Life | None = None) -> NoticePostForm:
    """The form of where it hangs: as it is sent, or as it is known, today where nothing is."""
    on = scope_of(request).on
    sent = request.POST.get("step") == "post"
    known = {}
    if life is not None:
        known = {"posted_on": life.posted_on or on, "place": life.place, "until": life.until}
    return NoticePostForm(
        request.POST if sent else None,
        files=request.FILES if sent else None,
        row=_year_of(notice) or notice,
        publicity=partial(notices.last_day, notice),
        on=on,
        initial=known,
    )


def _show(request: HttpRequest, notice: Notice, forms: Forms) -> HttpResponse:
    scope, organisation = scope_of(request), notice.organisation
    (row,) = shown.rows_of([notice])
    writable = scope.may_write(organisation)
    half_year = notice.kind == NoticeKind.HALF_YEAR
    alive = writable and row.life.state in shown.ALIVE
    changed = issuing.changes(notice) if row.life.state in shown.ALIVE else []
    over = row.life.until is not None and row.life.until < scope.on
    raised = list(notices.objections_to(notice)) if half_year else []
    year = _year_of(notice)
    correctable = alive and issuing.replaceable(notice)
    can_post = alive and (year is None or year.state == YearState.SUBMITTED)
    over = over and (year is None or year.state == YearState.APPROVED)
    context: dict[str, Any] = {
        "organisation": organisation,
        "title": notice.get_kind_display(),
        "row": row,
        "notice": notice,
        "year": year.year if year else None,
        "unsubmitted": year is not None and year.state in (YearState.OPEN, YearState.RETURNED),
        "writable": writable,
        "alive": alive,
        "correctable": correctable,
        "members_changed": shown.members_of(changed),
        "changed": differences(changed, votes=True),
        "half_year": half_year,
        "steps": shown.steps(row.life, notice, scope.on),
        "archivable": alive and over,
        "objections": _with_answers(raised, scope.on, forms, hearing=alive and half_year),
        "post_form": _post_form(request, notice, row.life) if can_post else None,
        "objection_form": ObjectionForm(initial={"raised_on": scope.on})
        if alive and half_year and notice.posted_on
        else None,
        "trail": [
            _above(organisation),
            {"label": _("Notices"), "url": reverse("branch_notices", args=[organisation.code])},
            {"label": notice.number},
        ],
        **forms,
    }
    return render(request, "desk/notices/page.html", context)


def _with_answers(raised: list[Objection], on: Any, forms: Forms, *, hearing: bool) -> list[dict[str, Any]]:
    """Objections, each with the form of its answer where one is heard; what was refused stays."""
    refused = forms.get("answer_form")
    found = []
    for one in raised:
        form = refused if refused is not None and refused.instance.pk == one.pk else None
        if form is None and hearing:
            initial = {"answered_on": one.answered_on or on}
            form = AnswerForm(instance=one, initial=initial, prefix=f"answer-{one.pk}")
        found.append({"objection": one, "form": form})
    return found
