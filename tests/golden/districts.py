"""Random small sub-districts for `test_oracle.py`: legal rows of every kind of sheet, full of corners."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from tests.golden import typed_in as plan
from tests.golden.careers import LAST, Careers
from tests.golden.facts import Book, read

Question = tuple[int, date | None, str | None]
"""Year, day and organisation to ask scores for, as the command takes them."""

LABELS = [
    "张家",
    "張家",
    "张 家",
    "　張家",
    "刘家2号",
    "劉家２號",
    "陈家3楼",
    "陳家３樓",
    "东区岗",
    "東區崗",
    "",
    "",
    " ",
]
STANDING = [code for code, (_, kind) in plan.INDICATORS.items() if kind == "standing"]
COUNTED = [code for code, (_, kind) in plan.INDICATORS.items() if kind == "counted"]
JUDGED = [code for code, (_, kind) in plan.INDICATORS.items() if kind == "judged"]


@dataclass
class District:
    """The files in the order in which they are imported, and what is asked afterwards."""

    books: list[Book] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


class Maker(Careers):
    """Throws the dice of one district."""

    def district(self) -> District:
        made = District()
        self.tree()
        self.roster()
        roster = [*self.parts("members", self.rows["members"]), self.later()]
        made.books = [("organisations", part) for part in (self.rows["organisations"], self.moves()) if part]
        made.books += [("members", part) for part in roster if part]
        self.facts = read(made.books)
        self.absences()
        for member in self.facts.names:
            self.conduct(member)
        for kind, rows in self.rows.items():
            if kind not in {"organisations", "members"} and rows:
                self.dice.shuffle(rows)
                made.books.extend((kind, part) for part in self.parts(kind, rows))
        made.questions = self.questions()
        return made

    def parts(self, kind: str, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """The rows as one file; sometimes as two that overlap, or with some rows corrected later."""
        if self.dice.random() < 0.6:
            return [rows]
        if kind in {"judged", "tallies"}:
            later = [dict(row) for row in rows if self.dice.random() < 0.4]
            for row in later:
                row.update({"完成比例": self.per_cent()} if kind == "judged" else self.votes())
            return [rows, later] if later else [rows]
        middle, overlap = len(rows) // 2, self.dice.randint(0, 5)
        return [part for part in (rows[: middle + overlap], rows[middle:]) if part]

    # --- conduct ----------------------------------------------------------------------------------

    def conduct(self, member: str) -> None:
        dice = self.dice
        diligence = dice.choice((0.3, 0.7, 1, 1, 1, 1.5))
        roles = {each.role for each in self.facts.postings[member]}
        wanted = {need for role in sorted(roles) for need in plan.requirements(role)}
        for indicator, quota, _ in sorted(wanted, key=str):
            if quota is not None and indicator in COUNTED:
                for year in (self.year - 1, self.year):
                    self.counted(member, indicator, year, round(quota * diligence))
        for indicator in dice.sample(COUNTED, 2):  # asked for or not
            self.counted(member, indicator, self.year, dice.choice((1, 2, 30)))
        if "in_service.member" in roles:
            self.counted(member, "good_deed", self.year, dice.choice((0, 2, 4)))
        for indicator in STANDING:
            for _ in range(dice.choice((0, 1, 1, 2, 4))):
                self.standing(member, indicator)
        for indicator in ("dues",) if dice.random() < 0.9 else ():
            self.dues(member, indicator, diligence)
        for year in (self.year - 1, self.year):
            if self.held(member, date(year, 1, 1), min(date(year, 12, 31), LAST)):
                self.year_rows(member, year)
        for _ in range(dice.choice((0, 0, 1, 3))):
            self.extra(member)

    def whose(self, member: str, *, by_name: bool = True) -> dict[str, str]:
        """The number, with the name or without it; or organisation and name where they mean one person."""
        name, postings = self.facts.names[member], self.facts.postings[member]
        alone = list(self.facts.names.values()).count(name) == 1 and len(postings) == 1
        if by_name and alone and self.dice.random() < 0.3:
            return {"组织编码": postings[0].organisation, "姓名": name}
        return {"党员编号": member} | ({"姓名": name} if self.dice.random() < 0.2 else {})

    def called(self, indicator: str) -> str:
        """The indicator by its code, its name, or the wording of a requirement."""
        names = [indicator, plan.INDICATORS[indicator][0]]
        names += [wording for wording, code in plan.WORDINGS.items() if code == indicator]
        return self.dice.choice(names)

    def counted(self, member: str, indicator: str, year: int, amount: int) -> None:
        """About `amount`, in rows of one or of many, over the year; equal rows are not rare."""
        dice = self.dice
        while amount > 0:
            day = self.held(member, date(year, 1, 1), min(date(year, 12, 31), LAST))
            if day is None:
                return
            quantity = min(amount, dice.choice((1, 1, 2)) if amount < 15 else dice.randint(1, amount))
            amount -= quantity
            written = None if quantity == 1 and dice.random() < 0.5 else quantity
            for _ in range(1 + (dice.random() < 0.1)):
                self.add(
                    "entries", **self.whose(member), 考核项目=self.called(indicator), 日期=day, 数量=written,
                    活动名称=dice.choice((None, "三会一课", "学雷锋")), 备注=dice.choice((None, "补录")),
                )  # fmt: skip

    def standing(self, member: str, indicator: str) -> None:
        dice = self.dice
        day = self.held(member, dice.choice((date(2021, 5, 1), self.first, self.first)), self.last)
        if day is None:
            return
        length = timedelta(days=dice.choice((0, 1, 14, 30, 200, 365, 800)))
        self.add(
            "entries", **self.whose(member), 考核项目=self.called(indicator), 日期=day,
            截止日期=None if dice.random() < 0.5 else day + length, 活动名称=dice.choice(LABELS) or None,
        )  # fmt: skip

    def dues(self, member: str, indicator: str, diligence: float) -> None:
        """Most months paid, on any day of theirs, some late, some twice."""
        dice = self.dice
        for year in (self.year - 1, self.year):
            for month in range(1, 13):
                first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
                held = any(self.facts.posting(member, first + timedelta(days=n)) for n in range(last.day))
                while held and last <= LAST and dice.random() < 0.2 + 0.7 * min(diligence, 1):
                    self.add(
                        "entries", **self.whose(member), 考核项目=self.called(indicator),
                        日期=dice.choice((first, last, first + timedelta(days=dice.randrange(last.day)))),
                        按时足额=dice.choice((None, "是", "是", "否")),
                    )  # fmt: skip
                    if dice.random() < 0.8:
                        break

    def year_rows(self, member: str, year: int) -> None:
        """What is recorded once a year: judgements, waivers, the ballot."""
        dice = self.dice
        for indicator in JUDGED:
            if dice.random() < 0.4:
                self.add(
                    "judged", 党员编号=member, 年度=year, 考核项目=self.called(indicator),
                    完成比例=self.per_cent(),
                )  # fmt: skip
        in_year = [
            posting
            for posting in self.facts.postings[member]
            if posting.start.year <= year and (posting.end is None or posting.end.year >= year)
        ]
        if max(in_year, key=attrgetter("start")).role == "in_service.member" and dice.random() < 0.5:
            self.add(
                "waivers", 党员编号=member, 年度=year, 考核项目=self.called("good_deed"), 事由="条件不具备"
            )
        if dice.random() < 0.8:
            self.add("tallies", 年度=year, 党员编号=member, **self.votes())

    def per_cent(self) -> str:
        return self.dice.choice(("0", "100", "50", "85.5", "33.3", "99.9", "0.5", "66.7"))

    def votes(self) -> dict[str, int]:
        dice = self.dice
        marks: tuple[int, ...] | None = dice.choice(
            ((0, 0, 0, 0), (20, 5, 3, 2), (1, 0, 0, 0), (30, 0, 0, 0), None, None, None)
        )
        if marks is None:
            marks = tuple(dice.randint(0, 9) for _ in range(4))
        made = dict(zip(("优秀", "良好", "合格", "差"), marks, strict=True))
        return made | {column: dice.randint(0, 3) for column in ("空白", "无效") if dice.random() < 0.5}

    def extra(self, member: str) -> None:
        dice = self.dice
        day = self.held(member, self.first, self.last)
        if day is None:
            return
        if dice.random() < 0.5:
            code = dice.choice(list(plan.LEVELS))
            level = {"类型": "得奖", "级别": dice.choice((code, plan.LEVELS[code][0]))}
        else:
            level = {"类型": "突出贡献", "分值": dice.choice(("1", "10", "2.5", "9.9"))}
        self.add(
            "bonus",
            **self.whose(member, by_name=False),
            日期=day,
            **level,
            事由=dice.choice(("抢险", "表彰")),
        )

    # --- questions --------------------------------------------------------------------------------

    def questions(self) -> list[Question]:
        """Both years whole, and days in them; once or twice for a part of the tree."""
        days = [self.day() for _ in range(4)]
        if self.year == 2024:
            days.append(date(2024, 2, 29))
        asked: list[Question] = [(self.year, None, None), (self.year - 1, None, None)]
        asked += [(day.year, day, None) for day in days]
        asked += [(self.year, None, self.dice.choice(self.places))]
        asked += [(day.year, day, self.dice.choice(self.places)) for day in days[:1]]
        return asked
