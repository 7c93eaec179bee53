"""Rows of the spreadsheets as a careful reader understands them: the lower half of `oracle.py`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.golden import typed_in as plan

Row = Mapping[str, Any]
Book = tuple[str, list[dict[str, Any]]]
"""One imported file: its kind, and its rows by column name; dates as dates, 完成比例 and 分值 as text."""


@dataclass
class Posting:
    """A role in an organisation, both days included; no end is until further notice."""

    organisation: str
    role: str
    start: date
    end: date | None

    def on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass
class Facts:
    """All that the files say, after one was imported on top of the other."""

    organisations: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    postings: dict[str, list[Posting]] = field(default_factory=dict)
    leaves: dict[tuple[str, date], date | None] = field(default_factory=dict)
    entries: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    bonus: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    judged: dict[tuple[str, int, str], Fraction] = field(default_factory=dict)
    waived: set[tuple[str, int, str]] = field(default_factory=set)
    tallies: dict[tuple[int, str], tuple[int, int, int, int]] = field(default_factory=dict)

    def posting(self, member: str, day: date) -> Posting | None:
        return next((each for each in self.postings[member] if each.on(day)), None)

    def scored_on(self, member: str, day: date) -> bool:
        posting = self.posting(member, day)
        return posting is not None and posting.role not in plan.UNSCORED

    def on_leave(self, member: str, day: date) -> bool:
        return any(
            who == member and start <= day and (end is None or day <= end)
            for (who, start), end in self.leaves.items()
        )

    def unit(self, code: str) -> str:
        """The nearest organisation that is no group: where a member is ranked."""
        kind, parent = self.organisations[code]
        return self.unit(parent) if kind == "党小组" and parent else code

    def within(self, code: str, above: str) -> bool:
        parent = self.organisations[code][1]
        return code == above or (parent is not None and self.within(parent, above))


def read(books: Iterable[Book]) -> Facts:
    """The files one after the other, each on top of what is there."""
    facts = Facts()
    for kind, rows in books:
        if kind in {"entries", "bonus"}:
            add = entry if kind == "entries" else bonus
            held: Counter[tuple[Any, ...]] = getattr(facts, kind)
            for key, times in Counter(add(facts, row) for row in rows).items():
                held[key] = max(held[key], times)
        else:
            for row in rows:
                READERS[kind](facts, row)
    return facts


def organisation(facts: Facts, row: Row) -> None:
    code = row["组织编码"]
    _, above = facts.organisations.get(code, ("", None))
    facts.organisations[code] = (row["类型"], row.get("上级编码") or above)


def member(facts: Facts, row: Row) -> None:
    number = row["党员编号"]
    facts.names[number] = row["姓名"]
    postings = facts.postings.setdefault(number, [])
    start, end = row["起始日期"], row.get("截止日期")
    for same in postings:
        if same.start == start:
            same.end = end or same.end
            return
    for earlier in postings:
        if earlier.start < start and earlier.end is None:
            earlier.end = start - timedelta(days=1)
    postings.append(Posting(row["组织编码"], role_code(row), start, end))


def leave(facts: Facts, row: Row) -> None:
    key = row["党员编号"], row["起始日期"]
    facts.leaves[key] = row.get("截止日期") or facts.leaves.get(key)


def entry(facts: Facts, row: Row) -> tuple[Any, ...]:
    """All cells but the remark, empty ones as what they stand for."""
    return (
        number_of(facts, row),
        indicator_code(row["考核项目"]),
        row["日期"],
        row.get("截止日期"),
        row.get("数量") or 1,
        " ".join((row.get("活动名称") or "").split()),
        row.get("按时足额") != "否",
    )


def bonus(facts: Facts, row: Row) -> tuple[Any, ...]:
    """Member, day, points, and what tells one from the next."""
    if row["类型"] == "得奖":
        points = next(
            Fraction(worth) for code, (name, worth) in plan.LEVELS.items() if row["级别"] in {code, name}
        )
    else:
        points = Fraction(row["分值"])
    return number_of(facts, row), row["日期"], points, row["类型"], row["事由"]


def judged(facts: Facts, row: Row) -> None:
    key = row["党员编号"], row["年度"], indicator_code(row["考核项目"])
    facts.judged[key] = Fraction(row["完成比例"])


def waiver(facts: Facts, row: Row) -> None:
    facts.waived.add((row["党员编号"], row["年度"], indicator_code(row["考核项目"])))


def tally(facts: Facts, row: Row) -> None:
    facts.tallies[row["年度"], row["党员编号"]] = (row["优秀"], row["良好"], row["合格"], row["差"])


READERS = {
    "organisations": organisation,
    "members": member,
    "leaves": leave,
    "judged": judged,
    "waivers": waiver,
    "tallies": tally,
}


def number_of(facts: Facts, row: Row) -> str:
    """The member a row means: by number, otherwise the one person of that name in that organisation."""
    if row.get("党员编号"):
        return str(row["党员编号"])
    (number,) = [
        number
        for number, name in facts.names.items()
        if name == row["姓名"] and row["组织编码"] in {each.organisation for each in facts.postings[number]}
    ]
    return number


def role_code(row: Row) -> str:
    if row["角色"] in plan.ROLE_NAMES:
        return str(row["角色"])
    category = plan.CATEGORIES[row["类别"]]
    (code,) = [
        code
        for code, name in plan.ROLE_NAMES.items()
        if name == row["角色"] and code.split(".")[0] == category
    ]
    return code


def indicator_code(cell: str) -> str:
    if cell in plan.INDICATORS:
        return cell
    return plan.WORDINGS.get(cell) or next(
        code for code, (name, _) in plan.INDICATORS.items() if name == cell
    )


def alike(label: str) -> str:
    """A label as labels are compared: width, blanks and script make no difference."""
    plain = "".join(unicodedata.normalize("NFKC", label).split())
    return "".join(plan.TRADITIONAL.get(character, character) for character in plain)
