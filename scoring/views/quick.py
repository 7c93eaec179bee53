"""Quick rows: visits, essays, deeds typed one below the other and stored together."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.forms import DayField
from members.models import Member, Organisation
from members.text import plain_number, tidy
from scoring.enums import IndicatorKind
from scoring.models import ActivityRule, Entry, Indicator
from scoring.services import ledger
from scoring.services.earning import Roll, earning_nothing, told_to_browsers
from scoring.services.naming import meant, offered
from scoring.services.questions import nothing_earned, same_entries
from scoring.services.quick import RowsRefused, SentAlready, record_entries, refuse_sent, row_problems
from scoring.services.roll import Person, kept, roll
from scoring.views.places import branch_of, carry_out, page_context, require_writer

EMPTY_ROWS = 5
MOST_ROWS = 100
SAVED = "quick_saved"
DAY = DayField()
FIELDS = ("member", "indicator", "quantity", "date", "title")
_TOKEN = re.compile(r"[0-9a-f]{1,16}")
_QUANTITY = re.compile(r"[0-9]{1,5}")
_MEMBER = re.compile(r"member-([0-9]{1,3})")


@dataclass(slots=True)
class Row:
    """One row as it was typed, with what is wrong with it by field.

    `nothing` says why it would earn nothing, `same` what it may be the same as; `key` names what is asked of
    it, and `again` what its user has agreed to.
    """

    position: int
    member: str = ""
    indicator: str = ""
    quantity: str = ""
    date: str = ""
    title: str = ""
    again: str = ""
    nothing: str = ""
    same: str = ""
    key: str = ""
    problems: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})

    @property
    def empty(self) -> bool:
        """Whether nothing was typed but what is remembered from the row above."""
        return not (self.member or self.title or self.quantity)

    @property
    def agreed(self) -> bool:
        """Whether nothing is asked of it that is not answered."""
        return self.again == self.key


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def quick_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows; a POST stores them all, or shows them again with what is wrong in each.

    A POST that names an entry takes that one back.
    """
    organisation = branch_of(request, code)
    rows, problems, once = [], [], ""
    if request.method == "POST":
        require_writer(request, organisation)
        if "entry" in request.POST:
            return _withdrawn(request, organisation)
        rows, given = _typed(request.POST), request.POST.get("once", "")
        once = given if _TOKEN.fullmatch(given) else ""
        try:
            stored = _save(request, organisation, rows, once)
        except OutOfScope:
            raise Http404 from None
        except SentAlready as refusal:
            messages.info(request, " ".join(refusal.messages))
            return redirect("quick_rows", code=organisation.code)
        except Refused as refusal:
            problems = refusal.messages
        else:
            request.session[SAVED] = [entry.pk for entry in stored]
            said = ngettext("%(count)s entry saved.", "%(count)s entries saved.", len(stored))
            messages.success(request, said % {"count": len(stored)})
            return redirect("quick_rows", code=organisation.code)
    context, today = page_context(request, organisation, "quick_rows"), scope_of(request).on
    saved, indicators = _just_saved(request, organisation), _indicators()
    standing: Sequence[Person] = []
    year = saved[-1].date.year if saved else today.year
    if not context["crowded"]:
        roll_of = _rolls(request, organisation)
        standing = roll_of(year)
        why = earning_nothing({entry.pk: entry for entry in saved}, roll_of)
        for entry in saved:
            entry.nothing = why.get(entry.pk, "")
        indicators.sort(key=lambda indicator: not any(one.asked(indicator.code) for one in standing))
    people = [] if context["crowded"] else kept(organisation, scope_of(request)).order_by("number")
    context |= {
        "rows": _padded(rows, saved, indicators, today),
        "problems": problems,
        "once": once or secrets.token_hex(8),
        "indicators": indicators,
        "people": offered(people),
        "saved": saved,
        "earning": told_to_browsers(standing, year),
        "unsaved": bool(problems),
    }
    return render(request, "scoring/quick.html", context)


def _rolls(request: HttpRequest, organisation: Organisation) -> Roll:
    """Who stands in the branch, asked for each year once."""
    return cache(lambda year: roll(organisation=organisation, year=year, scope=scope_of(request)))


