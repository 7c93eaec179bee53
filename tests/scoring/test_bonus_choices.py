"""The form of bonus points says what an award of each level earns."""

from __future__ import annotations

import re

from django.conf import settings

from scoring.models import AwardLevel, AwardPoints
from tests.cast import Cast

ADD = "/admin/scoring/bonus/add/"


def choices(cast: Cast, language: str) -> list[str]:
    client = cast.client(cast.owner)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(ADD).content.decode()
    select = re.search(r'<select name="level".*?</select>', page, re.DOTALL)[0]
    return [text.strip() for text in re.findall(r'<option value="\d+"[^>]*>([^<]+)<', select)]


def test_each_level_is_offered_with_its_points(cast: Cast) -> None:
    """【四1】 has six levels."""
    found = choices(cast, "en")
    assert [re.search(r" · ([\d.]+) points$", text)[1] for text in found] == ["10", "8", "6", "4", "2", "1"]
    assert choices(cast, "zh-hans")[0].endswith("10分")


def test_a_level_that_no_scheme_knows_has_none(cast: Cast) -> None:
    AwardLevel.objects.bulk_create([AwardLevel(code="old", name_hans="旧级", name_hant="舊級", order=9)])
    assert choices(cast, "en")[-1] == "旧级"
    assert AwardPoints.objects.filter(level__code="old").count() == 0
