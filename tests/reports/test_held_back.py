"""Votes that were too few or all alike: what the wall and other branches show does not give them away.

An observer puts together all that is to be seen and works out which votes are possible. That must be no less
than what the grade, which is told to everybody, leaves possible.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import openpyxl
import pytest

from appraisal.admin import tallies as tally_pages
from appraisal.models import Tally
from appraisal.resources import tallies as tally_sheets
from members.services import roster
from reports.desk.services import course, derivation
from reports.periods import Period
from reports.services import wall
from reports.services.printing import page_file
from tests.cast import Cast, account
from tests.desk.ledger import Ledger, days, scores
from tests.desk.reader import browser, text_of
from tests.kept import once
from tests.reports.test_printing import rows_of

YEAR = 2025
VOTES = {"M001": (10, 0, 0, 0), "M002": (3, 1, 0, 0), "M004": (6, 2, 1, 1), "M009": (2, 5, 2, 1)}
HIDDEN = ("M001", "M002")
"""All of one mind; four votes."""
DAILY = {"M001": "100.00", "M002": "88.00", "M004": "90.00", "M009": "88.00"}
ANNUAL = {"M001": "100.00", "M002": "89.40", "M004": "89.20", "M009": "85.60"}
"""By hand: 0.8 × 88 + 0.2 × 95 = 89.40, 0.8 × 90 + 0.2 × 86 = 89.20, 0.8 × 88 + 0.2 × 76 = 85.60."""
APPRAISAL = {"M001": "100.00", "M002": "95.00"}
GRADES = {"优秀": ("90", "1000"), "良好": ("70", "90"), "合格": ("60", "70"), "不合格": ("0", "60")}
MOST = 12
"""Nobody thinks that more voted."""


@pytest.fixture
def branch_of_four(cast: Cast) -> Cast:
    """DT0101 with four appraised members, two of whom have moved on to DT0102 since."""
    return once("branch of four", lambda: four(cast))


def four(cast: Cast) -> Cast:
    book = Ledger(cast)
    book.admit("M009", "community.member", "DT0101")
    for number, votes in VOTES.items():
        book.times(number, "org_life", days("01-05", 6))
        book.dues(number, range(1, 13))
        book.times(number, "volunteer", days("02-05", 2 if number == "M004" else 3))
        if number not in ("M002", "M009"):
            book.entry(number, "essay", date(YEAR, 3, 5))
        book.votes(number, *votes)
    for number in ("M002", "M004"):
        roster.transfer(
            by=cast.operator, member=cast.members[number], organisation=cast.organisations["DT0102"],
            role=cast.roles["community.member"], start=date(2026, 3, 1),
        )  # fmt: skip
    return cast


# --- the observer ---------------------------------------------------------------------------------


@dataclass
class Seen:
    """What somebody has read, by member number: annual scores, ranks, grades, and votes themselves."""

    annual: dict[str, Decimal] = field(default_factory=dict)
    rank: dict[str, int] = field(default_factory=dict)
    grade: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Members whose votes or appraisal are told outright."""

    def __or__(self, other: Seen) -> Seen:
        return Seen(
            self.annual | other.annual, self.rank | other.rank, self.grade | other.grade,
            self.told | other.told,
        )  # fmt: skip


def score(number: str, votes: tuple[int, ...]) -> Decimal:
    """The annual score that these votes would give."""
    cent = Decimal("0.01")
    points = sum(vote * worth for vote, worth in zip(votes, (100, 80, 60, 40), strict=True))
    appraisal = (Decimal(points) / sum(votes)).quantize(cent, ROUND_HALF_UP)
    return (Decimal(DAILY[number]) * 8 / 10 + appraisal * 2 / 10).quantize(cent, ROUND_HALF_UP)


def small_or_unanimous() -> Iterator[tuple[int, ...]]:
    for votes in product(range(MOST + 1), repeat=4):
        if 0 < sum(votes) <= MOST and (sum(votes) < 5 or max(votes) == sum(votes)):
            yield votes


