"""What is printed of a year【四2、四3、六1】: approval form, summary over all branches, list of awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from reports.print.documents import Category, Fact, Origin
    from reports.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a notice hangs, from when to when, and how many objected to it."""

    first: str
    last: str
    place: str
    objections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalForm:
    """A branch's year for the committee's signature: the figures as they were frozen, never votes.

    `facts` count the members by grade; `ungraded` are those of whom the plan asks none. Without `posted`
    there are lines to fill in by hand. It goes to the `addressee`; `opinions` names who
    says theirs and signs.
    """

    template: ClassVar = "print/approval_form.html"

    organisation: str
    period: str
    addressee: str
    basis: str
    frozen_on: str
    facts: Sequence[Fact]
    categories: Sequence[Category]
    by_strokes: bool = False
    ungraded: Table | None = None
    adjustments: Sequence[str] = ()
    posted: Posted | None = None
    opinions: Sequence[str]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """How far the year of every organisation below a committee is, and their grades; the last row adds up.

    `addressee` is empty where it goes to nobody.
    """

    template: ClassVar = "print/review_summary.html"

    organisation: str
    period: str
    made_on: str
    addressee: str = ""
    facts: Sequence[Fact]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A list under a heading: how many stand in it, and their table."""

    title: str
    members: int
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardList:
    """Who may be put forward for awards of a year by the results of the year before; ordered by no score."""

    template: ClassVar = "print/award_list.html"

    organisation: str
    year: int
    before: int
    made_on: str
    parts: Sequence[Names]
