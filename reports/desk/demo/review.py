"""The review of the year before: most branches approved, one sent back, two still waiting, a case opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from appraisal.enums import Missing
from appraisal.models import BranchYear, Case, Objection, SnapshotRow
from appraisal.services import cases, years
from appraisal.services.objections import answer_objection, register_objection
from members.models import Organisation, Posting
from members.services.by import By
from members.services.units import units_of
from reports.periods import Period
from reports.services import issuing, notices
from scoring.enums import BandCode

MOST = 20
"""So many units are reviewed in a large demo: enough to look at; each prints a notice, in half a second."""
SUBMITTED, ANSWERED, DECIDED, HANDLED = (1, 12), (1, 15), (1, 26), (2, 9)
"""Month and day, in the year after, of each step."""
_PLACE = "党务公开栏"
_OBJECTION = "志愿服务次数与本人记录不一致，请予核对。"
_ANSWER = "已核对活动签到表，次数无误，并已向本人说明。"
_WAITING = "年度得分中加分事由不清楚，请予说明。"
_REASON = "个别党员的志愿服务次数与活动签到不一致，请核对后重新上报。"
_REMARK = "请核对志愿服务次数。"
_EDUCATION = "支部书记谈心谈话两次，安排参加集中学习，明确一名支委联系帮助。"


class Review:
    """The steps of the review of a year, each to be taken on its day, by whoever acts on it."""

    def __init__(self, year: int, by: Callable[[date], By]) -> None:
        self.year, self._by = year, by
        self._branch_years: list[BranchYear] = []

    def steps(self) -> list[tuple[date, Callable[[date], None]]]:
        """Days and what is done on them, in order."""
        steps = ((SUBMITTED, self._submit), (ANSWERED, self._answer), (DECIDED, self._decide))
        return [(date(self.year + 1, *day), step) for day, step in (*steps, (HANDLED, self._handle))]

    def _submit(self, on: date) -> None:
        """Everybody submits, issues the notice and posts it."""
        by, last = self._by(on), date(self.year, 12, 31)
        units = units_of(Organisation.objects.all())
        held = set(Posting.objects.on(last).order_by().values_list("organisation", flat=True))
        wanted = dict.fromkeys(unit for key, unit in units.items() if key in held)
        for organisation in list(wanted)[:MOST]:
            made = years.submit_year(
                by=by, organisation=organisation, year=self.year, version=0, seen=Missing.values
            )
            issuing.issue(by=by, organisation=organisation, period=Period.parse(str(self.year)), annual=True)
            notices.post_year(by=by, branch_year=made, day=on, place=_PLACE)
            self._branch_years.append(years.year_of(organisation, self.year))

    def _answer(self, on: date) -> None:
        """The notices of the first and of one that waits are objected to; the first answers."""
        by = self._by(on)
        for place, text in ((0, _OBJECTION), (self._waiting, _WAITING)):
            if place is not None and self._branch_years:
                objection = Objection(branch_year=self._branch_years[place], raised_on=on, text=text)
                register_objection(by=by, objection=objection)
                if place == 0:
                    objection.answer = _ANSWER
                    answer_objection(by=by, objection=objection)

    def _decide(self, on: date) -> None:
        by = self._by(on)
        for place, one in enumerate(self._branch_years):
            if place == self._returned:
                first = SnapshotRow.objects.filter(snapshot=one.snapshot_id).order_by("position")[0]
                told = years.save_remarks(by=by, branch_year=one, remarks={first.member_id: _REMARK})
                years.return_year(by=by, branch_year=told, reason=_REASON)
            elif place not in (self._waiting, self._ripe):
                years.approve_year(by=by, branch_year=one)

    def _handle(self, on: date) -> None:
        """One of the cases that approval has opened is under way."""
        case = Case.objects.order_by("pk").first()
        if case is not None:
            case.education, case.filed_on = _EDUCATION, on
            cases.save_case(by=self._by(on), case=case)

    @property
    def _waiting(self) -> int | None:
        """The place of the one that stays submitted, since an objection waits for its answer."""
        order = self._by_failures()
        return order[0] if len(order) > 2 else None

    @property
    def _returned(self) -> int | None:
        """The place of the one that is sent back."""
        order = self._by_failures()
        return order[1] if len(order) > 2 else None

    @property
    def _ripe(self) -> int | None:
        """The place of the one that stays submitted, and can be approved."""
        order = self._by_failures()
        return order[2] if len(order) > 3 else None

    def _by_failures(self) -> list[int]:
        """The places but the first, those with the fewest unqualified first: their cases are to be seen."""

        def failures(place: int) -> int:
            rows = SnapshotRow.objects.filter(snapshot=self._branch_years[place].snapshot_id)
            return sum(row.figures["grade"] == BandCode.FAIL for row in rows)

        return sorted(range(1, len(self._branch_years)), key=lambda place: (failures(place), -place))
