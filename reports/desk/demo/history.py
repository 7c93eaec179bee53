"""The demo as it would have happened: day by day the sheets handed in, lists of activities, care."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from reports.desk.demo import tree, yearend
from reports.desk.demo.calendar import MEETING, PARTY_DAY, Event, events
from reports.desk.demo.conduct import Conduct, Entry
from reports.desk.demo.facts import Facts
from reports.desk.demo.people import ELDERLY, Person, settle
from reports.desk.demo.plan import Plan
from reports.desk.demo.tree import Node, Sector

Cells = tuple[Any, ...]
COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations": ("组织编码", "名称", "类型", "上级编码"),
    "members": (
        "党员编号",
        "姓名",
        "组织编码",
        "类别",
        "角色",
        "出生日期",
        "入党日期",
        "党员身份",
        "起始日期",
        "截止日期",
    ),
    "leaves": ("党员编号", "姓名", "起始日期", "截止日期", "事由"),
    "entries": ("党员编号", "姓名", "考核项目", "日期", "截止日期", "数量", "活动名称", "按时足额", "备注"),
    "judged": ("党员编号", "姓名", "年度", "考核项目", "完成比例", "说明"),
    "bonus": ("党员编号", "姓名", "日期", "类型", "级别", "分值", "事由"),
    "waivers": ("党员编号", "姓名", "年度", "考核项目", "事由"),
    "tallies": ("年度", "党员编号", "姓名", "优秀", "良好", "合格", "差", "空白", "无效"),
}
"""The headers of each kind of sheet; an empty cell is ''."""
TITLES = {
    "organisations": "党组织",
    "members": "党员名册",
    "leaves": "离岗",
    "entries": "积分台账",
    "judged": "定性考核",
    "bonus": "加分",
    "waivers": "免考",
    "tallies": "民主测评",
}
"""What each kind of sheet is called."""
AT_ONCE = 1500
"""Members whose history is told together; more would not fit into memory."""
LISTED_UNITS = 2
"""Organisations that keep lists of their activities instead of handing in sheets."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A member's line on the list of an activity: number, presence, note."""

    member: str
    status: str
    note: str = ""


@dataclass(slots=True)
class Day:
    """What is handed in on a day: sheets by kind, lists of activities, wishes of the elderly, visits."""

    on: date
    sheets: dict[str, list[Cells]] = field(default_factory=lambda: defaultdict(list))
    lists: list[tuple[Event, list[Mark]]] = field(default_factory=list)
    wishes: list[yearend.Care] = field(default_factory=list)
    visits: list[yearend.Visit] = field(default_factory=list)


