"""PDF, Word, Excel and the page on the screen have the figures of one snapshot, cell by cell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from lxml import html

from appraisal.enums import Purpose
from appraisal.models import Snapshot
from reports.models import PrintSettings
from reports.services.settings import save_settings
from tests.cast import CANARY, Cast
from tests.desk.reader import browser, kept_as
from tests.desk.reviewing import PAGE, with_results
from tests.office import Rows, book_rows, pdf_rows, word_rows, word_text
from tests.reviews import YEAR, submitted

READ = {"pdf": pdf_rows, "docx": word_rows, "xlsx": book_rows}
ENDING = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pdf": "application/pdf"}


def points(hundredths: int | None) -> str:
    return "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02}"


def whole(value: int | None) -> str:
    return "—" if value is None else str(value)


def by_name(rows: Rows) -> dict[str, list[str]]:
    """The rows that begin with a number, by the name in them."""
    return {row[1]: row for row in rows if row and row[0].isdigit()}


def files(client: Client, address: str, **given: str) -> dict[str, bytes]:
    """A printed page in each format."""
    found = {}
    for ending in READ:
        answer = client.get(address, given | {"format": ending})
        assert answer["Content-Type"].endswith(ENDING[ending])
        assert kept_as(answer).endswith(f".{ending}")
        found[ending] = answer.content
    return found


def test_the_approval_form_of_a_year_is_the_same_four_times(cast: Cast) -> None:
    submitted(with_results(cast))
    snapshot = Snapshot.objects.get(purpose=Purpose.SUBMISSION)
    figures = [row.figures for row in snapshot.rows.all() if row.figures["status"] != "exempt"]
    grades = {"excellent": "优秀", "fail": "不合格", None: "未测评"}
    expected = {
        one["name"]: [
            points(one["daily"]), points(one["appraisal"]), points(one["annual"]), grades[one["grade"]],
            whole(one["rank"]),
        ]
        for one in figures
    }  # fmt: skip
    assert expected["张晓明"] == ["100.00", "96.67", "99.33", "优秀", "1"]
    client = browser(cast, cast.owner, "zh-hans")
    for ending, content in files(client, f"{PAGE}form/").items():
        read = by_name(READ[ending](content))
        assert {name: read[name][3:8] for name in expected} == expected, ending
    page = on_screen(client.get(f"{PAGE}submissions/{snapshot.pk}/"))
    # The page on the screen leaves the grade of who was not appraised to its column of states.
    assert {name: [page[name][title] for title in ("日常行为积分", "民主测评", "年度积分", "名次")]
            for name in expected} == {name: [*row[:3], row[4]] for name, row in expected.items()}  # fmt: skip


def on_screen(answer: Any) -> dict[str, dict[str, str]]:
    """The rows of a page's table by name: by the title of its column what a cell says."""
    table = html.document_fromstring(answer.content.decode()).find(".//table")
    found = {}
    for row in table.findall("tbody/tr"):
        name = re.sub(r"\s.*", "", row.find("th").text_content().strip(), flags=re.DOTALL)
        cells = row.findall("td")
        found[name] = {
            cell.get("data-label"): re.sub(r"\s", "", cell.text_content()) or "—" for cell in cells
        }
    return found


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_an_issued_notice_is_the_same_in_every_format_for_ever(cast: Cast, language: str) -> None:
    settings = PrintSettings(organisation=cast.organisations["DT0101"], language=language)
    save_settings(by=cast.operator, settings=settings)
    with_results(cast)
    client = browser(cast, cast.owner)
    given = {"kind": "notice", "period": f"{YEAR}H2"}
    client.post("/branches/DT0101/print/", given)
    snapshot = Snapshot.objects.get(purpose=Purpose.NOTICE)
    expected = {
        row.figures["name"]: [
            *map(points, (row.figures["base"], row.figures["bonus"], row.figures["daily"])),
            whole(row.figures["rank"]),
        ]
        for row in snapshot.rows.all()
        if row.figures["status"] != "exempt"
    }
    assert len(expected) == 3
    first = files(client, "/branches/DT0101/print/", **given)
    cast.members["M001"].name = "改了名"
    cast.members["M001"].save()
    again = files(client, "/branches/DT0101/print/", **given)
    assert first == again
    for ending, content in first.items():
        read = by_name(READ[ending](content))
        assert {name: row[3:] for name, row in read.items()} == expected, ending
    assert snapshot.digest in word_text(first["docx"])
    assert any(snapshot.digest in cell for row in book_rows(first["xlsx"]) for cell in row)
    assert Snapshot.objects.count() == 1
    assert not any(CANARY in str(READ[ending](content)) for ending, content in first.items())
