"""Pages for Word and Excel: the rows of the table, real numbers, how they print, texts as they were typed."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from reports.office.figures import figure_of
from reports.office.files import Format, file_of
from reports.print.documents import Signature
from tests.office import book_rows, word_rows, word_text
from tests.reports import more_samples, samples

HANS, HANT = "zh-hans", "zh-hant"
MADE: dict[str, Any] = {
    "notice": samples.half_year_notice,
    "annual notice": samples.annual_notice,
    "summary": samples.quarterly_summary,
    "approval form": samples.approval_form,
    "review summary": samples.review_summary,
    "award list": samples.award_list,
    "list of praise": samples.praise_list,
    "reminders": samples.reminders,
}


def made(document: Any, format: Format, language: str = HANS) -> bytes:
    return file_of([(document, language)], format).content


def tables(document: Any) -> list[Any]:
    """The tables of members, organisations and indicators on a page."""
    found = [part.table for part in getattr(document, "categories", ())]
    found += [part.table for part in getattr(document, "parts", ()) if part.members]
    found += [slip.table for slip in getattr(document, "slips", ())]
    others = [getattr(document, name, None) for name in ("table", "ungraded", "unscored")]
    return found + [table for table in others if table is not None]


@pytest.fixture(scope="module")
def notice() -> Any:
    return samples.half_year_notice(40)


@pytest.fixture(scope="module")
def word(notice: Any) -> Any:
    return Document(BytesIO(made(notice, Format.DOCX)))


@pytest.fixture(scope="module")
def sheet(notice: Any) -> Any:
    return load_workbook(BytesIO(made(notice, Format.XLSX))).worksheets[0]


# --- every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("format", [Format.DOCX, Format.XLSX])
def test_every_row_of_a_page_is_in_its_file_as_often_as_on_the_page(kind: str, format: Format) -> None:
    document = MADE[kind](5)
    content = made(document, format, HANT)
    read = word_rows(content) if format == Format.DOCX else book_rows(content)
    for table in tables(document):
        for row in table.body():
            texts = [cell.text.replace(" ", "") for cell in row]
            assert any(found[: len(texts)] == texts for found in read), texts
    # A date is a day and nothing else.
    assert content == made(document, format, HANT)


@pytest.mark.parametrize("kind", MADE)
def test_a_file_for_word_has_no_picture_no_script_and_nothing_from_outside(kind: str) -> None:
    with zipfile.ZipFile(BytesIO(made(MADE[kind](2), Format.DOCX))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "media" in name or "vba" in name.lower()]
        relations = [package.read(name) for name in package.namelist() if name.endswith(".rels")]
    assert b"TargetMode" not in b"".join(relations)


# --- Word -----------------------------------------------------------------------------------------


def test_the_sheet_has_the_margins_of_official_documents(word: Any) -> None:
    section = word.sections[0]
    found = [section.top_margin.mm, section.right_margin.mm, section.bottom_margin.mm, section.left_margin.mm]
    assert found == pytest.approx([37, 26, 35, 28], abs=0.1)
    assert [section.page_width.mm, section.page_height.mm] == pytest.approx([210, 297], abs=0.1)
    turned = Document(BytesIO(made(samples.quarterly_summary(1), Format.DOCX))).sections[0]
    assert [turned.page_width.mm, turned.page_height.mm] == pytest.approx([297, 210], abs=0.1)


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(word: Any) -> None:
    section = word.sections[0]
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert line.text == "— 1 —"
        assert "PAGE" in line._p.xml
        assert line.style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == side


@pytest.mark.parametrize(
    ("language", "fonts", "mark"),
    [
        (HANS, ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"], "zh-CN"),
        (HANT, ["新細明體", "微軟正黑體", "標楷體", "仿宋"], "zh-TW"),
    ],
)
def test_the_styles_name_the_fonts_that_offices_have(language: str, fonts: list[str], mark: str) -> None:
    document = Document(BytesIO(made(samples.half_year_notice(1), Format.DOCX, language)))
    styles = {style.style_id: style.element for style in document.styles}
    named = [
        styles[style].rPr.rFonts.get(qn("w:eastAsia"))
        for style in ("Title", "Heading1", "Heading2", "BodyText")
    ]
    assert named == fonts
    assert styles["BodyText"].rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == mark
    spacing = styles["BodyText"].pPr.find(qn("w:spacing"))
    # Twentieths of a point: 22 lines of 28.95 pt are 636.9 pt of the 637.8 that 225 mm are.
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")


def test_headers_repeat_rows_do_not_split_and_the_signature_is_never_alone(word: Any) -> None:
    for table in word.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    texts = [paragraph.text for paragraph in word.paragraphs]
    at = texts.index("2026年7月3日")
    assert texts[at - 1] == "中共东塘社区第一支部委员会"
    phone = next(place for place, text in enumerate(texts) if "监督电话" in text)
    assert all(one.paragraph_format.keep_with_next for one in word.paragraphs[phone : at + 1])


def test_what_is_signed_under_a_table_is_bound_to_its_last_rows() -> None:
    body = Document(BytesIO(made(samples.review_summary(3), Format.DOCX)))
    rows = body.tables[-1].rows
    assert all(one.paragraph_format.keep_with_next for row in rows[-2:] for one in row.cells[0].paragraphs)
    signed = next(at for at, one in enumerate(body.paragraphs) if "制表人" in one.text)
    assert [one.paragraph_format.keep_with_next for one in body.paragraphs[signed - 2 : signed]] == [True] * 2


def test_each_register_begins_on_a_page_of_its_own() -> None:
    body = Document(BytesIO(made(more_samples.registers(40), Format.DOCX)))
    titles = [one for one in body.paragraphs if one.style.style_id == "Title"]
    assert [one.paragraph_format.page_break_before for one in titles] == [None] + [True] * 7


def test_grouped_columns_have_a_head_of_two_rows() -> None:
    table = Document(BytesIO(made(samples.quarterly_summary(3), Format.DOCX))).tables[-2]
    upper, lower = ([cell.text for cell in row.cells] for row in table.rows[:2])
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows[:3]] == [True, True, False]
    assert upper[:2] == lower[:2] == ["序号", "姓名"]
    assert upper[3] == upper[4] == "完成数/指标数"
    assert lower[3] == "参加党的组织生活"


def test_headings_number_themselves_anew_in_every_document() -> None:
    pair = [(samples.half_year_notice(2), HANS), (samples.half_year_notice(2), HANT)]
    document = Document(BytesIO(file_of(pair, Format.DOCX).content))
    numbers = [
        (one.style.style_id, one._p.pPr.numPr.numId.val, one._p.pPr.numPr.ilvl.val)
        for one in document.paragraphs
        if one._p.pPr.numPr is not None
    ]
    assert numbers[0] == ("Heading1", 1, 0)
    assert numbers[1] == ("Heading2", 1, 1)
    assert ("Item", 1, 2) in numbers
    assert ("Heading1zh-TW", 2, 0) in numbers
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in document.sections]
    assert starts == ["1", "1"]
    assert [one.text for one in document.paragraphs if one.style.style_id == "Titlezh-TW"] != []


# --- Excel ----------------------------------------------------------------------------------------


def test_figures_are_numbers_and_words_are_not(sheet: Any) -> None:
    # The first member of samples: 8347 − 61 hundredths, bonus 250, 8597 − 61 together, first.
    first = next(row for row in sheet.rows if row[0].value == 1)
    assert [cell.value for cell in first] == [1, "陈喆", "领导班子成员党员", 82.86, 2.5, 85.36, 1]
    assert [cell.number_format for cell in first[3:]] == ["0.00", "0.00", "0.00", "0"]
    assert {cell.data_type for cell in first[3:]} == {"n"}


def test_a_sheet_is_set_up_for_paper(sheet: Any) -> None:
    header = next(row[0].row for row in sheet.rows if row[0].value == "序号")
    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$G${sheet.max_row}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert (sheet.oddFooter.right.text, sheet.evenFooter.left.text) == ("— &P —", "— &P —")


def test_a_wide_table_lies_on_a_turned_sheet_with_the_names_in_view() -> None:
    book = load_workbook(BytesIO(made(samples.quarterly_summary(3), Format.XLSX)))
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}
    register = next(sheet for sheet in book if sheet.max_column > 10)
    header = next(row[0].row for row in register.rows if row[0].value == "序号")
    assert register.print_title_rows == f"${header}:${header + 1}"
    assert register.freeze_panes == f"C{header + 2}"
    # Fulfilments stay words: 7/12 is no day in July.
    row = next(row for row in register.rows if row[0].value == 1)
    assert row[3].value == "7/12"
    assert (row[-3].value, row[-3].number_format) == (24.05, "+0.00;−0.00;0.00")


def test_days_are_days_and_the_row_that_adds_up_is_the_last() -> None:
    sheet = load_workbook(BytesIO(made(samples.review_summary(9), Format.XLSX))).worksheets[0]
    rows = [row for row in sheet.rows if str(row[1].value).startswith("东塘社区第")]
    assert len(rows) == 9
    assert rows[0][3].value == datetime(2026, 10, 12)
    assert rows[7][3].value in (None, "")
    total = next(row for row in sheet.rows if row[1].value == "合计")
    assert total[6].value == 360


def test_words_stand_around_the_table_in_the_order_of_the_page() -> None:
    content = made(samples.half_year_notice(3), Format.XLSX)
    rows = ["".join(row) for row in book_rows(content)]
    marks = (
        "东塘社区第一党支部",
        "关于2026年上半年党员积分情况的通报",
        "全体党员：",
        "根据《党员积分制管理实施方案》",
        "党员积分情况",
        "序号姓名角色",
        "机关党员（2人）",
        "1陈喆",
        "生效的微调",
        "异议反映方式",
        "党支部监督电话",
        "中共东塘社区第一支部委员会",
        "2026年7月3日",
        "方案：",
    )
    places = [next(at for at, row in enumerate(rows) if row.startswith(mark)) for mark in marks]
    assert places == sorted(places)


def test_figures_of_an_overview_stand_side_by_side_over_the_table() -> None:
    book = load_workbook(BytesIO(made(samples.approval_form(5), Format.XLSX)))
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.rows]
    at = rows.index(["党员", "优秀", "良好", "合格", "不合格", "无等次"])
    assert rows[at + 1] == [40, 9, 20, 8, 2, 1]
    assert rows[at + 3][:2] == ["序号", "姓名"]
    # Who gives an opinion does so beside the other.
    assert ["东塘社区第一党支部意见：", "东塘街道工委意见："] in rows
    assert rows.count(["（盖章）", "（盖章）"]) == 1
    assert book.sheetnames == ["2025年度党员积分考核结果审定表", "不评定等次的党员"]


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (samples.half_year_notice(3), ["关于2026年上半年党员积分情况的通报"]),
        (samples.reminders(3), ["党员积分提醒单"]),
        (
            more_samples.registers(25),
            [form.title for form in more_samples.registers(1).forms],
        ),
        (
            samples.quarterly_summary(9),
            ["2026年第二季度党员积分情况汇总分析", "党员积分明细 机关党员（5人）", "党员积分明细", "不计分"],
        ),
    ],
)  # fmt: skip
def test_sheets_are_named_by_what_they_hold(document: Any, names: list[str]) -> None:
    assert load_workbook(BytesIO(made(document, Format.XLSX))).sheetnames == names


def test_a_header_far_down_does_not_stay_in_view() -> None:
    book = load_workbook(BytesIO(made(samples.quarterly_summary(9), Format.XLSX)))
    # Charts and overview stand over the first table; of the others the title and the header stay.
    assert [sheet.freeze_panes for sheet in book] == [None, "C7", "C7", "A6"]


def test_units_have_a_sheet_each_whatever_they_are_called() -> None:
    names = ["[甲]*支部", "[甲]*支部", "很" * 40, "'"]
    pages = [(samples.half_year_notice(1, organisation=name), HANS) for name in names]
    book = load_workbook(BytesIO(file_of(pages, Format.XLSX).content))
    assert len(book.sheetnames) == len({name.lower() for name in book.sheetnames}) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)


@pytest.mark.parametrize(
    ("text", "value", "looks"),
    [
        ("83.47", Decimal("83.47"), "0.00"),
        ("7", 7, "0"),
        ("0", 0, "0"),
        ("+1.50", Decimal("1.50"), "+0.00;−0.00;0.00"),
        ("−1.50", Decimal("-1.50"), "+0.00;−0.00;0.00"),
        ("85.5%", Decimal("0.855"), "0.0%"),
        ("100%", Decimal(1), "0%"),
    ],
)
def test_a_printed_figure_is_read_as_the_number_that_it_is(text: str, value: object, looks: str) -> None:
    assert figure_of(text) == (value, looks)


@pytest.mark.parametrize("text", ["", "—", "9/12", "100%*", "40人", "1,5", "=1", "2026年13月", "٣"])
def test_what_is_no_figure_stays_a_word(text: str) -> None:
    assert figure_of(text) is None


# --- what users typed -----------------------------------------------------------------------------

HOSTILE = [
    "<b>甲&乙</b>",
    "{{ 7*7 }}{% now %}",
    "{_{ x }_}",
    "&amp;#65;",
    "${fang}$",
    "]]><w:p/>",
    "12",
    "2026年3月5日",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_comes_out_as_it_was_typed(name: str) -> None:
    page = samples.half_year_notice(1, organisation=name, signature=Signature(name=name, date="2026年7月3日"))
    page.categories[0].table.rows[0]["name"] = name
    content = made(page, Format.DOCX)
    assert word_rows(content)[1][1] == name.replace(" ", "")
    assert name in word_text(content).splitlines()
    assert Document(BytesIO(content)).core_properties.title.startswith(name)
    sheet = load_workbook(BytesIO(made(page, Format.XLSX))).worksheets[0]
    row = next(row for row in sheet.rows if row[0].value == 1)
    assert (row[1].value, row[1].data_type) == (name, "s")


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+1", "-1", "＝1"])
def test_no_name_is_a_formula(name: str) -> None:
    page = samples.half_year_notice(1)
    page.categories[0].table.rows[0]["name"] = name
    sheet = load_workbook(BytesIO(made(page, Format.XLSX))).worksheets[0]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    row = next(row for row in sheet.rows if row[0].value == 1)
    assert row[1].value == f"'{name}"


@pytest.mark.parametrize("format", [Format.DOCX, Format.XLSX])
def test_characters_that_a_file_cannot_hold_are_left_out(format: Format) -> None:
    page = samples.half_year_notice(1)
    page.categories[0].table.rows[0]["name"] = "张\x00\x0b\x1f\ufffe三"
    content = made(page, format)
    read = word_rows(content) if format == Format.DOCX else book_rows(content)
    assert any(row[1:2] == ["张三"] for row in read)


def test_a_provisional_page_says_so_on_every_sheet() -> None:
    page = samples.approval_form(2)
    warned = replace(samples.half_year_notice(2), origin=replace(samples.ORIGIN, provisional="只供核对"))
    book = load_workbook(BytesIO(file_of([(warned, HANS), (warned, HANS)], Format.XLSX).content))
    assert all(any(cell.value == "只供核对" for cell in sheet["A"]) for sheet in book)
    book = load_workbook(BytesIO(made(page, Format.XLSX)))
    assert len(book.sheetnames) == 2
    assert all(any("不得张贴" in str(cell.value) for cell in sheet["A"]) for sheet in book)


@pytest.mark.parametrize("format", [Format.DOCX, Format.XLSX])
def test_nothing_is_no_file(format: Format) -> None:
    with pytest.raises(ValueError, match="needs a page"):
        file_of([], format)
