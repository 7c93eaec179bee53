"""What an act of roster work will do, found by doing it and taking it back, and the doing itself.

The verb of the roster's own service runs inside a transaction that is rolled back unless the user has
confirmed exactly what came out. A computation on altered facts would not write, but it would be a second
account of what the verbs do and refuse, and of what the scores read; here both are the real ones, so that
what is announced is what happens. It runs on a POST only; nothing stays of it, neither a row of the log nor a
lock. The member's row is locked first, so that two confirmations for one member wait for each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import DutyKind
from members.markup import stretch
from members.models import Duty, Member, Organisation, Posting
from members.scope import Scope
from members.services import guards
from members.services.by import By
from reports.desk.services.roster.acts import Act
from reports.desk.services.roster.state import State, YearState, read_state
from reports.tables import points
from scoring.rules.exact import Hundredths
from scoring.rules.terms import Kind

EMPTY = "—"
YEARS_SHOWN = 2
"""Of a change that reaches far back the newest years are worked out; all it touches are named."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, as text; `changed` where they differ."""

    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class YearEffect:
    """What happens to one year: facts and figures, its quotas, and what will earn nothing of what is done.

    `day` is the day of the figures. `problem` says why there is nothing to show afterwards.
    """

    year: int
    day: date
    facts: tuple[Change, ...]
    figures: tuple[Change, ...]
    quotas: tuple[Change, ...]
    idle: tuple[str, ...]
    problem: str

    @property
    def rows(self) -> tuple[Change, ...]:
        """Facts and figures as one table."""
        return self.facts + self.figures


@dataclass(frozen=True, slots=True)
class Effect:
    """What the act does. `place` is where the member is afterwards, `seen` whether the user still sees it.

    `readers` are the duties that see the member then. `done`: it has been confirmed, and is stored.
    """

    postings: tuple[Change, ...]
    leaves: tuple[Change, ...]
    touches: str
    years: tuple[YearEffect, ...]
    place: Organisation
    from_day: date
    seen: bool
    readers: tuple[str, ...]
    digest: str
    done: bool


def weigh(*, by: By, act: Act, seen: str = "") -> Effect:
    """Find what an act does; with the digest of what the user has seen, do it if that still holds.

    Raises Refused or OutOfScope, as the verb does.
    """
    days = _days(act, by.today)
    with guards.writing():
        member = Member.objects.select_for_update().get(pk=act.member.pk)
        before = read_state(member, days)
        act.perform(by)
        after = read_state(member, days)
        # Of a change to come what matters is who sees the member once it holds.
        from_day = max(by.today, act.first)
        governing = member.postings.governing(from_day).select_related("organisation").get()
        digest = _digest(member, before, after)
        effect = Effect(
            postings=_paired(_postings(before), _postings(after)),
            leaves=_paired(_leaves(before), _leaves(after)),
            touches=_touches(act),
            years=tuple(
                _year(year, day, before.years[year], after.years[year]) for year, day in days.items()
            ),
            place=governing.organisation,
            from_day=from_day,
            seen=Member.objects.visible_to(_scope_on(by, from_day)).filter(pk=member.pk).exists(),
            readers=_readers(governing, from_day),
            digest=digest,
            done=seen == digest,
        )
        if not effect.done:
            transaction.set_rollback(True)
    return effect


def _days(act: Act, today: date) -> dict[int, date]:
    """The years to work out, each with the day of its figures: today, or the end of a past one."""
    last = min(today.year, act.last.year if act.last else today.year)
    first = max(act.first.year, last - YEARS_SHOWN + 1)
    # A change that lies in the future alone is shown on the running year, which it leaves as it is.
    years = range(first, last + 1) or [today.year]
    return {year: today if year == today.year else date(year, 12, 31) for year in reversed(years)}


def _touches(act: Act) -> str:
    first, last = act.first.year, act.last.year if act.last else None
    if last is None:
        return _("%(year)s and all years after") % {"year": first}
    return str(first) if first == last else f"{first}–{last}"


