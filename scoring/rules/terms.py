"""The values that go into the daily-conduct score and come out of it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from scoring.rules.exact import Hundredths, ceil_div
from scoring.rules.spans import MONTHS


class Kind(StrEnum):
    """How an indicator is measured.

    Clause: 【三(一)】 「不少於…次」 counted, 「至少結對…戶」 standing, 「及時足額繳納黨費」 monthly,
    「完成黨組織交辦的其它工作」 judged.
    Interpretation: I9, I24.
    """

    COUNTED = "counted"
    STANDING = "standing"
    MONTHLY = "monthly"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Excess:
    """What is earned beyond a quota: ``rate`` for each full ``step``, at most ``cap`` in all.

    ``over`` is the whole year's count beyond which it starts, where that is not the quota.

    Raises:
        ValueError: a step below 1, or a rate or cap below 0.

    Clause: 【四1】「超過指標數量…適當加分」.
    Interpretation: I8, I12.
    """

    rate: Hundredths
    step: int
    cap: Hundredths
    over: int | None = None

    def __post_init__(self) -> None:
        if self.step < 1 or self.rate < 0 or self.cap < 0:
            raise ValueError("An excess needs a step of 1 or more, and no negative rate or cap.")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One indicator that a role asks for: its whole year's quota and its points.

    ``quota`` is 1 or more, and None for a judged indicator, which has neither quota nor excess.

    Raises:
        ValueError: the kind does not fit the quota or the excess, or the points are below 0.

    Clause: 【三(一)】 the quotas; 【四1】「日常行爲積分的基本考覈指標總分爲100分」.
    Interpretation: I7 (points for each indicator), I12 (waivable: 有條件的), I24.
    """

    indicator: str
    kind: Kind
    quota: int | None
    points: Hundredths
    waivable: bool = False
    excess: Excess | None = None

    def __post_init__(self) -> None:
        if self.points < 0:
            raise ValueError(f"{self.indicator}: points below 0.")
        if self.kind == Kind.JUDGED:
            if self.quota is not None or self.excess is not None:
                raise ValueError(f"{self.indicator}: what is judged has neither quota nor excess.")
        elif self.quota is None or self.quota < 1:
            raise ValueError(f"{self.indicator}: a quota of 1 or more is needed.")


class Applied(NamedTuple):
    """A requirement as it applies to a member for whom so many months count.

    ``quota`` is reduced to the months; ``threshold`` is the count beyond which excess is earned.

    Clause: 【三(一)】「全年…不少於」.
    Interpretation: I13.
    """

    indicator: str
    kind: Kind
    quota: int | None
    points: Hundredths
    waivable: bool
    threshold: int
    excess: Excess | None


@dataclass(frozen=True, slots=True)
class Standard:
    """All that one role asks for in one year, in the scheme's order, and the most its bonus can be.

    Clause: 【三(一)】 one paragraph for each role; 【四1】「加分數不超過20分」.
    Interpretation: I7, I23 (a branch's adjustment is a standard of its own).
    """

    role: str
    requirements: tuple[Requirement, ...]
    bonus_cap: Hundredths
    _by_months: dict[int, tuple[Applied, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def applied(self, months: int) -> tuple[Applied, ...]:
        """Return the requirements with quotas ``ceil(quota × months / 12)``; kept, so cheap to repeat.

        Raises:
            ValueError: ``months`` is not 1 to 12.

        Clause: 【三(一)】「全年…不少於」.
        Interpretation: I13 (quota by months, rounded up), I12 (``over`` is reduced in the same way).
        """
        found = self._by_months.get(months)
        if found is None:
            if not 1 <= months <= MONTHS:
                raise ValueError(f"A score takes 1 to {MONTHS} months, not {months}.")
            found = tuple(_applied(requirement, months) for requirement in self.requirements)
            self._by_months[months] = found
        return found


def _applied(requirement: Requirement, months: int) -> Applied:
    excess, quota, threshold = requirement.excess, requirement.quota, 0
    if quota is not None:
        quota = threshold = ceil_div(quota * months, MONTHS)
    if excess is not None and excess.over is not None:
        threshold = ceil_div(excess.over * months, MONTHS)
    return Applied(
        requirement.indicator,
        requirement.kind,
        quota,
        requirement.points,
        requirement.waivable,
        threshold,
        excess,
    )


@dataclass(frozen=True, slots=True)
class Record:
    """What one year, up to the day of the score, holds for one member.

    ``done`` gives by indicator what counts already: the sum of quantities (counted), the number of
    different labels (standing), the number of months (monthly). ``judged`` gives by indicator the
    fulfilment in tenths of a per cent, 0 to 1000, where the branch recorded one. ``waived`` holds the
    indicators waived. Awards and contributions are sums of points.

    Clause: 【三(一)】, 【四1】「個人得獎、突出貢獻則適當加分」.
    Interpretation: I8, I9, I12.
    """

    done: Mapping[str, int] = field(default_factory=dict)
    judged: Mapping[str, int] = field(default_factory=dict)
    waived: Container[str] = frozenset()
    awards: Hundredths = 0
    contributions: Hundredths = 0


class Given(NamedTuple):
    """One award or contribution that counts: the key of the award's level (None: a contribution), its points.

    Clause: 【四1】「個人得獎、突出貢獻則適當加分」.
    Interpretation: I8.
    """

    level: int | None
    points: Hundredths


class Line(NamedTuple):
    """One requirement's part of a score: enough to redo it with a pocket calculator.

    ``quota`` is as applied (None: judged), ``done`` the count, or tenths of a per cent where judged;
    ``presumed`` marks a judged indicator of which the branch has recorded nothing.

    Clause: 【四2】「對每位黨員積分情況進行一次彙總分析」.
    Interpretation: I9, I12, I13, I16.
    """

    indicator: str
    kind: Kind
    quota: int | None
    done: int
    points: Hundredths
    earned: Hundredths
    excess: Hundredths
    waived: bool
    presumed: bool


class Daily(NamedTuple):
    """A daily-conduct score with the lines it came from: ``daily = base + bonus``.

    Clause: 【三】「日常行爲積分」, 【四1】.
    Interpretation: I16.
    """

    base: Hundredths
    bonus: Hundredths
    daily: Hundredths
    lines: tuple[Line, ...]
