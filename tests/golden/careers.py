"""Random trees, rosters and leaves: the lower half of the random sub-districts (`districts.py`)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.golden import typed_in as plan
from tests.golden.facts import Facts

LAST = date(2026, 9, 15)
"""The day of the import: nothing is recorded ahead of it."""
NUMBERS = "1 9 10 007 2024001 A1 a1 A10 A9 B-2 b3 Z z DT01001 DT0101 DT01 99 M1 m2 X0 x-1".split()
NAMES = "张伟 王芳 李娜 张伟 刘洋 陈静 欧阳修 王芳 赵磊 单雄信".split()


class Careers:
    """Throws the dice for who is where, as what, from when to when."""

    facts: Facts

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.year = self.dice.choice((2024, 2024, 2025, 2025, 2026))
        self.first = date(self.year - 1, 1, 1)
        self.last = min(date(self.year, 12, 31), LAST)
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, kind: str, **cells: Any) -> None:
        """One more row, without the cells that have nothing in them."""
        row = {column: cell for column, cell in cells.items() if cell is not None}
        self.rows.setdefault(kind, []).append(row)

    # --- organisations and members ----------------------------------------------------------------

    def tree(self) -> None:
        dice = self.dice
        self.add("organisations", 组织编码="DT", 名称="东塘街道工委", 类型="街道工委")
        self.places = ["DT"]
        above = ["DT"]
        for number in range(dice.randint(0, 2)):
            code = f"DT0{number + 1}"
            self.add("organisations", 组织编码=code, 名称=f"社区{code}党总支", 类型="党总支", 上级编码="DT")
            above.append(code)
        branches = []
        for number in range(dice.randint(1, 3)):
            code = f"DT{number + 1}1"
            parent = dice.choice(above)
            self.add("organisations", 组织编码=code, 名称=f"支部{code}", 类型="党支部", 上级编码=parent)
            branches.append(code)
        groups = []
        for number in range(dice.randint(0, 2)):
            code = f"G{number}"
            parent = dice.choice(branches + above[1:])
            self.add("organisations", 组织编码=code, 名称=f"小组{code}", 类型="党小组", 上级编码=parent)
            groups.append(code)
        self.places = [*branches, *branches, *branches, *groups, *groups, *above]

    def moves(self) -> list[dict[str, Any]]:
        """Now and then a branch that is hung under another parent, and given another name."""
        if self.dice.random() < 0.7:
            return []
        rows = self.rows["organisations"]
        moved = dict(self.dice.choice([row for row in rows if row["类型"] == "党支部"]))
        above = [row["组织编码"] for row in rows if row["类型"] in {"街道工委", "党总支"}]
        return [{**moved, "名称": f"{moved['名称']}新", "上级编码": self.dice.choice(above)}]

    def later(self) -> list[dict[str, Any]]:
        """A second roster: some names mended, some open postings ended."""
        dice = self.dice
        last = {row["党员编号"]: row for row in self.rows["members"]}
        renamed = {number for number in last if dice.random() < 0.15}
        found = []
        for row in self.rows["members"]:
            number, changed = row["党员编号"], dict(row)
            if number in renamed:
                changed["姓名"] = "改名"
            if row is last[number] and "截止日期" not in row and dice.random() < 0.1:
                changed["截止日期"] = max(row["起始日期"], self.day())
            if changed != row or dice.random() < 0.1:
                found.append(changed)
        return found

    def roster(self) -> None:
        dice = self.dice
        usual = [
            role for role in plan.ROLE_NAMES if role.startswith(dice.choice(("organ", "community", "non")))
        ]
        usual = dice.sample(usual, 2) if len(usual) > 2 else list(plan.TABLE)
        everyone = []
        for number in dice.sample(NUMBERS, dice.randint(5, 14)):
            name = dice.choice(NAMES)
            everyone.append([{"党员编号": number, "姓名": name, **cells} for cells in self.career(usual)])
        rows = []
        while everyone:  # members mixed, each member's postings in their order
            one = dice.choice(everyone)
            rows.append(one.pop(0))
            everyone = [each for each in everyone if each]
        self.rows["members"] = rows

    def career(self, usual: list[str]) -> list[dict[str, Any]]:
        """One to three postings: early or late starters, transfers, gaps, an end or none."""
        dice = self.dice
        start = date(2020, 1, 1) if dice.random() < 0.6 else self.day()
        starts = sorted({start, *(self.day() for _ in range(dice.choice((0, 0, 0, 1, 1, 2))))})
        postings = []
        for place, start in enumerate(starts):
            following = starts[place + 1] if place + 1 < len(starts) else None
            end = None
            if dice.random() < (0.5 if following else 0.2):
                longest = (following or date(self.year + 1, 3, 1)) - start
                end = start + timedelta(days=dice.randrange(max(longest.days, 1)))
            role = self.role(usual, 0.1 if following is None else 0.3)
            named = {"角色": role} if dice.random() < 0.5 else self.role_by_name(role)
            postings.append(
                {"组织编码": dice.choice(self.places), **named, "起始日期": start, "截止日期": end}
            )
        return [{column: cell for column, cell in row.items() if cell is not None} for row in postings]

    def role(self, usual: list[str], elderly: float) -> str:
        lot = self.dice.random()
        if lot < elderly:
            return "elderly.member"
        if lot < elderly + 0.15:
            return "in_service.member"
        return self.dice.choice(usual)

    def role_by_name(self, role: str) -> dict[str, str]:
        category = next(name for name, code in plan.CATEGORIES.items() if role.startswith(f"{code}."))
        return {"类别": category, "角色": plan.ROLE_NAMES[role]}

    def absences(self) -> None:
        """Leaves of days or months, some for good, some on top of each other, some around a 15th."""
        for member in self.facts.names:
            found = (
                self.held(member, self.first, self.last) for _ in range(self.dice.choice((0, 0, 1, 1, 2)))
            )
            for start in sorted({start for start in found if start is not None}):
                length = timedelta(days=self.dice.choice((0, 1, 14, 30, 60, 200)))
                end = None if self.dice.random() < 0.2 else start + length
                self.add("leaves", 党员编号=member, 起始日期=start, 截止日期=end, 事由="长期患病")

    # --- days -------------------------------------------------------------------------------------

    def day(self) -> date:
        """A day of the two years, mostly next to where something turns."""
        dice = self.dice
        year = dice.choice((self.year - 1, self.year, self.year))
        month = dice.randint(1, 12)
        last = calendar.monthrange(year, month)[1]
        near = dice.choice((1, 14, 15, 16, last, last, dice.randint(1, last), dice.randint(1, last)))
        return dice.choice((date(year, month, near),) * 5 + (date(year, 1, 1), date(year, 12, 31)))

    def held(self, member: str, first: date, last: date) -> date | None:
        """Some day from `first` to `last` on which the member holds a posting."""
        for _ in range(40):
            day = self.day() if self.dice.random() < 0.5 else first + timedelta(
                days=self.dice.randint(0, (last - first).days)
            )  # fmt: skip
            if first <= day <= last and self.facts.posting(member, day):
                return day
        return None
