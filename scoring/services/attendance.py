"""The list of one activity as a page shows it: who is expected, what is stored, what saving would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from members.models import Member, Posting
from members.scope import Scope
from scoring.enums import Audience, IndicatorKind, Presence
from scoring.models import Activity, Attendance, Indicator
from scoring.services.activities import Mark
from scoring.services.kind_rules import KindRules
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Expected:
    """One member who is expected, by the posting of the day.

    `indicator` is that for which taking part counts: None where an activity of the kind means nothing for
    the role, or it was not asked for.
    """

    member: Member
    posting: Posting
    indicator: Indicator | None = None

    @property
    def may_repeat(self) -> bool:
        """Whether taking part may count more than once."""
        return self.indicator is not None and self.indicator.kind == IndicatorKind.COUNTED


@dataclass(frozen=True, slots=True)
class Change:
    """What saving would do to a stored mark; `after` is None where the mark would go."""

    member: Member
    before: Mark
    after: Mark | None


def expected(activity: Activity, scope: Scope, *, to_write: bool) -> list[Expected]:
    """Those who held a posting in the audience on the day, unit by unit; of them those whom the scope sees.

    `to_write` leaves out whom the scope does not write: who has moved away since.
    """
    members = Member.objects.writable_by(scope) if to_write else Member.objects.visible_to(scope)
    postings = (
        Posting.objects.on(activity.date)
        .filter(_in_audience(activity), member__in=members)
        .select_related("member", "organisation", "role__organisation")
        .order_by("organisation__path", "member__number")
    )
    return [Expected(posting.member, posting) for posting in postings]


def with_indicators(activity: Activity, lines: list[Expected]) -> list[Expected]:
    """The same with the indicators for which taking part counts."""
    rules, indicators = KindRules.for_year(activity.date.year), Indicator.objects.in_bulk()
    return [
        replace(line, indicator=indicators.get(key)) if key is not None else line
        for line in lines
        for key in [rules.indicator_of(activity.kind_id, line.posting.organisation.path, line.posting.role)]
    ]


def stored_marks(activity: Activity) -> dict[int, Mark]:
    """What is stored of each member, by key."""
    rows = Attendance.objects.filter(activity=activity).select_related("member")
    return {row.member_id: _mark(row) for row in rows.order_by("member__number")}


def presets(activity: Activity, lines: list[Expected]) -> dict[int, Mark]:
    """What a new list begins with: who is not scored, or gains nothing by coming, need not come."""
    book = StandardsBook.for_year(activity.date.year)
    found = {}
    for line in lines:
        role = book.role(line.posting.organisation.path, line.posting.role_id)
        if role is None or not role.scored or line.indicator is None:
            found[line.member.pk] = Mark(line.member, Presence.EXEMPT)
    return found


def last_like(activity: Activity, scope: Scope) -> Activity | None:
    """The last activity before of the same kind and organisation that has a list."""
    same = Activity.objects.visible_to(scope).filter(
        kind=activity.kind_id, organisation=activity.organisation_id, attendances__isnull=False
    )
    before = same.filter(Q(date__lt=activity.date) | Q(date=activity.date, pk__lt=activity.pk or 0))
    return before.order_by("-date", "-pk").first()


def changes(stored: Mapping[int, Mark], wanted: Mapping[int, Mark]) -> Iterator[Change]:
    """The stored marks that saving would change or take away; another note alone is none."""
    for key, before in stored.items():
        after = wanted.get(key)
        if after is None or (before.status, before.quantity) != (after.status, after.quantity):
            yield Change(before.member, before, after)


def _in_audience(activity: Activity) -> Q:
    if activity.audience == Audience.UNITS:
        condition = Q(pk__in=[])
        for path in activity.units.order_by("path").values_list("path", flat=True):
            condition |= Q(organisation__path__startswith=path)
        return condition
    within = Q(organisation__path__startswith=activity.organisation.path)
    return (
        within & Q(member__in=activity.chosen["invited"]) if activity.audience == Audience.MEMBERS else within
    )


def _mark(row: Attendance) -> Mark:
    quantity = row.quantity if row.status == Presence.PRESENT else 1
    return Mark(row.member, row.status, quantity, row.note)
