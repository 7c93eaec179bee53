"""What tests of the admin share: browsers and rows of two branches."""

from __future__ import annotations

import pytest
from django.db import models
from django.test import Client

from members.models import Member
from tests import rows
from tests.cast import CANARY, Cast


@pytest.fixture
def foreign(cast: Cast) -> dict[type[models.Model], models.Model]:
    """A row of every model in the other secretary's branch; its every text holds the canary."""
    return rows.of_members(cast, "DT0201", "M101", CANARY)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


@pytest.fixture
def worker(cast: Cast) -> Member:
    return cast.admit("M005", "本支部在职", "DT0101", "in_service.member")


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return cast.client(cast.administrator)
