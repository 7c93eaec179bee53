"""The table definition: formats, headers, cells."""

import pytest

from reports import columns
from reports.tables import Align, Column, Fulfilment, Table, change, fulfilment, percent, points


@pytest.mark.parametrize(
    "write, value, text",
    [
        (points, 8347, "83.47"),
        (points, 5, "0.05"),
        (change, 150, "+1.50"),
        (change, -150, "−1.50"),
        (change, 0, "0.00"),
        (percent, 1000, "100%"),
        (percent, 855, "85.5%"),
        (fulfilment, Fulfilment(9, 12), "9/12"),
        (fulfilment, Fulfilment(855), "85.5%"),
        (fulfilment, Fulfilment(1000, presumed=True), "100%*"),
    ],
)
def test_values_are_written_as_printed(write, value, text):
    assert write(value) == text


def test_a_waived_indicator_shows_no_figures():
    assert not any(char.isdigit() for char in fulfilment(Fulfilment(0, 1, waived=True)))


def test_absent_values_are_dashes_unless_the_column_says_otherwise():
    table = Table(
        (Column("a", "A", format=points), Column("b", "B", empty="")), [{"a": None}, {"a": 100, "b": "x"}]
    )
    assert [[cell.text for cell in row] for row in table.body()] == [["—", ""], ["1.00", "x"]]


def test_cells_are_aligned_like_their_column():
    table = Table((Column("a", "A", align=Align.END), Column("b", "B")), [{"a": "1", "b": "2"}])
    assert [cell.align for cell in next(table.body())] == ["end", "centre"]


def test_grouped_columns_share_a_heading_over_them():
    table = Table(
        (Column("a", "A"), Column("b", "B", group="G"), Column("c", "C", group="G"), Column("d", "D")), []
    )
    upper, lower = table.header()
    assert [(str(cell.title), cell.columns, cell.rows) for cell in upper] == [
        ("A", 1, 2),
        ("G", 2, 1),
        ("D", 1, 2),
    ]
    assert [str(cell.title) for cell in lower] == ["B", "C"]


def test_widths_add_up_to_the_whole():
    # 8 + 14 + 40 + 12 + 11 + 12 + 8 = 105 for 400 parts: 8 are 30, and the 40 from 84 to 236 are 152.
    shares = Table(columns.NOTICE, []).shares()
    assert sum(shares) == 400
    assert (shares[0], shares[2]) == (30, 152)


def test_a_summary_has_a_column_for_each_indicator_wide_enough_for_its_longest_value():
    rows = [{"visit": Fulfilment(100, 150), "essay": Fulfilment(1, 2)}, {"visit": None}]
    made = columns.summary([("essay", "心得"), ("visit", "走访（户次）")], rows)
    by_key = {column.key: column for column in made}
    assert [column.key for column in made][2:6] == ["role", "essay", "visit", "base"]
    assert by_key["visit"].title == "走访"
    assert by_key["visit"].width > by_key["essay"].width


def test_the_wall_shows_nothing_that_does_not_belong_there():
    shown = {column.key for column in (*columns.NOTICE, *columns.ANNUAL_NOTICE)}
    assert shown == {"number", "name", "role", "base", "bonus", "points", "rank", "annual", "grade"}
