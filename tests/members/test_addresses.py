"""Addresses made from one that they are like."""

import pytest
from django.urls import reverse

from members.addresses import KEY, addresses


@pytest.mark.parametrize("number", ["DT0101-001", "7.a", "党员1", "a_b"])
def test_it_is_the_address_that_reversing_gives(number: str) -> None:
    page = addresses(reverse("member_scores", args=[KEY, 2026]) + "?as_of=2026-03-31")
    assert page(number) == reverse("member_scores", args=[number, 2026]) + "?as_of=2026-03-31"


def test_what_would_end_the_path_is_quoted() -> None:
    assert addresses(f"/a/{KEY}/b/")("1?x#y z%") == "/a/1%3Fx%23y%20z%25/b/"
