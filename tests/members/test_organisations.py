"""Founding, correcting and moving organisations of the tree."""

from __future__ import annotations

import pytest

from members.errors import OutOfScope, Refused
from members.models import LogRow, Organisation
from members.services import organisations
from tests.cast import Cast


def tree() -> list[tuple[str, int]]:
    return list(Organisation.objects.values_list("code", "depth"))


def test_moving_takes_the_whole_subtree_along(cast: Cast) -> None:
    organisations.move(
        by=cast.by(cast.administrator),
        organisation=cast.organisations["DT0101"],
        parent=cast.organisations["DT02"],
    )
    assert tree() == [
        ("DT", 1),
        ("DT01", 2),
        ("DT0102", 3),
        ("DT02", 2),
        ("DT0201", 3),
        ("DT0101", 3),
        ("DT010101", 4),
        ("XT", 1),
        ("XT01", 2),
    ]
    row = LogRow.objects.filter(verb="move organisation").get()
    assert (row.before["parent"], row.after["parent"]) == ("DT01", "DT02")


def test_a_subtree_can_become_a_tree_of_its_own(cast: Cast) -> None:
    organisations.move(by=cast.operator, organisation=cast.organisations["DT02"], parent=None)
    assert tree()[-2:] == [("DT02", 1), ("DT0201", 2)]
    assert Organisation.objects.get(code="DT").numchild == 1


@pytest.mark.parametrize(("code", "parent"), [("DT01", "DT0101"), ("DT01", "DT01"), ("DT0102", "DT0101"),
                                              ("DT010101", None), ("DT01", "XT01")])  # fmt: skip
def test_an_organisation_stands_only_where_its_kind_may(cast: Cast, code: str, parent: str | None) -> None:
    before = tree()
    with pytest.raises(Refused):
        organisations.move(
            by=cast.operator,
            organisation=cast.organisations[code],
            parent=cast.organisations[parent] if parent else None,
        )
    assert tree() == before


def test_a_kind_cannot_change_against_what_stands_below(cast: Cast) -> None:
    with pytest.raises(Refused):
        organisations.correct(
            by=cast.operator, organisation=cast.organisations["DT01"], name="x", kind="branch"
        )
    assert Organisation.objects.get(code="DT01").kind == "general_branch"


def test_a_code_is_given_once_and_has_a_plain_form(cast: Cast) -> None:
    for code in ("DT01", "D T", "-x", ""):
        with pytest.raises(Refused):
            organisations.found(
                by=cast.operator, code=code, name="新支部", kind="branch", parent=cast.organisations["DT"]
            )
    assert len(tree()) == 9


@pytest.mark.parametrize("user", ["owner", "committee", "nobody"])
def test_only_administrators_touch_the_tree(cast: Cast, user: str) -> None:
    by = cast.by(getattr(cast, user))
    with pytest.raises(OutOfScope):
        organisations.found(by=by, code="DT09", name="新支部", kind="branch", parent=cast.organisations["DT"])
    with pytest.raises(OutOfScope):
        organisations.correct(by=by, organisation=cast.organisations["DT01"], name="x", kind="general_branch")
    with pytest.raises(OutOfScope):
        organisations.move(
            by=by, organisation=cast.organisations["DT0101"], parent=cast.organisations["DT02"]
        )
    assert len(tree()) == 9