class History:
    """Tells the demo of a plan; what is told depends on the plan and the scheme file only."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.facts = plan, Facts.read()
        self.nodes = tree.plant(plan)
        self.units = {node.code: node for node in self.nodes}
        self.people = settle(plan, self.nodes)
        self.conduct = Conduct(plan, self.facts)
        self.indicator = self.facts.indicator_names

    @property
    def adjusted(self) -> Node:
        """The branch whose general meeting changes what it asks for."""
        branches = [node for node in self.nodes if node.is_branch]
        return branches[1] if len(branches) > 1 and branches[1].sector == Sector.COMMUNITY else branches[0]

    def days(self, *, lists: bool = True) -> Iterator[Day]:
        """Day after day what is handed in; in a large demo some branches come wholly after others.

        `lists`: two branches keep lists of their activities; without, everything comes in sheets.
        """
        first = Day(self.plan.first)
        first.sheets["organisations"] += tree.rows(self.nodes)
        yield first
        for place, people in enumerate(self._portions()):
            told: dict[date, Day] = {}
            self._tell(people, told, listed=self._listed() if lists and not place else frozenset())
            if lists and not place:
                self._tell_care(people, told)
            yield from (told[on] for on in sorted(told))

    def workbooks(self) -> dict[str, list[Cells]]:
        """The rows of one workbook for each kind, as they stand in the end."""
        sheets: dict[str, list[Cells]] = {kind: [] for kind in COLUMNS}
        for day in self.days(lists=False):
            for kind, rows in day.sheets.items():
                sheets[kind] += rows
        sheets["members"] = [
            self._posting(who, place, known=None) for who in self.people for place in range(len(who.stays))
        ]
        return sheets

    def _listed(self) -> frozenset[str]:
        branches = [node for node in self.nodes if node.is_branch]
        firsts = {node.sector: node.code for node in reversed(branches)}
        return frozenset(list(firsts.values())[-LISTED_UNITS:])

    def _portions(self) -> Iterator[list[Person]]:
        portion: list[Person] = []
        unit = ""
        for who in self.people:
            if len(portion) >= AT_ONCE and who.stays[0].unit != unit:
                yield portion
                portion = []
            unit = who.stays[0].unit
            portion.append(who)
        yield portion

    def _tell(self, people: list[Person], told: dict[date, Day], listed: frozenset[str]) -> None:
        units = {who.stays[0].unit for who in people} & listed
        for who in people:
            self._tell_roster(who, told)
        for year in self.plan.years:
            units_of_all = {stay.unit for who in people for stay in who.stays}
            held = {unit: events(self.plan, self.units[unit], year) for unit in units_of_all}
            present: dict[Event, set[str]] = defaultdict(set)
            for who in people:
                mine = list(chain.from_iterable(held[unit] for unit in {stay.unit: 0 for stay in who.stays}))
                for entry in self.conduct.entries(who, year, mine):
                    if (
                        entry.event is not None
                        and entry.event.organisation in units
                        and year == self.plan.year
                    ):
                        present[entry.event].add(who.number)
                    else:
                        sheet = self._day(told, self._typed(entry.day, year, who.late)).sheets["entries"]
                        sheet.append(self._entry(who, entry))
            self._tell_lists(people, present, told)
            self._tell_decisions(people, year, told)

    def _tell_roster(self, who: Person, told: dict[date, Day]) -> None:
        for place, stay in enumerate(who.stays):
            day = self._day(told, stay.start)
            day.sheets["members"].append(self._posting(who, place, known=day.on))
        last = who.stays[-1]
        if last.end is not None:
            day = self._day(told, last.end)
            day.sheets["members"].append(self._posting(who, len(who.stays) - 1, known=day.on))
        for start, end, reason in who.leaves:
            cells = (who.number, who.name, start, end or "", reason)
            self._day(told, start).sheets["leaves"].append(cells)

    def _posting(self, who: Person, place: int, known: date | None) -> Cells:
        """A row of the roster as of a day; a posting that is followed by another is closed by that."""
        stay = who.stays[place]
        ends = (
            stay.end
            if place == len(who.stays) - 1 and stay.end and (known is None or stay.end <= known)
            else ""
        )
        standing = "预备" if who.probationary_on(self.plan.last) else "正式"
        category, role = self.facts.role_names[stay.role]
        return (
            who.number,
            who.name,
            stay.place,
            category,
            role,
            who.birth,
            who.joined,
            standing,
            stay.start,
            ends,
        )

    def _entry(self, who: Person, entry: Entry) -> Cells:
        monthly = entry.indicator == "dues"
        return (
            who.number,
            who.name,
            self.indicator[entry.indicator],
            entry.day,
            entry.until or "",
            entry.quantity,
            entry.title,
            ("是" if entry.on_time else "否") if monthly else "",
            entry.note,
        )

    def _tell_lists(
        self, people: list[Person], present: dict[Event, set[str]], told: dict[date, Day]
    ) -> None:
        for event in sorted(present, key=lambda event: (event.date, event.organisation, event.title)):
            dice = self.plan.dice("list", event.organisation, event.date, event.title)
            marks = []
            for who in people:
                stay = who.stay_on(event.date)
                if who.number in present[event]:
                    marks.append(Mark(who.number, "present"))
                elif stay is not None and stay.unit == event.organisation:
                    marks += self._missing(who, stay.role, event, dice.random())
            self._day(told, event.date + timedelta(days=1)).lists.append((event, marks))

    def _missing(self, who: Person, role: str, event: Event, chance: float) -> list[Mark]:
        if role == ELDERLY:
            return [Mark(who.number, "exempt")] if event.kind in (MEETING, PARTY_DAY) else []
        if not self.facts.quota(role, self.facts.indicator_of(event.kind, role) or ""):
            return []
        if who.away_on(event.date):
            return [Mark(who.number, "on_leave", "离岗")]
        return [Mark(who.number, "on_leave", "因事请假") if chance < 0.35 else Mark(who.number, "absent")]

    def _tell_decisions(self, people: list[Person], year: int, told: dict[date, Day]) -> None:
        for day, who, standard, percent, note in yearend.judgements(self.plan, self.facts, people, year):
            judged = (who.number, who.name, year, self.indicator[standard], percent, note)
            self._day(told, day).sheets["judged"].append(judged)
        for day, who, level, points, reason in yearend.bonuses(self.plan, people, year):
            given = ("得奖", self.facts.level_names[level], "") if level else ("突出贡献", "", points)
            sheet = self._day(told, self._typed(day, year, who.late)).sheets["bonus"]
            sheet.append((who.number, who.name, day, *given, reason))
        for day, who, indicator, reason in yearend.waivers(self.plan, self.facts, people, year):
            waived = (who.number, who.name, year, self.indicator[indicator], reason)
            self._day(told, day).sheets["waivers"].append(waived)
        for who, votes in yearend.tallies(self.plan, self.facts, people, year):
            self._day(told, date(year, 12, 28)).sheets["tallies"].append((year, who.number, who.name, *votes))

    def _tell_care(self, people: Iterable[Person], told: dict[date, Day]) -> None:
        for care in yearend.care(self.plan, list(people)):
            self._day(told, care.wished_on).wishes.append(care)
            for visit in care.visits:
                self._day(told, visit.day).visits.append(visit)

    def _typed(self, day: date, year: int, late: bool) -> date:
        """When it is typed in: early in the next month, and in the late branch after the year's end."""
        if late:
            return date(max(year, day.year) + 1, 1, 6)
        following = date(day.year + day.month // 12, day.month % 12 + 1, 5)
        return max(following, self.plan.first)

    def _day(self, told: dict[date, Day], on: date) -> Day:
        """The sheets of the day; nothing comes before the books are opened, or after today."""
        on = min(max(on, self.plan.first), self.plan.today)
        if on not in told:
            told[on] = Day(on)
        return told[on]