def possible(number: str, low: Decimal, high: Decimal) -> set[tuple[int, ...]]:
    """The votes that give a score from `low` on and below `high`."""
    return {votes for votes in small_or_unanimous() if low <= score(number, votes) < high}


def worked_out(seen: Seen) -> list[str]:
    """The members of whose votes the observer knows more than the grade tells."""
    return [number for number in HIDDEN if number in seen.told or narrowed(number, seen)]


def narrowed(number: str, seen: Seen) -> bool:
    low, high = map(Decimal, GRADES[seen.grade.get(number, "良好")])
    left = possible(number, low, high)
    if number in seen.annual:
        exact = seen.annual[number]
        return possible(number, exact, exact + Decimal("0.01")) < left
    mine = [seen.rank[number]] if number in seen.rank else free_ranks(seen)
    bounds = [
        (
            max([low, *(seen.annual[one] for one in seen.annual if seen.rank.get(one, 0) > rank)]),
            min([high, *(seen.annual[one] for one in seen.annual if 0 < seen.rank.get(one, 0) < rank)]),
        )
        for rank in mine
    ]
    return bool(bounds) and set().union(*(possible(number, *bound) for bound in bounds)) < left


def free_ranks(seen: Seen) -> list[int]:
    """The ranks that nobody seen holds, where any is told."""
    return [rank for rank in range(1, len(VOTES) + 1) if seen.rank and rank not in seen.rank.values()]


# --- what there is to see -------------------------------------------------------------------------


def on_the_wall(cast: Cast) -> Seen:
    """The annual notice as it is issued."""
    page = page_file(
        organisation=cast.organisations["DT0101"], by=cast.by(cast.owner), period=Period.parse("2025"),
    )  # fmt: skip
    found = rows_of(page)
    numbers = {cast.members[number].name: number for number in VOTES}
    seen = Seen()
    for name, (_place, _name, _role, annual, grade, rank) in found.items():
        if name in numbers:
            seen.grade[numbers[name]] = grade
            seen.annual |= {numbers[name]: Decimal(annual)} if annual != "—" else {}
            seen.rank |= {numbers[name]: int(rank)} if rank != "—" else {}
    return seen


def pages(cast: Cast) -> Iterator[tuple[str | None, str]]:
    """The pages on which a member's last year may stand, each with the number where it is about one."""
    for number in VOTES:
        yield number, f"/members/{number}/?year={YEAR}"
        yield number, f"/members/{number}/"
        yield number, f"/members/{number}/scores/{YEAR}/"
        yield number, f"/members/{number}/card/?period={YEAR}"
        key = Tally.objects.get(member=cast.members[number]).pk
        yield number, f"/admin/appraisal/tally/{key}/change/"
        yield number, f"/admin/appraisal/tally/{key}/history/"
    for code in ("DT0101", "DT0102", "DT0201"):
        yield None, f"/branches/{code}/scores/?year={YEAR}"
        yield None, f"/branches/{code}/ballots/{YEAR}/"
    for address in ("/", "/admin/appraisal/tally/", "/admin/appraisal/snapshotrow/", "/search/?q=M0"):
        yield None, address


def from_pages(cast: Cast, username: str) -> Seen:
    """Everything that a user finds; what is not found tells nothing."""
    user = type(cast.other).objects.get(username=username)
    client, seen = browser(cast, user), Seen()
    for number, address in pages(cast):
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        text = text_of(answer)
        for member in (number,) if number else VOTES:
            row = text if number else _row(answer.content.decode(), cast.members[member].name)
            _read(member, row, seen, ranks=str(YEAR) in address)
    _read_export(client.get("/admin/appraisal/tally/export/"), seen)
    return seen


def _row(page: str, name: str) -> str:
    """The rows of tables in which the name stands."""
    found = re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", row) for row in found if name in row)


