"""Reading workbooks: what is read, and every file that is refused with its sentence."""

import hashlib
import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook as OpenWorkbook

from members.resources.limits import LIMITS, Limits, WorkbookRefused
from members.resources.workbook import ERROR, displayed_percentage, read_workbook
from tests.members.resources import files
from tests.members.resources.files import HEADER, PLAIN, pack, parts, sheet, text, workbook


def refusal(source, limits=LIMITS):
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(source, limits)
    return str(caught.value)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


# --- what is read ---------------------------------------------------------------------------------


def test_header_rows_and_their_numbers():
    file = workbook(sheet(f'<row r="3">{text("B3", " 姓 名 ")}{text("C3", "数量")}</row>'
                          f'<row r="5">{text("B5", "张三")}<c r="C5"><v>3</v></c></row>'
                          f'<row r="6">{text("B6", "  ")}</row>'
                          f'<row r="9"><c r="C9"><v>2.5</v></c></row>'))  # fmt: skip
    book = read_workbook(file)
    assert book.header == ("", "姓 名", "数量")
    assert [(row.number, row.cells) for row in book.rows] == [(5, ["", "张三", 3.0]), (9, ["", "", 2.5])]
    assert book.sheet == "表"
    assert book.others == ()
    assert book.digest == hashlib.sha256(file.getvalue()).hexdigest()


def test_path_and_open_file_read_alike(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook().getvalue())
    assert read_workbook(path) == read_workbook(str(path)) == read_workbook(workbook())


def test_as_openpyxl_writes_it():
    book = OpenWorkbook()
    book.active.append(["日期", "是", "数"])
    book.active.append([date(2026, 3, 5), True, 7])
    file = io.BytesIO()
    book.save(file)
    assert read_workbook(file).rows[0].cells == [date(2026, 3, 5), True, 7]


def test_first_visible_sheet_is_read_and_the_others_are_named():
    listed = files.book('name="藏" state="hidden"', 'name="图"', 'name="账"', 'name="余"')
    file = pack({
        **parts(**{"xl/workbook.xml": listed}),
        "xl/_rels/workbook.xml.rels": files.relationships(
            ("worksheet", "worksheets/sheet9.xml"), ("chartsheet", "chartsheets/sheet1.xml"),
            ("worksheet", "/xl/worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet3.xml"),
        ),
    })  # fmt: skip
    book = read_workbook(file)
    assert (book.sheet, book.others) == ("账", ("藏", "图", "余"))
    assert book.rows[0].cells == ["张三", 3.0]


def test_elements_with_a_prefix_and_other_capitals_of_parts():
    inner = PLAIN.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    xml = f'<x:worksheet xmlns:x="{files.MAIN}"><x:sheetData>{inner}</x:sheetData></x:worksheet>'
    members = parts(xml)
    members["XL\\Worksheets\\Sheet1.xml"] = members.pop("xl/worksheets/sheet1.xml")
    assert read_workbook(pack(members)).rows[0].cells == ["张三", 3.0]


def test_cells_without_references():
    header = '<c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>数量</t></is></c>'
    xml = sheet(f"<row>{header}</row><row><c/><c><v>4</v></c></row>")
    book = read_workbook(workbook(xml))
    assert (book.header, book.rows) == (("姓名", "数量"), [(2, ["", 4.0])])


def test_shared_rich_and_phonetic_strings():
    strings = (
        "<sst><si><t>姓名</t></si><si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si></sst>"
    )
    xml = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>')
    book = read_workbook(workbook(xml, **{"xl/sharedStrings.xml": strings}))
    assert (book.header, book.rows[0].cells) == (("姓名",), ["张三"])


def test_days_counted_from_1904():
    xml = sheet(HEADER + '<row r="2"><c r="A2" s="5"><v>44624</v></c></row>')
    settings = files.book('name="表"', settings='<workbookPr date1904="1"/>')
    # 46086 days after 30 December 1899 are 44624 after 1 January 1904: 5 March 2026.
    book = read_workbook(workbook(xml, **{"xl/workbook.xml": settings}))
    assert book.rows[0].cells[0] == date(2026, 3, 5)


