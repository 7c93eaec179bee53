"""What stands close together on a phone: names of figures beside each other, a button below its fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.e2e.conftest import WIDTHS, YEAR, Visitor

pytestmark = pytest.mark.e2e

RUN_OVER = """() => [...document.querySelectorAll("td[data-label]")]
    .filter((cell) => cell.scrollWidth > cell.clientWidth)
    .map((cell) => cell.dataset.label)"""

GAP = """() => {
    const above = [...document.querySelectorAll(".filters .field")];
    const lowest = Math.max(...above.map((field) => field.getBoundingClientRect().bottom));
    return document.querySelector(".filters .button").getBoundingClientRect().top - lowest;
}"""


def test_the_name_of_a_figure_does_not_run_into_the_next_one(
    filled: Cast, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(filled.committee, WIDTHS[1])
    assert one.open(f"/eligibility/{YEAR + 1}/?unit=DT0101") == 200
    assert one.page.locator("[data-label='支部结果尚未审定']").count() > 1
    assert one.page.evaluate(RUN_OVER) == []


@pytest.mark.parametrize(("width", "query"), [(WIDTHS[1], "?year=2098"), (340, "")])
@pytest.mark.parametrize("path", ["/branches/DT0101/analysis/", f"/members/M001/scores/{YEAR}/"])
def test_a_button_that_goes_below_its_fields_follows_them_closely(
    filled: Cast, visitor: Callable[..., Visitor], path: str, width: int, query: str
) -> None:
    one = visitor(filled.owner, width)
    assert one.open(path + query) == 200
    # The form’s own gap is 12 px; the height of a label would make it 37.
    assert 0 < one.page.evaluate(GAP) <= 16
