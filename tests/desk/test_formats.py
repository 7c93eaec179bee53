"""Wherever a page is printed it is offered for Word and Excel too, to the same readers."""

from __future__ import annotations

import re

import pytest

from appraisal.models import Snapshot
from tests.cast import CANARY, Cast
from tests.desk.reader import browser, kept_as, text_of
from tests.desk.reviewing import INBOX, PAGE, REVIEW, with_results
from tests.office import book_rows, word_rows, word_text
from tests.reviews import YEAR, approved, submitted

PRINT = "/branches/DT0101/print/"
FORMS = (f"{PAGE}form/", f"{INBOX}print/", f"/eligibility/{YEAR + 1}/print/")


def offered(page: str, address: str) -> set[str]:
    """The formats in which a page offers an address."""
    return set(re.findall(rf'href="{re.escape(address)}\?[^"]*format=(\w+)"', page))


def test_every_page_that_is_printed_is_offered_in_both(cast: Cast) -> None:
    submitted(with_results(cast))
    secretary, committee = browser(cast, cast.owner), browser(cast, cast.committee)
    scores = secretary.get("/branches/DT0101/scores/").content.decode()
    for kind, period in (
        ("summary", "2026Q2"),
        ("notice", "2026H1"),
        ("annual", "2026"),
        ("reminders", "2026H1"),
    ):
        for ending in ("docx", "xlsx"):
            assert f'"{PRINT}?kind={kind}&amp;period={period}&amp;format={ending}"' in scores
    both = {"docx", "xlsx"}
    for client, page in ((secretary, PAGE), (committee, REVIEW)):
        assert offered(client.get(page).content.decode(), f"{PAGE}form/") == both
    assert offered(secretary.get(PAGE).content.decode(), PRINT) == both
    assert offered(committee.get(INBOX).content.decode(), f"{INBOX}print/") == both
    awards = committee.get(f"/eligibility/{YEAR + 1}/?unit=DT0101").content.decode()
    assert f"/eligibility/{YEAR + 1}/print/?unit=DT0101&amp;format=docx" in awards


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_no_link_to_a_format_issues_a_notice(cast: Cast, ending: str) -> None:
    answer = browser(cast, cast.owner).get(PRINT, {"kind": "notice", "period": "2026H1", "format": ending})
    assert kept_as(answer) == f"Half-year notice-东塘第一党支部-the first half of 2026.{ending}"
    assert Snapshot.objects.count() == 0
    said = word_text(answer.content) if ending == "docx" else str(book_rows(answer.content))
    assert "不得张贴" in said


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_what_is_offered_is_for_its_readers_alone(cast: Cast, ending: str) -> None:
    approved(with_results(cast))
    for user in (cast.other, cast.administrator, cast.nobody):
        client = browser(cast, user)
        for address in (f"{PAGE}form/", f"{PRINT}?kind=notice&period=2025H2"):
            mark = "&" if "?" in address else "?"
            assert client.get(f"{address}{mark}format={ending}").status_code == 404
    client = browser(cast, cast.owner)
    for address in (FORMS[0], FORMS[2]):
        content = client.get(address, {"format": ending}).content
        said = str([*word_rows(content), word_text(content)]) if ending == "docx" else str(book_rows(content))
        assert "张晓明" in said
        assert CANARY not in said
    assert client.get(FORMS[1], {"format": ending}).status_code == 404


@pytest.mark.parametrize("address", FORMS)
def test_a_format_that_is_none_is_answered_with_a_sentence(cast: Cast, address: str) -> None:
    submitted(with_results(cast))
    answer = browser(cast, cast.committee).get(address, {"format": "exe"}, follow=True)
    assert answer.redirect_chain != []
    assert "Choose what to print." in text_of(answer)


def test_a_workbook_takes_more_members_than_pages_do(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(with_results(cast))
    monkeypatch.setattr("reports.desk.services.yearly.printed.MOST_ROWS", 1)
    client = browser(cast, cast.owner)
    assert "too many members" in text_of(client.get(FORMS[2], {"format": "docx"}, follow=True))
    assert book_rows(client.get(FORMS[2], {"format": "xlsx"}).content)