@pytest.mark.parametrize(
    "style, value, seen",
    [(1, "0.855", "86%"), (1, "0.5", "50%"), (2, "0.855", "85.50%"), (3, "0.855", "85.5%"),
     (3, "0.8555", "85.6%"), (3, "1", "100.0%"), (4, "85.5", 85.5), (0, "0.855", 0.855)],
)  # fmt: skip
def test_a_percentage_is_read_as_displayed(style, value, seen):
    xml = sheet(HEADER + f'<row r="2"><c r="B2" s="{style}"><v>{value}</v></c></row>')
    assert read_workbook(workbook(xml)).rows[0].cells[1] == seen


@pytest.mark.parametrize(
    "value, decimals, seen",
    [
        (0.845, 0, "85%"),
        (0.285, 0, "29%"),
        (0.57 * 1, 1, "57.0%"),
        (1.005, 0, "101%"),
        (0.1 + 0.2, 1, "30.0%"),
    ],
)
def test_percentages_round_half_up_on_the_decimals_shown(value, decimals, seen):
    assert displayed_percentage(value, decimals) == seen


def test_an_error_is_kept_as_an_error():
    xml = sheet(HEADER + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>')
    assert read_workbook(workbook(xml)).rows[0].cells[0] is ERROR


def test_formatted_empty_cells_far_away_are_harmless():
    empty = '<row r="7"><c r="A7" t="e"/></row>'
    empty += '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    assert len(read_workbook(workbook(sheet(PLAIN + empty))).rows) == 1


def test_formulas_of_validations_and_conditional_formats_are_no_cells():
    after = "<dataValidations><dataValidation><formula1>A1</formula1></dataValidation></dataValidations>"
    after += '<extLst><ext><x14:f xmlns:x14="x">B1</x14:f></ext></extLst>'
    assert len(read_workbook(workbook(sheet(PLAIN, after))).rows) == 1


def test_merged_cells_below_the_header_are_named():
    after = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    assert read_workbook(workbook(sheet(PLAIN, after))).merges == ("A2:A3",)


def test_fifty_thousand_rows_are_read_and_one_more_is_not():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 50_002))
    assert len(read_workbook(workbook(sheet(HEADER + rows))).rows) == 50_000
    rows += '<row r="50002"><c r="A50002"><v>1</v></c></row>'
    said = refusal(workbook(sheet(HEADER + rows)))
    assert said == "The sheet has more than 50,000 rows of data: split it into several files."


# --- what is refused ------------------------------------------------------------------------------


def stretched(row: str, column: str = "A") -> str:
    return sheet(PLAIN + f'<row r="{row}">{text(column + row, "x")}</row>')


