"""The base of all kinds: headers found, every problem collected, the preview counted; and writing."""

import io
import random
from datetime import date

import pytest
from openpyxl import load_workbook

from members.resources import cells
from members.resources.base import Change, Column, FieldChange, Notice, Preview, Problem, Sheet, Verb
from members.resources.limits import WorkbookRefused
from members.resources.workbook import read_workbook
from members.resources.writing import write_workbook
from members.text import tidy


class Fruit(Sheet):
    code = "fruit"
    columns = (
        Column("number", "党员编号", cells.identifier(8)),
        Column("name", "姓名", cells.name(8), required=True),
        Column("passed", "合格", cells.whole(0), required=True, also=("一般",)),
        Column("day", "日期", cells.day),
    )


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def written(header, *rows, title="表"):
    file = io.BytesIO()
    write_workbook(file, title=title, header=header, rows=rows)
    return read_workbook(file)


def test_columns_in_any_order_and_in_traditional_script():
    book = written(["日 期", "一般", "黨員編號", "姓名"], [date(2026, 3, 5), 3, 10001, "张　三"])
    rows, preview = Fruit().read(book)
    assert rows == [(2, {"number": "10001", "name": "张三", "passed": 3, "day": date(2026, 3, 5)})]
    assert (preview.kind, preview.rows_read, preview.ok) == ("fruit", 1, True)
    assert preview.digest == book.digest


def test_absent_columns_and_empty_cells_are_none():
    rows, _preview = Fruit().read(written(["姓名", "合格", "日期"], ["张三", 0, None]))
    assert rows[0].values == {"number": None, "name": "张三", "passed": 0, "day": None}


def test_every_bad_cell_is_listed_with_row_column_and_reason():
    book = written(
        ["姓名", "一般", "日期"],
        ["张三", "多", "明天"],
        [None] * 3,
        ["李四", 2, None],
        [None, "1", "2026-3-5"],
    )
    rows, preview = Fruit().read(book)
    assert [row.number for row in rows] == [4]
    assert preview.problems == [
        (2, "一般", "not a whole number from 0 to 99,999"),
        (2, "日期", "not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"),
        (5, "姓名", "is empty"),
    ]
    assert str(preview.problems[2]) == "Row 5, 姓名: is empty"
    assert not preview.ok


def refusal(header, *rows):
    with pytest.raises(WorkbookRefused) as caught:
        Fruit().read(written(header, *rows))
    return str(caught.value)


def test_missing_columns_are_named_in_one_sentence():
    said = "The columns 姓名, 合格 are missing: the first row of the sheet must name them."
    assert refusal(["日期"], [date(2026, 3, 5)]) == said
    said = "The column 合格 is missing: the first row of the sheet must name it."
    assert refusal(["姓名"], ["张三"]) == said


def test_two_columns_of_one_meaning():
    said = "The columns “合格” and “一般” mean the same: leave one of them."
    assert refusal(["姓名", "合格", "一般"], ["张三", 1, 2]) == said


def test_a_header_that_stands_twice():
    said = "The columns “姓名” and “姓 名” mean the same: leave one of them."
    assert refusal(["姓名", "合格", "姓 名"], ["张三", 1, "李四"]) == said


def test_unknown_columns_may_repeat_themselves():
    notices = Fruit().read(written(["姓名", "合格", "合计", "合計"], ["张三", 1, 2, 3]))[1].notices
    assert notices == [(0, "Columns that are not known and not read: 合计, 合計.")]


def test_what_is_not_read_is_said():
    book = written(["姓名", "合格", "电话"], ["张三", 1, "x"])
    notices = Fruit().read(book)[1].notices
    assert notices == [(0, "Columns that are not known and not read: 电话.")]


def test_true_and_one_are_two_cells():
    rows, preview = Fruit().read(written(["姓名", "合格"], ["张三", 1], ["李四", True]))
    assert len(rows) == 1
    assert preview.problems == [(3, "合格", "not a whole number from 0 to 99,999")]


