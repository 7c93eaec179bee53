"""Puts the demo into the database through the services, as if branches had handed it in day by day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from members.errors import Refused
from members.models import Member, Organisation, Role
from members.resources.workbook import Row, Workbook
from members.services import log
from members.services.by import By
from reports.desk.demo import yearend
from reports.desk.demo.calendar import Event
from reports.desk.demo.history import AT_ONCE, COLUMNS, Cells, Day, History, Mark
from reports.desk.demo.review import Review
from reports.desk.demo.tree import ROOT
from reports.desk.resources import KINDS
from scoring.models import Activity, ActivityKind, Adjustment, AdjustmentLine, Care, CareVisit, Indicator
from scoring.rules.exact import UNIT
from scoring.services import ledger
from scoring.services.activities import Mark as ListMark
from scoring.services.activities import record_attendance, save_activity
from scoring.services.adjustments import adopt_adjustment
from scoring.services.standards import StandardsBook

Step = Callable[[date], None]
SEEDED = "seed demo"
"""The verb under which the log keeps that, and with what arguments, a demo was put in."""
_OFFICE_CLOSES = time(17, 30)
_ADJUSTED_ROLE = "community.member"
_RESOLUTION = (
    "经支部党员大会讨论表决，本支部普通党员全年参加党的组织生活的次数增加两次，"
    "学习心得体会的分值相应调减2分，计入组织生活。"
)


class Loading:
    """Replays a history: what is handed in on a day is recorded under that day, in one transaction."""

    def __init__(self, history: History, now: datetime) -> None:
        self.history, self.now = history, now
        self.members: dict[str, Member] = {}
        self.organisations: dict[str, Organisation] = {}
        self.resolved = date(history.plan.year, 1, 20)
        self.adjusted = False
        self.activity_kinds = {kind.code: kind for kind in ActivityKind.objects.all()}

    def run(self, arguments: dict[str, int | None]) -> None:
        """Put everything in, or nothing. Raises Refused when a sheet is refused."""
        with transaction.atomic():
            reviewed = self._review()
            for day in self.history.days():
                while reviewed and self._in_order and reviewed[0][0] < day.on:
                    on, step = reviewed.pop(0)
                    step(on)
                if not self.adjusted and day.on >= self.resolved:
                    self._adjust()
                self._take(day)
            for on, step in reviewed:
                step(on)
            root = Organisation.objects.get(code=ROOT)
            by = By.operator(self.now)
            log.record(by=by, verb=SEEDED, obj=root, organisation=root, after=dict(arguments))

    def _review(self) -> list[tuple[date, Step]]:
        """The steps of the review of the year before, where it has a ledger, that lie in the past."""
        plan = self.history.plan
        steps = Review(plan.year - 1, self._by).steps() if plan.years[0] < plan.year else []
        return [(on, step) for on, step in steps if on <= min(plan.last, self.now.date())]

    @property
    def _in_order(self) -> bool:
        """Whether days follow each other; where branches come wholly after others, the review is last."""
        return len(self.history.people) <= AT_ONCE

    def _take(self, day: Day) -> None:
        by = self._by(day.on)
        for kind in COLUMNS:
            if day.sheets.get(kind):
                self._import(kind, day.sheets[kind], by)
        for event, marks in day.lists:
            self._list(event, marks, by)
        for wish in day.wishes:
            self._wish(wish, by)
        for visit in day.visits:
            self._visit(visit, by)

    def _by(self, on: date) -> By:
        """The operator at the close of the day, or now."""
        closing = timezone.make_aware(datetime.combine(on, _OFFICE_CLOSES))
        return By.operator(min(closing, self.now))

    def _import(self, kind: str, rows: list[Cells], by: By) -> None:
        """The rows as a workbook of one sheet, by the very way of an imported file."""
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        numbered = [Row(number, list(cells)) for number, cells in enumerate(rows, start=2)]
        workbook = Workbook(kind, COLUMNS[kind], 1, numbered, others=(), merges=(), digest=digest)
        importer = KINDS[kind]()
        preview = importer.preview(workbook, by=by)
        if not preview.ok:
            raise Refused([f"{kind}: {problem}" for problem in preview.problems])
        importer.confirm(preview, by=by, file_name=f"{kind} {by.today}.xlsx")

    def _list(self, event: Event, marks: list[Mark], by: By) -> None:
        activity = Activity(
            organisation=self._organisation(event.organisation),
            kind=self.activity_kinds[event.kind],
            date=event.date,
            title=event.title,
            place=event.place,
        )
        save_activity(by=by, activity=activity)
        listed = [
            ListMark(member=self._member(mark.member), status=mark.status, note=mark.note) for mark in marks
        ]
        record_attendance(by=by, activity=activity, marks=listed)

    def _wish(self, told: yearend.Care, by: By) -> None:
        contact = self._member(told.contact) if told.contact else None
        wish = Care(
            member=self._member(told.member), wish=told.wish, wished_on=told.wished_on, contact=contact
        )
        ledger.save_care(by=by, care=wish)

    def _visit(self, told: yearend.Visit, by: By) -> None:
        visit = CareVisit(
            member=self._member(told.member),
            date=told.day,
            visitor=told.visitor,
            passed_on=told.passed_on,
            heard=told.heard,
        )
        ledger.save_care_visit(by=by, visit=visit)

    def _adjust(self) -> None:
        """A branch resolves to ask for more meetings; two points go from the essays to them."""
        plan, place = self.history.plan, self._organisation(self.history.adjusted.code)
        self.adjusted = True
        role = Role.objects.get(code=_ADJUSTED_ROLE)
        effective = StandardsBook.for_year(plan.year).role(place.path, role.pk)
        if effective is None:
            return
        changed = {"org_life": (2, 2), "essay": (0, -2)}
        indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        lines = []
        for row in effective.requirements:
            quota, points = changed.get(row.code, (0, 0))
            lines.append(
                AdjustmentLine(
                    indicator=indicators[row.code],
                    quota=None if row.quota is None else row.quota + quota,
                    points=Decimal(row.points) / UNIT + points,
                )
            )
        posted = [who for who in self.history.people if who.stays[0].unit == self.history.adjusted.code]
        present = max(1, len(posted) * 4 // 5)
        adjustment = Adjustment(
            organisation=place,
            year=plan.year,
            role=role,
            resolution_on=self.resolved,
            present=present,
            votes_for=max(present - 2, present // 2 + 1),
            resolution=_RESOLUTION,
        )
        adopt_adjustment(by=self._by(self.resolved), adjustment=adjustment, lines=lines)

    def _member(self, number: str) -> Member:
        if number not in self.members:
            self.members[number] = Member.objects.get(number=number)
        return self.members[number]

    def _organisation(self, code: str) -> Organisation:
        if code not in self.organisations:
            self.organisations[code] = Organisation.objects.get(code=code)
        return self.organisations[code]
