"""What files are called: every system takes the name, however long and odd its parts are."""

from __future__ import annotations

import pytest

from members.naming import LONGEST_NAME, file_name, to_download


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("半年通报", "东塘第一党支部", "2026年上半年"), "半年通报-东塘第一党支部-2026年上半年"),
        (("审定表", "", 2026), "审定表-2026"),
        (('a/b\\c:d*e?f"g<h>i|j\x00\nk',), "a_b_c_d_e_f_g_h_i_j_k"),
        (("..", "...甲. "), "甲"),
        (("e\u0301",), "\u00e9"),
        ((" . ",), "_"),
        ((), "_"),
    ],
)
def test_parts_that_say_something_are_joined_in_letters_that_every_system_takes(
    parts: tuple[object, ...], name: str
) -> None:
    assert file_name(*parts) == name


def test_the_longest_part_gives_first() -> None:
    # 3 + 1 + 1 + 4 bytes around it leave 191 for 63 letters of three.
    assert file_name("表", "长" * 300, 2026) == "表-" + "长" * 63 + "-2026"
    many = file_name("长" * 60, "短" * 60, "𬱖" * 60)
    assert LONGEST_NAME - 4 < len(many.encode()) <= LONGEST_NAME


def test_the_header_carries_any_letter() -> None:
    assert to_download("表", "pdf") == {"Content-Disposition": "attachment; filename*=utf-8''%E8%A1%A8.pdf"}
    assert to_download("list", "xlsx") == {"Content-Disposition": 'attachment; filename="list.xlsx"'}
