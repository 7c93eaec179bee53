"""The search of every page: who and what is found, by what, and within whose scope."""

from __future__ import annotations

from datetime import date

import pytest

from members.services import roster
from reports.desk.services import search
from tests.cast import CANARY, Cast
from tests.desk.reader import browser, queries, text_of


def found(cast: Cast, words: str, who: str = "owner") -> str:
    """What the page of a search says."""
    return text_of(browser(cast, getattr(cast, who)).get("/search/", {"q": words}))


@pytest.mark.parametrize(
    "words",
    ["张晓明", "張曉明", "晓明", " 张 晓明 ", "zxm", "ZX", "M001", "m001", "Ｍ００１", "张 M001"],
)
def test_one_hit_is_opened_at_once(cast: Cast, words: str):
    response = browser(cast, cast.owner).get("/search/", {"q": words})
    assert response["Location"] == "/members/M001/"


def test_several_hits_are_listed_with_where_they_belong(cast: Cast):
    page = found(cast, "M00")
    assert "张晓明 M001 东塘第一党支部 社区党员 · 普通党员 In force" in page
    assert "赵组长 M004 第一党小组 社区党员 · 普通党员 In force" in page


def test_who_has_the_very_number_comes_first(cast: Cast):
    cast.admit("7", "甲", "DT0101")
    cast.admit("17", "乙", "DT0101")
    page = found(cast, "7")
    assert page.index("甲 7") < page.index("乙 17")


def test_who_left_is_found_and_told_apart(cast: Cast):
    roster.end_posting(by=cast.operator, posting=cast.members["M002"].postings.get(), end=date(2026, 6, 30))
    assert "李芳 M002 东塘第一党支部 社区党员 · 普通党员 Ended" in found(cast, "M00")


def test_organisations_are_found_by_name_and_code_in_either_script(cast: Cast):
    client = browser(cast, cast.owner)
    for words in ("DT010101", "第一黨小組", "dt 党小组"):
        assert client.get("/search/", {"q": words})["Location"] == "/branches/DT010101/scores/"


@pytest.mark.parametrize("words", [CANARY, "M101", "DT0201", "XT", "owner", "c"])
def test_what_lies_beyond_the_scope_is_not_found(cast: Cast, words: str):
    response = browser(cast, cast.owner).get("/search/", {"q": words})
    assert response.status_code == 200
    assert "Nothing that you may see" in text_of(response)


def test_the_committee_finds_its_whole_tree_and_no_other(cast: Cast):
    page = found(cast, CANARY, "committee")
    assert "M101" in page
    assert "DT0201" in page
    assert "M201" not in page
    assert "XT01" not in page


def test_an_administrator_finds_organisations_and_users_and_no_member(cast: Cast):
    client = browser(cast, cast.administrator)
    organisation = cast.organisations["XT01"]
    there = client.get("/search/", {"q": "XT01"})["Location"]
    assert there == f"/admin/members/organisation/{organisation.pk}/change/"
    there = client.get("/search/", {"q": "elsewh"})["Location"]
    assert there == f"/admin/members/user/{cast.elsewhere.pk}/change/"
    assert "Nothing that you may see" in text_of(client.get("/search/", {"q": "M001"}))


def test_without_a_duty_nothing_is_found(cast: Cast):
    assert "Nothing that you may see" in text_of(browser(cast, cast.nobody).get("/search/", {"q": "M"}))


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "\u3000"])
def test_nothing_is_looked_for_without_a_word(cast: Cast, words: str):
    page = browser(cast, cast.owner).get("/search/", {"q": words}).content.decode().split("<main")[1]
    assert "M001" not in page
    assert "东塘第一党支部" not in page
    assert "Nothing that you may see" not in page


@pytest.mark.parametrize(
    "words, said",
    [("a\x00b", "Null characters are not allowed."), ("长" * 61, "at most 60 characters")],
)
def test_what_nobody_can_mean_is_refused_with_a_sentence(cast: Cast, words: str, said: str):
    assert said in found(cast, words)


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "<script>", "\ud7ff", "م", "🙂"])
def test_signs_stand_for_themselves(cast: Cast, words: str):
    response = browser(cast, cast.owner).get("/search/", {"q": words})
    assert "Nothing that you may see" in text_of(response)
    assert "<script>" not in response.content.decode().replace("<script src", "")


def test_of_too_many_the_first_are_shown_and_it_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "MOST", 2)
    page = text_of(browser(cast, cast.owner).get("/search/", {"q": "M00"}))
    assert "More was found than is shown" in page
    assert "M002" in page
    assert "M003" not in page


def test_a_search_takes_as_many_queries_for_three_hits_as_for_two(cast: Cast):
    client = browser(cast, cast.owner)
    cast.admit("N1", "甲", "DT0101")
    cast.admit("N2", "乙", "DT0101")
    client.get("/search/?q=N")
    two = queries(client, "/search/?q=N")
    cast.admit("N3", "丙", "DT0101")
    assert queries(client, "/search/?q=N") == two <= 10


def test_every_page_offers_the_search_to_who_is_signed_in(cast: Cast, client):
    assert 'action="/search/"' in browser(cast, cast.owner).get("/admin/scoring/entry/").content.decode()
    assert 'action="/search/"' not in client.get("/accounts/login/").content.decode()
