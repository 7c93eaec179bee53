"""What differs between two frozen results, in words."""

from pathlib import Path

import pytest

from appraisal.services.superseded import between
from reports.desk.services.yearly.figures import differences
from scoring.services.schemes import load_scheme
from tests.cast import Cast

SECOND = Path(__file__).parents[1] / "fixtures/second-scheme.toml"


@pytest.mark.parametrize("behind", [["dongtang-2015", 1], ["river-2026", 1]])
def test_a_grade_has_the_name_that_its_own_scheme_gives_it(cast: Cast, behind: list[object]) -> None:
    load_scheme(by=cast.operator, source=SECOND.read_bytes(), organisation=cast.organisations["XT"])
    old = {"number": "M001", "name": "王", "grade": "excellent", "scheme": ["dongtang-2015", 1]}
    new = old | {"grade": "pass", "scheme": behind}
    (told,) = differences(between(1, old, new, ["grade"]), votes=True)
    assert (told.before, told.now) == ("优秀", "合格" if behind == ["dongtang-2015", 1] else "二等")
