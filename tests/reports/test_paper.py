"""The paper, measured on the finished PDF: type area, grid, fonts, tables, page numbers, signature."""

import re

import pytest
from django.utils import translation

from reports.print.documents import Signature, Specimen, print_document
from tests.reports import samples
from tests.reports.paper import HANS, HANT, MM, UPRIGHT, WIDE, inked, is_number, lines_of, pages_of, texts_of


@pytest.fixture(scope="module")
def notice():
    return print_document(samples.half_year_notice(40), HANS)


@pytest.fixture(scope="module")
def summary():
    return print_document(samples.quarterly_summary(40), HANS)


@pytest.fixture(scope="module")
def approval():
    return print_document(samples.approval_form(40), HANT)


@pytest.fixture(scope="module")
def review():
    return print_document(samples.review_summary(40), HANS)


@pytest.fixture(scope="module")
def awards():
    return print_document(samples.award_list(40), HANT)


@pytest.fixture(scope="module")
def annual():
    return print_document(samples.annual_notice(40), HANS)


@pytest.mark.parametrize("name", ["notice", "annual", "approval", "awards"])
def test_the_type_area_of_a_notice_is_156_by_225_mm_on_every_page(name, request):
    pages = pages_of(request.getfixturevalue(name))
    for page in pages:
        left, right, top, bottom = inked(page)
        assert (page.width / MM, page.height / MM) == pytest.approx((210, 297), abs=0.1)
        assert (left, right) == pytest.approx(UPRIGHT[:2], abs=1)
        assert UPRIGHT[2] - 1 <= top
        assert bottom <= UPRIGHT[3] + 1
    # A page that goes on with a table begins with its rules.
    going_on = [page for page in pages[1:] if min(rect["top"] for rect in page.rects + page.lines) < 38 * MM]
    assert going_on
    for page in going_on:
        assert inked(page)[2] == pytest.approx(UPRIGHT[2], abs=1)


@pytest.mark.parametrize("name", ["summary", "review"])
def test_the_type_area_of_a_summary_is_the_same_turned(name, request):
    pages = pages_of(request.getfixturevalue(name))
    for page in pages:
        left, right, top, bottom = inked(page)
        assert (page.width / MM, page.height / MM) == pytest.approx((297, 210), abs=0.1)
        assert (left, right) == pytest.approx(WIDE[:2], abs=1)
        assert WIDE[2] - 1 <= top
        assert bottom <= WIDE[3] + 1


@pytest.mark.parametrize("language", [HANS, HANT])
def test_a_page_of_text_has_22_lines_of_28_characters(language):
    page = print_document(Specimen(paragraphs=["一二三四五六七八九十" * 100]), language)
    pages = pages_of(page)
    lines = lines_of(pages[0])
    assert [len(line) for line in lines] == [28] * 22
    left, right, top, bottom = inked(pages[0])
    assert (left, right) == pytest.approx(UPRIGHT[:2], abs=1)
    # 22 lines of 28.98 pt are 224.9 mm; a character is 16 pt high, in the middle of its line.
    assert (bottom - top) == pytest.approx((21 * 28.98 + 16) / MM, abs=1)


def test_rare_characters_from_another_font_leave_the_grid_as_it_is():
    # 28 characters a line, among them six that 仿宋 lacks.
    page = print_document(
        Specimen(paragraphs=[("喆堃赟燊𬱖㛃" + "一二三四五六七八九十" * 2 + "甲乙") * 30]), HANS
    )
    assert page.missing == frozenset()
    pages = pages_of(page)
    baselines = {round(char["bottom"]) for char in pages[0].chars if "Fandol" in char["fontname"]}
    assert len(baselines) == 22