OTHER_KIND = "The file is a workbook of another kind: save it as .xlsx."
OLD_KIND = "The file is a workbook of the old .xls kind: save it as .xlsx."
NO_SHEET = "The workbook has no visible sheet with cells."
CHARTS = files.relationships(("chartsheet", "chartsheets/sheet1.xml"))
NO_WORKBOOK = "The file is not a workbook: choose an .xlsx file as Excel and WPS save it."
DAMAGED = "The file is damaged: open it in Excel or WPS, and save it again as .xlsx."
LOCKED = "The file is protected with a password: save a copy without one."
LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "source, said",
    [
        (io.BytesIO(b""), "The file is empty."),
        (io.BytesIO("姓名,数量\n张三,3\n".encode("gbk")), NO_WORKBOOK),
        (io.BytesIO(b"<html><table></table></html>"), NO_WORKBOOK),
        (pack({"a.txt": "a"}), NO_WORKBOOK),
        (files.ole("Root Entry", "WordDocument"), NO_WORKBOOK),
        (files.ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), LOCKED),
        (files.ole("Root Entry", "Workbook"), OLD_KIND),
        (pack({"mimetype": "x", "content.xml": "<a/>"}), OTHER_KIND),
        (pack({"xl/workbook.bin": "x"}), OTHER_KIND),
        (io.BytesIO(workbook().getvalue()[:700]), DAMAGED),
        (workbook(**{"xl/worksheets/sheet1.xml": None}), DAMAGED),
        (workbook(sheet(PLAIN)[:-9]), DAMAGED),
        (workbook(sheet(PLAIN).encode("utf-16")), DAMAGED),
        (workbook(LAUGHS + sheet(PLAIN.replace("张三", "&b;"))), DAMAGED),
        (workbook(**{"xl/workbook.xml": LAUGHS + files.book('name="&b;"')}), DAMAGED),
        (workbook(**{"xl/sharedStrings.xml": LAUGHS + "<sst/>"}), DAMAGED),
        (workbook("<a>" * 1_000_000 + "</a>" * 1_000_000), DAMAGED),
        (workbook(sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>7</v></c></row>')), DAMAGED),
        (workbook(sheet(PLAIN + '<row r="1"><c r="A1"><v>1</v></c></row>')), DAMAGED),
        (workbook(sheet(PLAIN + '<row r="2"><c r="C2"><v>1</v></c></row>')), DAMAGED),
        (workbook(sheet(PLAIN + '<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>1</v></c></row>')), DAMAGED),
        (workbook(sheet(PLAIN + '<row r="3"><c r="A1048576"><v>1</v></c></row>')), DAMAGED),
        (workbook(sheet(PLAIN + '<row r="-3"><c r="A3"><v>1</v></c></row>')), DAMAGED),
        (workbook(sheet("")), "The sheet “表” is empty."),
        (workbook(sheet('<row r="1"><c r="A1" s="1"/></row>')), "The sheet “表” is empty."),
        (workbook(sheet(HEADER)), "The sheet “表” has a header and no rows below it."),
        (workbook(**{"xl/workbook.xml": files.book()}), NO_SHEET),
        (
            workbook(**{"xl/workbook.xml": files.book('name="a" state="veryHidden"')}),
            NO_SHEET,
        ),
        (
            workbook(**{"xl/_rels/workbook.xml.rels": CHARTS}),
            NO_SHEET,
        ),
        (
            workbook(sheet(PLAIN + '<row r="3"><c r="B3"><f>SUM(B1:B2)</f><v>3</v></c></row>')),
            "Cell B3 holds a formula: copy the table, paste it as values, and save again.",
        ),
        (
            workbook(sheet(PLAIN, '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')),
            "Cells A1:B1 in the header row are merged: every column needs a header of its own.",
        ),
        (
            workbook(stretched("1048576")),
            "Cell A1048576 lies far outside the table: delete what stands there, and save again.",
        ),
        (
            workbook(stretched("7", "XFD")),
            "Cell XFD7 lies far outside the table: delete what stands there, and save again.",
        ),
    ],
)  # fmt: skip
def test_refused_with_a_sentence(source, said):
    assert refusal(source) == said


def test_six_megabytes(tmp_path):
    path = tmp_path / "big.xlsx"
    path.write_bytes(workbook().getvalue() + bytes(6 * 1024 * 1024))
    said = "The file is larger than 5 MB: delete pictures and unused sheets, or split it."
    assert refusal(path) == said
    with path.open("rb") as file:
        assert refusal(file) == said


def test_no_such_file(tmp_path):
    assert refusal(tmp_path / "none.xlsx") == "The file cannot be read: there is no such file or folder."
    assert refusal(tmp_path) == "The file cannot be read: it is a folder."


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/media/image1.png", "xl/sharedStrings.xml"])
def test_a_part_that_unpacks_to_too_much(part):
    members = parts()
    content = b"<worksheet>" + b" " * (51 * 1024 * 1024)
    said = refusal(pack({**members, part: content}))
    assert said == "The file unpacks to more than 50 MB: delete what is not needed, or split it."


def test_a_directory_that_lies_about_sizes():
    file = workbook(sheet(PLAIN) + " " * 100_000)
    content = bytearray(file.getvalue())
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    true, false = size.to_bytes(4, "little"), (400).to_bytes(4, "little")
    assert refusal(io.BytesIO(bytes(content).replace(true, false))) == DAMAGED


def test_a_locked_part():
    content = bytearray(workbook().getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert refusal(io.BytesIO(bytes(content))) == LOCKED


@pytest.mark.parametrize(
    "limits, said",
    [
        (Limits(cells=1), "The sheet has more than 1 filled cells: delete what is not needed, or split it."),
        (Limits(strings=1), DAMAGED),
        (Limits(styles=2), DAMAGED),
        (Limits(merges=0), DAMAGED),
        (Limits(parts=3), DAMAGED),
        (Limits(columns=1), "Cell B1 lies far outside the table: delete what stands there, and save again."),
    ],
)
def test_every_limit_holds(limits, said):
    strings = "<sst><si/><si/></sst>"
    file = workbook(
        sheet(PLAIN, '<mergeCells><mergeCell ref="A3:A4"/></mergeCells>'), **{"xl/sharedStrings.xml": strings}
    )
    assert refusal(file, limits) == said
