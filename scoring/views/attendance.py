"""The list of one activity: marked on one page, shown before it changes what is stored, saved at once."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import policy
from members.access import about, by_of, scope_of
from members.admin.sending import XLSX
from members.errors import OutOfScope, Refused, Stale
from members.naming import file_name, to_download
from members.resources.limits import WorkbookRefused
from members.text import is_key, listed
from scoring.forms.activities import AttachmentForm
from scoring.forms.attendance import RosterForm, Typed, base_of, changed_since, copied
from scoring.models import Activity
from scoring.resources.attendance import read_list, write_list
from scoring.services import attendance
from scoring.services.activities import Mark, record_attendance
from scoring.views import saving
from scoring.views.activities import seen, written

LONGEST_PASTE = 100_000
LOOKING = {"paste", "upload", "back"}
"""What can be asked of the list beside saving it; any other step saves."""


@dataclass(slots=True)
class Roster:
    """What a request for a list works on: the activity, who is expected, and what is stored.

    `counted` where the indicators were asked for, for which taking part counts: saving needs none.
    """

    activity: Activity
    expected: list[attendance.Expected]
    stored: dict[int, Mark]
    writable: bool
    counted: bool

    @property
    def of_others(self) -> list[Mark]:
        """Stored marks of members whom the user does not write: shown, and kept as they are."""
        own = {line.member.pk for line in self.expected}
        return [mark for key, mark in self.stored.items() if key not in own]

    @property
    def own(self) -> dict[int, Mark]:
        """Stored marks of the members on the page."""
        own = {line.member.pk for line in self.expected}
        return {key: mark for key, mark in self.stored.items() if key in own}


def roster(request: HttpRequest, activity: Activity, *, counted: bool = True) -> Roster:
    """The list of the activity as far as the user sees it; to be written where the user writes it."""
    scope = scope_of(request)
    writable = activity.was_held and scope.may_write(activity.organisation)
    expected = attendance.expected(activity, scope, to_write=writable)
    return Roster(
        activity=activity,
        expected=attendance.with_indicators(activity, expected) if counted else expected,
        stored=attendance.stored_marks(activity),
        writable=writable,
        counted=counted,
    )


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to mark, or to read; every button of it comes back here, and only saving writes."""
    if request.method != "POST":
        return _read(request, roster(request, seen(request, pk)))
    step = request.POST.get("step", "save")
    found = roster(request, written(request, pk), counted=step in LOOKING)
    if not found.writable:
        messages.error(request, _("Only an activity that was held has a list of who attended."))
        return redirect("attendance", pk=pk)
    form = RosterForm.posted(found.expected, request.POST)
    if step == "paste":
        return _pasted(request, found, form)
    if step == "upload":
        return _uploaded(request, found, form)
    if step == "back":
        return show(request, found, form, unsaved=True)
    return _save(request, found, form, step)