def _read(member: str, text: str, seen: Seen, *, ranks: bool) -> None:
    decimals = set(re.findall(r"\b\d+\.\d\d\b", text))
    if ANNUAL[member] in decimals and ANNUAL[member] != DAILY[member]:
        seen.annual[member] = Decimal(ANNUAL[member])
    if member in HIDDEN and APPRAISAL[member] in decimals - {DAILY[member]}:
        seen.told.add(member)
    excellent, good, passed, poor = VOTES[member]
    if re.search(rf"\b{excellent} +{good} +{passed} +{poor}\b", " ".join(text.split())):
        seen.told.add(member)
    if re.search(rf"Excellent.{{0,40}}\b{excellent}\b", text):
        seen.told.add(member)
    if ranks and (rank := re.search(r"\bRank (\d+)(?: of|\b)", text)):
        seen.rank[member] = int(rank[1])


def _read_export(answer: object, seen: Seen) -> None:
    if answer.status_code == 200:  # type: ignore[attr-defined]
        content = answer.getvalue() if answer.streaming else answer.content  # type: ignore[attr-defined]
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            seen.told |= {number for number in VOTES if number in map(str, row)}


@pytest.fixture
def newcomers(branch_of_four: Cast) -> str:
    """The secretary of the branch that two have moved to."""
    organisation = branch_of_four.organisations["DT0102"]
    return str(account(branch_of_four.operator, "next", "secretary", organisation).username)


# --- nothing is worked out ------------------------------------------------------------------------


def test_the_figures_are_as_worked_out_by_hand(branch_of_four: Cast):
    rows = scores("--org", "DT01")
    assert {number: rows[number]["annual"] for number in VOTES} == ANNUAL
    assert [rows[number]["rank"] for number in VOTES] == [1, 2, 3, 4]


def test_a_reader_of_the_wall_works_out_nothing(branch_of_four: Cast):
    seen = on_the_wall(branch_of_four)
    assert seen.grade == {"M001": "优秀", "M002": "良好", "M004": "良好", "M009": "良好"}
    assert set(seen.annual) == {"M004", "M009"}
    assert worked_out(seen) == []


def test_a_secretary_of_another_branch_works_out_nothing(branch_of_four: Cast):
    seen = on_the_wall(branch_of_four) | from_pages(branch_of_four, "other")
    assert worked_out(seen) == []


def test_the_branch_to_which_they_have_moved_works_out_nothing(branch_of_four: Cast, newcomers: str):
    seen = from_pages(branch_of_four, newcomers)
    assert seen.annual == {"M004": Decimal("89.20")}
    assert worked_out(on_the_wall(branch_of_four) | seen) == []


def test_the_committee_reads_it_all(branch_of_four: Cast):
    assert "M002" in from_pages(branch_of_four, "committee").told


# --- with a limit taken out -----------------------------------------------------------------------

OUT: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "grade alone on the wall": lambda patch: patch.setattr(wall, "hidden", lambda *_args: False),
    "no ranks beside it": lambda patch: patch.setattr(wall, "discreet", lambda *_args: set()),
}
OUT_OF_PAGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "derivation": lambda patch: patch.setattr(derivation, "discreetly", lambda unit, _scope: unit),
    "years before": lambda patch: patch.setattr(course, "discreetly", lambda unit, _scope: unit),
    "list and form": lambda patch: patch.setattr(tally_pages, "keys_held_back", lambda *_args: set()),
    "export": lambda patch: patch.setattr(tally_sheets, "keys_held_back", lambda *_args: set()),
}


@pytest.mark.parametrize("limit", OUT)
def test_without_a_limit_of_the_wall_its_reader_finds_out(
    branch_of_four: Cast, monkeypatch: pytest.MonkeyPatch, limit: str
):
    OUT[limit](monkeypatch)
    assert worked_out(on_the_wall(branch_of_four)) != []


@pytest.mark.parametrize("limit", OUT_OF_PAGES)
def test_without_a_limit_of_the_pages_the_next_branch_finds_out(
    branch_of_four: Cast, newcomers: str, monkeypatch: pytest.MonkeyPatch, limit: str
):
    OUT_OF_PAGES[limit](monkeypatch)
    assert worked_out(on_the_wall(branch_of_four) | from_pages(branch_of_four, newcomers)) != []