def _withdrawn(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Take back an entry that was just saved."""
    given = request.POST["entry"]
    entry = next((row for row in _just_saved(request, organisation) if str(row.pk) == given), None)
    if entry is None:
        messages.error(request, _("This entry is no longer there to be taken back."))
    elif str(entry.version) != request.POST.get("version"):
        messages.error(request, _("Somebody else has changed this entry meanwhile."))
    else:
        withdraw = partial(ledger.withdraw_entry, by=by_of(request), entry=entry)
        carry_out(request, withdraw, _("Taken back: %(entry)s.") % {"entry": _named(entry)})
    return redirect("quick_rows", code=organisation.code)


def _named(entry: Entry) -> str:
    return f"{entry.member.name} · {entry.indicator} · {entry.quantity}"


def _typed(posted: Mapping[str, str]) -> list[Row]:
    """The rows that were sent, in order; empty indicators and dates are those of the row above."""
    positions = sorted({int(found[1]) for name in posted if (found := _MEMBER.fullmatch(name))})
    rows: list[Row] = []
    above = Row(0)
    for position in positions[:MOST_ROWS]:
        said = {name: tidy(posted.get(f"{name}-{position}", "")) for name in FIELDS}
        row = Row(len(rows), **said, again=posted.get(f"again-{position}", ""))  # type: ignore[arg-type]
        if row.empty:
            continue
        row.indicator, row.date = row.indicator or above.indicator, row.date or above.date
        rows.append(row)
        above = row
    return rows


def _save(request: HttpRequest, organisation: Organisation, rows: Sequence[Row], once: str) -> list[Entry]:
    """Store the rows. Raises Refused, with the problems kept in the rows, SentAlready and OutOfScope.

    A row that would earn nothing, or may be recorded already, is stored once its user has agreed to it.
    """
    if not rows:
        raise Refused(_("Nothing has been typed."))
    members = list(kept(organisation, scope_of(request)).order_by("number"))
    indicators = {row.code: row for row in _indicators()}
    entries = {}
    for row in rows:
        entry = _entry(row, members, indicators)
        if entry is not None:
            entries[row.position] = entry
    by = by_of(request)
    refuse_sent(once, by)
    _ask(rows, entries, _rolls(request, organisation))
    if len(entries) == len(rows) and all(row.agreed for row in rows):
        try:
            return record_entries(by=by, organisation=organisation, entries=list(entries.values()), once=once)
        except RowsRefused as refused:
            problems = refused.problems
    else:
        problems = row_problems(by=by, entries=entries)
    for position, found in problems.items():
        for name, said in found.items():
            rows[position].problems.setdefault(name, []).extend(said)
    if len(entries) == len(rows) and not problems:
        raise Refused(_("Nothing is saved yet: change the marked rows, or tick their boxes and save again."))
    raise Refused(_("Nothing is saved yet: some rows cannot be recorded."))


def _ask(rows: Sequence[Row], entries: Mapping[int, Entry], roll_of: Roll) -> None:
    """Put into the rows what is asked of them."""
    same, nothing = same_entries(entries), nothing_earned(entries, roll_of)
    for row in rows:
        asked = [said[row.position] for said in (same, nothing) if row.position in said]
        row.key = " ".join(question.key for question in asked)
        row.same = same[row.position].text if row.position in same else ""
        row.nothing = nothing[row.position].text if row.position in nothing else ""


def _entry(row: Row, members: Sequence[Member], indicators: Mapping[str, Indicator]) -> Entry | None:
    """The entry that a row means; None, with the problems in the row, where that is not clear."""
    problems = row.problems
    member = day = None
    try:
        if not row.member:
            raise Refused(_("Who was it?"))
        member = meant(row.member, members)
        row.member = str(member)
    except Refused as refusal:
        problems["member"] = refusal.messages
    indicator = indicators.get(row.indicator)
    if indicator is None:
        problems["indicator"] = [_("Choose what was done.")]
    try:
        day = DAY.clean(row.date)
    except ValidationError:
        problems["date"] = [_("Give the day as 2026-03-05.")]
    quantity = plain_number(row.quantity) or "1"
    if not _QUANTITY.fullmatch(quantity) or int(quantity) < 1:
        problems["quantity"] = [_("A quantity is a whole number from 1.")]
    if any(problems.values()) or member is None or indicator is None or day is None:
        return None
    return Entry(member=member, indicator=indicator, date=day, quantity=int(quantity), title=row.title)


def _padded(
    rows: list[Row], saved: Sequence[Entry], indicators: Sequence[Indicator], today: date
) -> list[Row]:
    """The rows with empty ones after them; the first begins with what was saved last, or with today."""
    if not rows:
        first = Row(0, date=today.isoformat())
        if saved:
            first.indicator, first.date = saved[-1].indicator.code, saved[-1].date.isoformat()
        else:
            first.indicator = next((row.code for row in indicators), "")
        rows = [first]
    missing = max(EMPTY_ROWS - len(rows), 1)
    return [*rows, *(Row(len(rows) + number) for number in range(missing))]


def _indicators() -> list[Indicator]:
    """What is counted; first what no list of an activity brings in."""
    by_lists = Exists(ActivityRule.objects.filter(indicator=OuterRef("pk")))
    counted = Indicator.objects.filter(kind=IndicatorKind.COUNTED).alias(by_lists=by_lists)
    return list(counted.order_by("by_lists", "order", "code"))


def _just_saved(request: HttpRequest, organisation: Organisation) -> list[Any]:
    """What this session saved last, as far as it still stands and belongs here."""
    keys = request.session.get(SAVED, [])
    if not keys:
        return []
    rows = Entry.objects.filter(pk__in=keys, activity=None, member__in=kept(organisation, scope_of(request)))
    return list(rows.select_related("member", "indicator").order_by("pk"))
