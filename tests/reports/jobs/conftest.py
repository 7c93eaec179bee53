"""Who orders notices in tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from members.enums import DutyKind
from members.models import User
from members.services import duties
from tests.cast import SINCE, Cast


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of who orders."""
    with translation.override("en"):
        yield


@pytest.fixture
def secretary(cast: Cast) -> User:
    """Secretary of the whole of DT."""
    user = cast.owner
    top = cast.organisations["DT"]
    duties.assign_duty(by=cast.operator, user=user, kind=DutyKind.SECRETARY, organisation=top, start=SINCE)
    return user