@pytest.mark.parametrize("language, fang", [(HANS, "FandolFang"), (HANT, "cwTeXFangSong")])
def test_fonts_are_embedded_and_the_text_is_fang_song(language, fang):
    page = print_document(samples.half_year_notice(12), language)
    pages = pages_of(page)
    names = {char["fontname"] for sheet in pages for char in sheet.chars}
    assert any(fang in name for name in names)
    embedded = set()
    for sheet in pages:
        for font in sheet.page_obj.resources["Font"].resolve().values():
            descriptor = font.resolve()["DescendantFonts"][0].resolve()["FontDescriptor"].resolve()
            assert {"FontFile2", "FontFile3"} & descriptor.keys(), descriptor
            embedded.add(descriptor["FontName"].name)
    assert names <= embedded


@pytest.mark.parametrize("members", [1, 40])
def test_every_page_of_a_table_repeats_its_header_and_no_row_is_torn(members):
    notice = samples.half_year_notice(members)
    page = print_document(notice, HANS)
    with translation.override(HANS):
        head = "".join(str(column.title) for column in notice.categories[0].table.columns).replace(" ", "")
    rows = ["".join(cell.text for cell in row) for part in notice.categories for row in part.table.body()]
    found = []
    for sheet in pages_of(page):
        lines = texts_of(sheet)
        mine = [line for line in lines if line in rows]
        found += mine
        if mine:
            # The first row of a page follows a header, and nothing but headings stands between two tables.
            assert lines[lines.index(mine[0]) - 1] == head
    # Every row is one line of one page, whole and in order.
    assert found == rows


@pytest.mark.parametrize("members", [1, 40])
def test_the_tables_of_an_approval_form_repeat_their_header_and_tear_no_row(members, request):
    made = samples.approval_form(members)
    page = request.getfixturevalue("approval") if members == 40 else print_document(made, HANT)
    heads, found = [], []
    for sheet in pages_of(page):
        for table in sheet.extract_tables():
            cells = [[re.sub(r"\s", "", cell or "") for cell in row] for row in table]
            if len(cells[0]) == 8:
                heads.append(cells[0])
                found += cells[1:]
    assert len(heads) >= len(pages_of(page)) - 1
    assert {tuple(head) for head in heads} == {
        ("序號", "姓名", "角色", "日常行為積分", "民主測評", "年度積分", "等次", "名次")
    }
    assert found == [[cell.text for cell in row] for part in made.categories for row in part.table.body()]


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("name", ["review_summary", "award_list"])
def test_a_long_list_repeats_its_header_and_tears_no_row(name, count, request):
    made = getattr(samples, name)(count)
    kept = {"review_summary": "review", "award_list": "awards"}[name]
    page = request.getfixturevalue(kept) if count == 40 else print_document(made, HANS)
    tables = [made.table] if name == "review_summary" else [part.table for part in made.parts]
    rows = [[cell.text for cell in row] for table in tables for row in table.body()]
    heads, found = 0, []
    for sheet in pages_of(page):
        for table in sheet.extract_tables():
            cells = [[re.sub(r"\s", "", cell or "") for cell in row] for row in table]
            if cells[0][0] in ("序号", "序號"):
                heads += 1
                found += cells[1:]
    assert heads >= len(pages_of(page)) - 1
    assert found == rows


@pytest.mark.parametrize("count", [1, 40])
def test_no_slip_is_torn_and_each_is_cut_off(count):
    made = samples.reminders(count)
    pages = pages_of(print_document(made, HANS))
    found = []
    for page in pages:
        lines = texts_of(page)
        starts = [at for at, line in enumerate(lines) if line == "党员积分提醒单"]
        assert starts[0] == 0
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            assert lines[end - 1] == f"{made.organisation}　{made.made_on}"
            found.append(lines[start + 1])
        assert UPRIGHT[2] - 1 <= inked(page)[2]
        assert inked(page)[3] <= UPRIGHT[3] + 1
    assert found == [f"{slip.name}同志：" for slip in made.slips]
    assert len(pages) < max(count, 2)


@pytest.mark.parametrize("members", [1, 12, 22, 28, 34, 40, 46])
def test_the_opinions_of_an_approval_form_stand_together_with_what_was_posted(members):
    made = samples.approval_form(members)
    pages = pages_of(print_document(made, HANS))
    last = "".join(texts_of(pages[-1]))
    assert all(f"{name}意见：" in last for name in made.opinions)
    assert last.count("负责人签名：") == last.count("（盖章）") == 2
    assert "收到异议0件。" in last
    assert not any("意见：" in text for page in pages[:-1] for text in texts_of(page))