def test_fields_of_a_change_are_those_that_are_set_and_differ():
    columns = Fruit.columns
    new = Change(2, Verb.NEW, "x", {"name": "张三", "day": None, "passed": 0}, columns=columns)
    assert new.fields == [FieldChange("姓名", "", "张三"), FieldChange("合格", "", "0")]
    before = {"name": "张三", "day": date(2026, 1, 1), "passed": 3}
    after = {"name": "张三", "day": date(2026, 3, 5), "passed": None}
    assert Change(2, Verb.CHANGED, "x", after, before, columns).fields == [
        ("日期", "2026-01-01", "2026-03-05")
    ]


def blank(_row: int, _column: str) -> str:
    """What stands in a cell of a preview that was made of no sheet."""
    return ""


def test_counts_and_whether_anything_changes():
    same, new = (Change(2, verb, "x", {}) for verb in (Verb.SAME, Verb.NEW))
    preview = Preview("fruit", "d", 3, blank, changes=[same, new, same])
    assert preview.counts == {"new": 1, "changed": 0, "same": 2}
    assert not preview.changes_nothing
    assert Preview("fruit", "d", 1, blank, changes=[same]).changes_nothing
    assert not Preview("fruit", "d", 1, blank, problems=[Problem(2, "a", "b")]).changes_nothing


def test_notices_say_their_row():
    assert str(Notice(7, "possibly the same")) == "Row 7: possibly the same"
    assert str(Notice(0, "said")) == "said"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-甲", "@x", "\tx", "plain", "'quoted"])
def test_what_is_written_comes_back_and_is_no_formula(value):
    cell = written(["甲"], [value]).rows[0].cells[0]
    assert cell == (f"'{value}" if value[0] in "=+-@\t" else value)
    assert cells.text(20)(cell) == value.strip()


def text_for(chance):
    """A text that looks like a formula, an escape, an error or a number, with anything behind."""
    starts = [
        *"=+-@＝＋－＠\t\r'%",
        "'=",
        "''-",
        "'甲",
        "#N/A",
        "_x003D_",
        "_x0041_",
        "TRUE",
        "007",
        "1E5",
        "",
    ]
    rest = chance.choices("=+-@'\"<&>_x0041甲乙😀.,;!0", k=chance.randint(0, 12))
    return chance.choice(starts) + "".join(rest)


def test_no_text_starts_a_formula_and_every_text_comes_back():
    """What a parser of text gives back, but for the blanks that it tidies away."""
    chance = random.Random(20260915)
    texts = [text for _ in range(2_000) if (text := text_for(chance)).strip()]
    file = io.BytesIO()
    write_workbook(file, title="表/[1]", header=["=甲", *"乙"], rows=([text, 1] for text in texts))
    column = [row[0] for row in load_workbook(file).active.iter_rows()]
    assert {cell.data_type for cell in column} == {"s"}
    assert [cell.value for cell in column if cell.value.startswith(tuple("=+-@＝＋－＠\t\r"))] == []
    read = cells.text(120)
    assert [read(row.cells[0]) for row in read_workbook(file).rows] == [tidy(text) for text in texts]


def test_the_outcome_of_a_preview_does_not_depend_on_the_language():
    def outcome(reason, **other):
        preview = Preview("fruit", "0" * 64, 1, blank)
        facts = {"row": 2, "verb": Verb.NEW, "label": "张三", "after": {"name": "张三", "day": None}, **other}
        preview.changes.append(Change(**facts))
        preview.problem(3, "name", reason)
        return preview.outcome

    assert outcome("is empty") == outcome("为空")
    said = {outcome(""), outcome("", row=3), outcome("", verb=Verb.SAME), outcome("", label="李四"),
            outcome("", after={"name": "李四", "day": None}), outcome("", before={"name": "王五"}),
            outcome("", also=(FieldChange("End", "", "2026-01-01"),))}  # fmt: skip
    assert len(said) == 7
