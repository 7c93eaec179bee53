"""Every printed page for one member, for forty, and in the long checks for four hundred, in both scripts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace

import pytest
from PIL.Image import Transpose

from reports.print.documents import Document, print_document
from reports.tables import Table
from tests.reports import more_samples, samples
from tests.reports.paper import HANS, HANT, MM, UPRIGHT, WIDE, cells_of, inked, pages_of, texts_of
from tests.reports.paper import is_number as of_number

A4, TURNED = (210, 297), (297, 210)


@dataclass(frozen=True)
class Kind:
    """How a page is made for so many members; its paper, the area for its ink in mm, whether it is numbered.

    `foot` is what stands under the last table and is never alone on a page.
    """

    make: Callable[[int], Document]
    size: tuple[int, int] = A4
    area: tuple[int, int, int, int] = UPRIGHT
    numbered: bool = True
    foot: str = ""


KINDS = {
    "notice": Kind(samples.half_year_notice, foot="2026年7月3日"),
    "annual": Kind(samples.annual_notice, foot="2026年7月3日"),
    "summary": Kind(samples.quarterly_summary, TURNED, WIDE),
    "approval": Kind(samples.approval_form),
    "review": Kind(samples.review_summary, TURNED, WIDE, foot="[制製]表人："),
    "awards": Kind(samples.award_list),
    "praise": Kind(samples.praise_list),
    "reminders": Kind(samples.reminders),
    "cards": Kind(more_samples.card_sheet, area=(0, 210, 0, 297), numbered=False),
    "confirmation": Kind(more_samples.confirmation, foot="[制製]表人："),
    "registers": Kind(more_samples.registers, TURNED, WIDE),
    "sign_in": Kind(more_samples.sign_in),
    "ballot": Kind(more_samples.ballot_paper),
    "tally": Kind(more_samples.tally_sheet, foot="[监監]票人："),
}


def tables_of(value) -> Iterable[Table]:
    """The tables of a document, in the order of its fields."""
    if isinstance(value, Table):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from tables_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from tables_of(getattr(value, field.name))


def rows_of(document) -> list[list[str]]:
    """What the rows of its tables say, without blanks; or of sheets to mark and sign, numbers and names."""
    found = [
        [re.sub(r"\s", "", cell.text) for cell in row]
        for table in tables_of(document)
        for row in table.body()
    ]
    if found:
        return found
    if hasattr(document, "lines"):
        return [
            [text for number, name in [*line, ("", "")][:2] for text in (str(number), name, "")]
            for line in document.lines
        ]
    marks = len(getattr(document, "marks", getattr(document, "columns", ())))
    return [[str(at), name, *[""] * marks] for at, name in enumerate(document.names, start=1)]


def check(name: str, count: int, language: str) -> None:
    """What must hold of every page of the kind."""
    kind = KINDS[name]
    document = kind.make(count)
    page = print_document(document, language)
    assert page.missing == frozenset()
    expected, found = rows_of(document), []
    sheets = pages_of(page)
    for place, sheet in enumerate(sheets, start=1):
        assert (sheet.width / MM, sheet.height / MM) == pytest.approx(kind.size, abs=0.1)
        left, right, top, bottom = inked(sheet)
        assert kind.area[0] - 1 <= left < right <= kind.area[1] + 1, (place, left, right)
        assert kind.area[2] - 1 <= top < bottom <= kind.area[3] + 1, (place, top, bottom)
        if kind.numbered:
            check_number(sheet, place)
        for table in cells_of(sheet):
            mine = [at for at, row in enumerate(table) if row in expected]
            found += [table[at] for at in mine]
            if mine:
                # A table goes on under its header: what stands over its first row is none of its rows.
                assert mine[0] > 0, (place, table[0])
                assert any(table[mine[0] - 1]), (place, table[0])
    # No row is torn and none is lost: each stands on one page, whole and in its order.
    assert found == expected
    if kind.foot:
        lines = texts_of(sheets[-1])
        at = next(at for at, line in enumerate(lines) if re.search(kind.foot, line))
        assert at > 0, lines


def check_number(sheet, place: int) -> None:
    """Its number stands 7 mm under the type area, a character from its right edge, of even ones its left."""
    number = [char for char in sheet.chars if of_number(char)]
    if sheet.width < sheet.height:
        assert "".join(char["text"] for char in number) == f"— {place} —"
        assert min(char["top"] for char in number) / MM == pytest.approx(262 + 7, abs=1.5)
        edge = max(char["x1"] for char in number) if place % 2 else min(char["x0"] for char in number)
        assert edge / MM == pytest.approx(184 - 14 / MM if place % 2 else 28 + 14 / MM, abs=0.5)
    else:
        assert max(char["x1"] for char in number) / MM == pytest.approx(35 - 7, abs=1.5)
        edge = max(char["bottom"] for char in number) if place % 2 else min(char["top"] for char in number)
        assert edge / MM == pytest.approx(184 - 14 / MM if place % 2 else 28 + 14 / MM, abs=0.5)


NEW = ("praise", "reminders", "confirmation", "registers", "sign_in", "ballot", "tally")
"""Kinds that no other test measures for so many, and that are printed fast enough."""


@pytest.mark.parametrize("name", KINDS)
def test_a_page_for_one_member(name):
    check(name, 1, HANS)


@pytest.mark.parametrize("name", NEW)
def test_a_page_for_forty_members(name):
    check(name, 40, HANT)


@pytest.mark.shows
@pytest.mark.parametrize("count", [1, 40, 400])
@pytest.mark.parametrize("language", [HANS, HANT])
@pytest.mark.parametrize("name", KINDS)
def test_every_page_in_both_scripts(name, language, count, short):
    # At the short count one member in one script, forty in the other.
    if short and (count, language) not in ((1, HANT), (40, HANS)):
        pytest.skip("few members are enough here")
    check(name, count, language)


@pytest.mark.parametrize("count", [11, 12, 13, 14])
def test_what_is_signed_under_a_sheet_takes_rows_along(count):
    sheets = pages_of(print_document(more_samples.confirmation(count), HANS))
    last = cells_of(sheets[-1])
    assert [row[1] for row in last[-1][-2:]] == samples.names(count)[-2:] or len(sheets) == 1


def test_four_cards_are_cut_apart_through_the_middle_of_the_sheet():
    (sheet,) = pages_of(print_document(more_samples.card_sheet(4), HANS))
    titles = [char for char in sheet.chars if char["text"] == "卡"]
    assert len(titles) == 4
    assert {(char["x0"] > 105 * MM, char["top"] > 148.5 * MM) for char in titles} == {
        (right, below) for right in (False, True) for below in (False, True)
    }
    # Nothing is printed within 5 mm of a cut or an edge, where printers and scissors go.
    for char in sheet.chars:
        for start, end, whole in ((char["x0"], char["x1"], 105), (char["top"], char["bottom"], 148.5)):
            near = [start / MM % whole, whole - end / MM % whole]
            assert min(near) > 5, (char["text"], near)


@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_cut_lines_lie_in_the_middle_of_every_sheet_of_cards(count):
    sheets = pages_of(print_document(more_samples.card_sheet(count), HANS))
    assert len(sheets) == (count + 3) // 4
    for sheet in sheets:
        drawn = sheet.to_image(resolution=254).original.convert("L")  # ten pixels to a millimetre
        down = drawn.crop((1048, 0, 1052, 1480))
        across = drawn.crop((0, 1483, drawn.width, 1487)).transpose(Transpose.ROTATE_90)
        for line in (down, across):
            dark = [min(line.crop((0, at, 4, at + 1)).tobytes()) < 128 for at in range(line.height)]
            assert 0.3 < sum(dark) / len(dark) < 0.7


def quarters(sheet):
    """The characters of each quarter of a sheet: the largest and the lowest of them, in pt and mm."""
    found = {}
    for char in sheet.chars:
        found.setdefault((char["x0"] > 105 * MM, char["top"] > 148.5 * MM), []).append(char)
    return {
        place: (chars, max(char["bottom"] for char in chars) / MM % 148.5) for place, chars in found.items()
    }


def test_a_card_is_set_as_large_as_its_quarter_has_room_for():
    full, short = more_samples.card(), more_samples.card()
    short = replace(short, adjustments=(), table=Table(short.table.columns, short.table.rows[:6]))
    sheet_of_cards = replace(more_samples.card_sheet(1), cards=[full, short, short, full])
    (sheet,) = pages_of(print_document(sheet_of_cards, HANS))
    sizes = {}
    for place, (chars, lowest) in quarters(sheet).items():
        assert 110 < lowest < 143.5, place
        sizes[place] = next(round(char["size"], 1) for char in chars if char["text"] == "织")
    # Twelve indicators with what was adjusted are set in 8 pt, six in 9.5 pt.
    assert sizes == {(False, False): 8, (True, True): 8, (True, False): 9.5, (False, True): 9.5}


@pytest.mark.parametrize("language", [HANS, HANT])
def test_the_longest_names_and_six_lines_of_an_indicator_fit_on_a_card(language):
    card = more_samples.card("阿卜杜热合曼·买买提江·艾合买提·吐尔逊娜依", "社区下属支部成员及党小组长" * 2)
    rows = [{**card.table.rows[0], "indicator": "参加党的组织生喆" * 9}, *card.table.rows[1:]]
    card = replace(
        card,
        organisation="中共东塘街道望月坡社区综合党委第三党总支离退休干部第十二党支部",
        number="DT-2026-000000289",
        table=Table(card.table.columns, rows),
        adjustments=card.adjustments * 3,
    )
    (sheet,) = pages_of(print_document(replace(more_samples.card_sheet(1), cards=[card] * 4), language))
    found = quarters(sheet)
    assert len(found) == 4
    for chars, lowest in found.values():
        assert lowest < 143.5
        assert sum(char["text"] == "喆" for char in chars) == 9


@pytest.mark.parametrize("language", [HANS, HANT])
def test_what_is_one_line_is_not_broken(language):
    form = samples.approval_form(3, frozen_on="2026年12月31日")
    for document, start, end in (
        (form, r"[数資][据料][于於]2026年12月31日", r"不得[张張][贴貼]。"),
        (more_samples.sign_in(123), r"[应應]到123", r"缺席"),
        (more_samples.confirmation(3), r"[制製]表人", r"2026年7月3日"),
    ):
        lines = [line for sheet in pages_of(print_document(document, language)) for line in texts_of(sheet)]
        plain = [re.sub(r"\s", "", line) for line in lines]
        assert any(re.match(f"{start}.*{end}", line) for line in plain), plain[-6:]


def test_the_small_card_says_what_the_large_one_says():
    def words(document):
        sheets = pages_of(print_document(document, HANS))
        return re.sub(r"\s", "", "".join("".join(texts_of(sheet)) for sheet in sheets))

    assert sorted(words(more_samples.card_sheet(1))) == sorted(words(more_samples.card()))


def test_twenty_lines_of_a_register_have_room_to_write():
    sheets = pages_of(print_document(more_samples.registers(40), HANS))
    assert len(sheets) == 8  # four registers, two pages of twenty each
    for sheet in sheets:
        rows = [row for table in sheet.find_tables() for row in table.rows][-20:]
        heights = [(row.bbox[3] - row.bbox[1]) / MM for row in rows]
        assert len(heights) == 20
        assert min(heights) > 5.5