def test_a_seal_has_room_under_each_signature(approval):
    # A seal is 42 mm across; its middle lies over the date.
    box = [char for char in pages_of(approval)[-1].chars if char["upright"] and not is_number(char)]
    signed = max(char["bottom"] for char in box if char["text"] == "簽") / MM
    foot = min(char["top"] for char in box if round(char["size"]) == 8) / MM
    assert foot - signed > 42


@pytest.mark.parametrize("name", ["notice", "summary"])
def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(name, request):
    pages = pages_of(request.getfixturevalue(name))
    assert len(pages) > 2
    for place, page in enumerate(pages, start=1):
        number = [char for char in page.chars if is_number(char)]
        if page.width < page.height:
            assert "".join(char["text"] for char in number) == f"— {place} —"
            # 7 mm below the type area, one character of 14 pt from its edge.
            assert min(char["top"] for char in number) / MM == pytest.approx(262 + 7, abs=1.5)
            if place % 2:
                assert max(char["x1"] for char in number) / MM == pytest.approx(184 - 14 / MM, abs=0.5)
            else:
                assert min(char["x0"] for char in number) / MM == pytest.approx(28 + 14 / MM, abs=0.5)
        else:
            # The foot of the upright page is now the left edge, its right side the bottom.
            assert max(char["x1"] for char in number) / MM == pytest.approx(35 - 7, abs=1.5)
            if place % 2:
                assert max(char["bottom"] for char in number) / MM == pytest.approx(184 - 14 / MM, abs=0.5)
            else:
                assert min(char["top"] for char in number) / MM == pytest.approx(28 + 14 / MM, abs=0.5)


@pytest.mark.parametrize("members", [22, 28, 34, 40, 46])
def test_the_signature_is_never_alone_on_a_page(members):
    page = print_document(samples.half_year_notice(members), HANS)
    pages = pages_of(page)
    last = pages[-1].extract_text()
    assert samples.SIGNATURE.name in last
    assert samples.PHONES[0].number in last


def test_the_date_stands_four_characters_off_the_edge_and_the_name_over_its_middle(notice):
    pages = pages_of(notice)
    lines = {"".join(char["text"] for char in line): line for line in lines_of(pages[-1])}
    name, date = lines["中共东塘社区第一支部委员会"], lines["2026年7月3日"]
    assert date[-1]["x1"] / MM == pytest.approx(184 - 4 * 16 / MM, abs=1)
    middle = [(line[0]["x0"] + line[-1]["x1"]) / 2 for line in (name, date)]
    assert middle[0] == pytest.approx(middle[1], abs=1)


@pytest.mark.parametrize(
    "name, indent",
    [
        # The date, 6 digits and 年, 月, 日, is 6 characters wide; indents count half characters.
        ("一二三四五六", 8),
        (
            "一二三四五六七八",
            6,
        ),  # two characters longer: one on each side, so the block ends three off the edge
        ("一" * 20, 0),  # 14 longer: seven on each side, more than the four there are
    ],
)
def test_a_long_name_moves_the_signature_towards_the_edge(name, indent):
    assert Signature(name=name, date="2026年7月3日").indent == indent


def test_the_samples_miss_no_glyph(notice, summary, annual, approval, review, awards):
    made = (notice, summary, annual, approval, review, awards)
    assert [page.missing for page in made] == [frozenset()] * len(made)
    assert notice.warnings == ()


def test_a_summary_shows_every_member_with_every_indicator(summary):
    made = samples.quarterly_summary(40)
    pages = pages_of(summary)
    shown = [
        [re.sub(r"\s", "", cell or "") for cell in row]
        for page in pages
        for table in page.extract_tables()
        for row in table
    ]
    for category in made.categories:
        for row in category.table.body():
            assert [cell.text for cell in row] in shown