def _digest(member: Member, before: State, after: State) -> str:
    facts = [member.pk, member.version, before.facts(versions=True), after.facts(versions=False)]
    text = json.dumps(facts, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class _Lasting(NamedTuple):
    """What lasts from a day on, as it is told: what it is, and how long."""

    start: date
    label: str
    long: str


def _postings(state: State) -> dict[int, _Lasting]:
    return {
        row.pk: _Lasting(row.start, f"{row.organisation.name} · {row.role}", stretch(row.start, row.end))
        for row in state.postings
    }


def _leaves(state: State) -> dict[int, _Lasting]:
    return {row.pk: _Lasting(row.start, row.reason, stretch(row.start, row.end)) for row in state.leaves}


def _paired(before: dict[int, _Lasting], after: dict[int, _Lasting]) -> tuple[Change, ...]:
    """Row by row in the order of their beginnings; what is called otherwise afterwards says so."""
    found = []
    for key in sorted(before.keys() | after.keys(), key=lambda one: after.get(one) or before[one]):
        pair = before.get(key), after.get(key)
        renamed = None not in pair and len({one.label for one in pair if one}) > 1
        sides = [(f"{one.label} · {one.long}" if renamed else one.long) if one else EMPTY for one in pair]
        found.append(Change((pair[1] or before[key]).label, *sides))
    return tuple(found)


def _year(year: int, day: date, before: YearState, after: YearState) -> YearEffect:
    return YearEffect(
        year=year,
        day=day,
        facts=tuple(
            Change(label, read(before), read(after))
            for label, read in (
                (_("Months that count"), lambda state: str(state.months)),
                (_("Scored in"), lambda state: state.unit.name if state.unit else EMPTY),
                (_("Scored as"), lambda state: str(state.role.role) if state.role else EMPTY),
            )
        ),
        figures=_figures(before, after),
        quotas=_quotas(before, after),
        idle=tuple(_idle(before, after)),
        problem=after.problem or _unscored(after),
    )


def _unscored(state: YearState) -> str:
    if state.end is None:
        return _("Without a posting on 31 December the member is not among those scored for the year.")
    if not state.end.role.scored:
        return _("The role is not scored; nothing that is recorded becomes points.")
    if state.end.daily is None:
        return _("No month of the year counts, so there will be no score.")
    return ""


def _figures(before: YearState, after: YearState) -> tuple[Change, ...]:
    sides = [state.now.daily if state.now else None for state in (before, after)]
    labels = (_("Base"), _("Bonus"), _("Daily score"))
    values = [tuple(side)[:3] if side else (None, None, None) for side in sides]
    return tuple(
        Change(label, _points(then), _points(now)) for label, then, now in zip(labels, *values, strict=True)
    )


def _points(value: Hundredths | None) -> str:
    return EMPTY if value is None else points(value)


def _quotas(before: YearState, after: YearState) -> tuple[Change, ...]:
    """Every counted requirement of either side, those of the side afterwards first."""
    sides = before.quotas(), after.quotas()
    found = []
    for code in dict.fromkeys([*sides[1], *sides[0]]):
        row = (sides[1].get(code) or sides[0][code])[0]
        if row.quota is not None:
            measure = row.indicator.measure
            found.append(Change(row.wording, *(_quota(side.get(code), measure) for side in sides)))
    return tuple(found)


def _quota(found: tuple[object, int | None] | None, unit: str) -> str:
    return f"{found[1]} {unit}" if found else EMPTY


def _idle(before: YearState, after: YearState) -> Sequence[str]:
    """What has been done and will earn nothing: no longer required, or done while no posting is scored."""
    wanted, kept = before.quotas(), after.lines()
    told = []
    for code, line in before.lines().items():
        if line.kind == Kind.JUDGED or not line.done:
            continue
        row = wanted[code][0]
        lost = line.done - kept[code].done if code in kept else line.done
        if lost > 0:
            said = {"indicator": row.wording, "number": lost, "unit": row.indicator.measure}
            told.append(_("%(indicator)s: %(number)s %(unit)s") % said)
    return told


def _scope_on(by: By, day: date) -> Scope:
    """What the user sees on the day, by the duties that hold then."""
    return Scope.operator(day) if by.user is None else Scope.of(by.user, day)


def _readers(governing: Posting, on: date) -> tuple[str, ...]:
    """The duties that reach the organisation, with where they are held, from the nearest upwards."""
    above = Organisation.objects.above(governing.organisation)
    held = Duty.objects.in_force(on).filter(organisation__in=above, user__is_active=True)
    rows = held.order_by("-organisation__path", "kind").values_list("kind", "organisation__name").distinct()
    return tuple(f"{DutyKind(kind).label} · {name}" for kind, name in rows)
