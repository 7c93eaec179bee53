"""The permission matrix: every address × kind of user × own and foreign object × GET and POST."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import islice

import pytest
from django.db import models

from tests.matrix.engine import Matrix
from tests.matrix.pages import pages
from tests.matrix.people import DUTIES, PEOPLE, PLACES, canary
from tests.matrix.world import World, kind_of, our_models, place_of, texts

PARTS = 3
"""In so many tests the cells of one kind of user are tried, for several workers to share."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", PEOPLE)
def test_the_policy_holds_in_every_cell(
    matrix: Matrix, who: str, part: int, stride: int, capsys: pytest.CaptureFixture[str]
) -> None:
    first = list(PEOPLE).index(who) % stride + part * stride
    wrong = list(matrix.violations(islice(matrix.cells(who), first, None, PARTS * stride)))
    with capsys.disabled():
        sys.stdout.write(f" {who} {part + 1}/{PARTS}: {matrix.count} cells ")
    assert not wrong, "\n".join(wrong)


def test_every_address_says_what_it_is_about() -> None:
    assert [page.route for page in pages() if page.subject is None] == []


def test_no_two_pages_have_one_address() -> None:
    """The later one would never be seen. The admin's own sign-in page is meant not to be."""
    routes = Counter(page.route for page in pages())
    assert [route for route, count in routes.items() if count > 1] == ["admin/login/"]


def test_what_addresses_are_about_is_said_here_too() -> None:
    """Each line of the policy that an address stands under has its expectations."""
    assert {page.subject for page in pages()} - {"PUBLIC", "CHECKED", "SIGNED_IN"} <= set(DUTIES)


def test_only_what_belongs_nowhere_is_about_the_rules() -> None:
    """No page of a model stands under the line that everybody with a duty reads."""
    assert {page.model for page in pages() if page.subject == "RULES"} == {None}


def test_every_model_has_a_row_to_be_tried_on(world: World) -> None:
    made = set().union(*world.rows.values())
    assert {page.model for page in pages() if page.model is not None} - made == set()
    hanging = [model for model in our_models() if _hangs(model)]
    assert [model.__name__ for model in hanging if not _placed(model, "there")] == []


def test_every_text_of_every_branch_holds_its_canary(world: World) -> None:
    bare = []
    for model in our_models():
        for row in model._base_manager.order_by("pk"):
            place = place_of(row)
            if place is not None:
                said = canary(kind_of(row), place)
                bare += [
                    f"{model._meta.label}.{one.name}"
                    for one in texts(model)
                    if said not in str(getattr(row, one.attname))
                ]
    assert sorted(set(bare)) == []


def _hangs(model: type[models.Model]) -> bool:
    """Whether rows of the model may belong to a member or an organisation."""
    names = {one.name for one in model._meta.concrete_fields if one.is_relation}
    return bool(names & {"member", "organisation", "activity", "snapshot", "adjustment"})


def _placed(model: type[models.Model], place: str) -> bool:
    assert place in PLACES
    return any(place_of(row) == place for row in model._base_manager.order_by("pk"))