@about(policy.RECORDS)
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a workbook to fill in."""
    found = roster(request, written(request, pk))
    if not found.writable:
        raise Http404
    form = RosterForm(found.expected, _shown(found))
    file = BytesIO()
    write_list(file, title=found.activity.date.isoformat(), lines=form.lines)
    held = found.activity
    name = file_name(_("Attendance"), held.title, held.organisation.name, held.date.isoformat())
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=to_download(name, "xlsx"))


def show(
    request: HttpRequest,
    found: Roster,
    form: RosterForm,
    *,
    unsaved: bool = False,
    problems: list[str] | None = None,
) -> HttpResponse:
    """The page of the list; `unsaved` where it shows what is not stored yet."""
    activity, scope = found.activity, scope_of(request)
    if not found.counted:
        form.expected = attendance.with_indicators(activity, form.expected)
    new = found.writable and not found.stored
    units = {line.posting.organisation_id for line in form.expected}
    again = request.POST if request.method == "POST" else {}
    context = {
        "activity": activity,
        "form": form,
        "lines": form.lines,
        "of_others": found.of_others,
        "several_units": len(units) > 1,
        "writable": found.writable,
        "may_write": scope.may_write(activity.organisation),
        "held": activity.was_held,
        "due": activity.date <= scope.on,
        "is_new": new,
        "unsaved": unsaved,
        "problems": problems or [],
        "version": again.get("version", activity.version),
        "base": again.get("base", base_of(found.own)),
        "last": attendance.last_like(activity, scope) if new else None,
        "attachment_form": AttachmentForm(initial={"version": activity.version}),
        "trail": [{"label": activity.title}],
    }
    return render(request, "scoring/attendance.html", context)


def _read(request: HttpRequest, found: Roster) -> HttpResponse:
    """The page as it is opened: what is stored, or on a new list what it begins with."""
    copy = request.GET.get("copy", "")
    if found.writable and not found.stored and is_key(copy):
        other = seen(request, int(copy))
        typed = _shown(found) | copied(found.expected, attendance.stored_marks(other))
        return show(request, found, RosterForm(found.expected, typed), unsaved=True)
    return show(request, found, RosterForm(found.expected, _shown(found)))


def _shown(found: Roster) -> dict[int, Typed]:
    new = found.writable and not found.stored
    marks = attendance.presets(found.activity, found.expected) if new else found.own
    return {key: Typed.of(mark) for key, mark in marks.items()}


def _pasted(request: HttpRequest, found: Roster, form: RosterForm) -> HttpResponse:
    """Mark whom the pasted text names, and say who that was."""
    named = form.paste(request.POST.get("pasted", "")[:LONGEST_PASTE])
    if named.members:
        said = {"count": len(named.members), "names": listed(member.name for member in named.members)}
        messages.info(request, _("Marked from the text: %(count)s (%(names)s)") % said)
    problems = []
    if named.ambiguous:
        names = {"names": listed(named.ambiguous)}
        problems.append(_("Several have this name, mark them in the list: %(names)s") % names)
    if named.unknown:
        problems.append(_("Nobody of this list: %(names)s") % {"names": listed(named.unknown)})
    return show(request, found, form, unsaved=True, problems=problems)


def _uploaded(request: HttpRequest, found: Roster, form: RosterForm) -> HttpResponse:
    """Fill the page from a workbook; nothing is stored."""
    upload = request.FILES.get("workbook")
    if upload is None:
        return show(request, found, form, unsaved=True, problems=[_("Choose a file first.")])
    try:
        read = read_list(cast(IO[bytes], upload.file), form.lines)
    except WorkbookRefused as refusal:
        return show(request, found, form, unsaved=True, problems=[str(refusal)])
    numbers = {line.member.number: line.member.pk for line in found.expected}
    for number, typed in read.typed.items():
        form.typed[numbers[number]] = typed
    said = {"count": len(read.typed)}
    messages.info(request, _("Filled in from the file: %(count)s. Nothing is saved yet.") % said)
    return show(request, found, form, unsaved=True, problems=read.problems)


def _save(request: HttpRequest, found: Roster, form: RosterForm, step: str) -> HttpResponse:
    """Store the list, once nothing that is stored is overwritten unseen."""
    version = request.POST.get("version", "")
    current = version == str(found.activity.version)
    if step == "resolve" and current:
        saving.resolve(form, found.own, request.POST)
    if not form.is_valid():
        problems = [_("Some lines cannot be saved as they are.")]
        return show(request, found, form, unsaved=True, problems=problems)
    wanted = form.marks()
    if not current:
        since = changed_since(request.POST.get("base", ""), found.own)
        if conflicts := saving.conflicts(form, found.own, since, request.POST.get("base", "")):
            return saving.ask(request, found.activity, form, found.own, conflicts=conflicts)
    changes = list(attendance.changes(found.own, wanted))
    if changes and not (current and step in {"confirm", "resolve"}):
        return saving.ask(request, found.activity, form, found.own, changes=changes)
    try:
        record_attendance(
            by=by_of(request),
            activity=found.activity,
            marks=[*wanted.values(), *found.of_others],
        )
    except OutOfScope:
        raise Http404 from None
    except Stale:
        # Somebody was faster by a moment: look again at what is stored now.
        return _save(request, roster(request, written(request, found.activity.pk), counted=False), form, step)
    except Refused as refusal:
        return show(request, found, form, unsaved=True, problems=refusal.messages)
    messages.success(request, _("Attendance is saved: %(totals)s.") % {"totals": _totals(form)})
    return redirect("attendance", pk=found.activity.pk)


def _totals(form: RosterForm) -> str:
    counted = (f"{label} {count}" for name, label, count in form.totals if name != "none" and count)
    return listed(counted)
