"""The pages of schemes: who reads them, which is in force where, and what stands there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Role
from members.scope import Scope
from reports.desk.services.clauses import Clauses
from reports.desk.services.scheme.matrix import matrices
from reports.desk.services.scheme.page import scheme_page
from scoring.models import Indicator, Interpretation, Scheme
from scoring.services.schemes import load_scheme
from tests.cast import CANARY, SCHEME, Cast
from tests.desk.reader import browser, words_of

PAGE = "/schemes/dongtang-2015/1/"
RIVER = Path(settings.BASE_DIR) / "tests/fixtures/second-scheme.toml"


# --- who reads them -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "other", "committee", "elsewhere", "administrator"])
def test_everybody_with_a_duty_reads_the_rules(cast: Cast, who: str) -> None:
    client = browser(cast, getattr(cast, who))
    for url in ("/schemes/", PAGE, f"{PAGE}file/"):
        assert client.get(url).status_code == 200
        assert client.post(url).status_code == 405
    assert 'href="/schemes/"' in client.get("/").content.decode()


def test_without_a_duty_there_is_nothing(cast: Cast) -> None:
    client = browser(cast, cast.nobody)
    assert [client.get(url).status_code for url in ("/schemes/", PAGE, f"{PAGE}file/")] == [404, 404, 404]


@pytest.mark.parametrize(
    "url", ["/schemes/dongtang-2015/2/", "/schemes/river-2026/1/", "/schemes/x/99999999999999999999/"]
)
def test_a_version_that_is_not_published_is_not_there(cast: Cast, url: str) -> None:
    client = browser(cast, cast.administrator)
    assert [client.get(url).status_code, client.get(f"{url}file/").status_code] == [404, 404]


def test_the_raw_lists_are_gone(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    for name in ("scoring/scheme", "scoring/requirement", "scoring/indicator", "members/role"):
        assert client.get(f"/admin/{name}/").status_code == 404


def test_the_file_is_given_as_it_was_loaded(cast: Cast) -> None:
    response = browser(cast, cast.owner).get(f"{PAGE}file/")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == SCHEME.read_bytes()


# --- which is in force where ----------------------------------------------------------------------


def test_the_list_says_what_is_in_force_where(cast: Cast) -> None:
    load_scheme(by=cast.operator, source=RIVER.read_bytes(), organisation=cast.organisations["DT0201"])
    theirs = words_of(browser(cast, cast.committee).get("/schemes/"))
    assert f"the whole tree 东塘街道党员积分制管理实施方案 dongtang-2015 v1 城南党支部{CANARY}" in theirs
    assert f"城南党支部{CANARY} 河东区试行方案 river-2026 v1 The scheme in force" in theirs
    before = words_of(browser(cast, cast.committee).get("/schemes/", {"year": "2025"}))
    assert "In force in 2025" in before
    assert before.count("river-2026 v1") == 1  # among all versions
    digest = Scheme.objects.get(code="river-2026").digest
    assert digest[:12] in before
    assert digest[:13] not in before


@pytest.mark.parametrize(
    "code, who",
    [
        ("DT0101", {"owner", "committee", "administrator"}),
        ("DT", {"owner", "other", "committee", "administrator"}),
        ("DT0201", {"other", "committee", "administrator"}),
        ("XT", {"elsewhere", "administrator"}),
    ],
)
def test_where_a_scheme_applies_is_told_below_and_above_oneself(cast: Cast, code: str, who: set[str]) -> None:
    load_scheme(by=cast.operator, source=RIVER.read_bytes(), organisation=cast.organisations[code])
    for one in ("owner", "other", "committee", "elsewhere", "administrator"):
        client = browser(cast, getattr(cast, one))
        listed = words_of(client.get("/schemes/")).split("In force in 2026")[1]
        page = words_of(client.get("/schemes/river-2026/1/"))
        name = cast.organisations[code].name
        # once as a place where it is in force, once beside its version
        assert listed.count(name) == (2 if one in who else 0), one
        assert (f"Applies to {name} Published" in page) is (one in who), one
        assert ("Applies to elsewhere Published" in page) is (one not in who), one


def test_a_year_before_any_scheme_and_one_that_is_none(cast: Cast) -> None:
    client = browser(cast, cast.owner)
    assert "No scheme is in force in that year." in words_of(client.get("/schemes/", {"year": "2014"}))
    assert "Enter a whole number." in words_of(client.get("/schemes/", {"year": "soon"}))


# --- what stands there ----------------------------------------------------------------------------


def matrix_column(role: str) -> dict[str, str]:
    """By indicator what a role is asked for: quota/points, what is judged by its points alone."""
    scheme = Scheme.objects.get(code="dongtang-2015")
    names = {row.name: row.code for row in Indicator.objects.all()}
    page = scheme_page(scheme, Scope.operator(date(2026, 9, 15)))
    matrix = next(one for one in page.matrices if role.startswith(f"{one.code}."))
    place = [head.code for head in matrix.roles].index(role)
    cells = {names[row.name]: row.cells[place] for row in matrix.rows}
    return {
        code: f"{cell.quota}/{cell.points}" if cell.quota else cell.points
        for code, cell in cells.items()
        if cell is not None
    }


@pytest.mark.parametrize("role, asked", [
    ("organ.leader", {
        "org_life": "12/24", "training": "3/12", "pair_household": "1/8", "pair_backbone": "1/6",
        "visit_people": "100/12", "community_activity": "2/8", "essay": "2/8", "dues": "12/6",
        "org_task": "5", "duty": "6", "conduct": "5",
    }),
    ("community.secretary", {
        "org_life": "8/24", "training": "2/12", "visit_household": "150/18", "volunteer": "4/14",
        "essay": "2/10", "dues": "12/6", "org_task": "5", "duty": "6", "conduct": "5",
    }),
    ("community.student", {
        "org_life": "5/42", "volunteer": "2/28", "essay": "1/12", "dues": "12/8", "org_task": "5",
        "conduct": "5",
    }),
    ("non_public.backbone", {
        "org_life": "8/38", "volunteer": "3/28", "essay": "1/14", "dues": "12/8", "org_task": "6",
        "conduct": "6",
    }),
    ("in_service.member", {
        "volunteer_post": "1/20", "volunteer": "2/30", "good_deed": "1/15", "pair_household": "1/20",
        "community_life": "1/15",
    }),
    ("elderly.member", {}),
])  # fmt: skip
def test_the_matrix_is_the_plans_table(roles: dict[str, Role], role: str, asked: dict[str, str]) -> None:
    assert matrix_column(role) == asked


def test_the_matrix_as_it_is_read(cast: Cast) -> None:
    page = browser(cast, cast.owner).get(PAGE)
    shown = words_of(page)
    assert "参加党的组织生活 次 12 / 24 12 / 26 12 / 30 参加党建、业务培训 次 3 / 12 2 / 12" in shown
    assert "联系走访社区居民 户次 150 / 18 100 / 18" in shown
    assert "及时足额缴纳党费 月 【I24】 12 / 6 12 / 6 12 / 6" in shown
    assert "为群众办实事 件 【I12】 1 / 15 waivable" in shown
    assert "2 / 30 参加社区志愿服务活动" in shown
    assert "Total points 100 100 100 100 100" in shown
    assert "elderly.member not scored" in shown
    assert "in_service.member annual score = daily score" in shown
    source = page.content.decode()
    for role in cast.roles:
        assert f'id="role-{role}"' in source


def test_the_other_tables_in_words(cast: Cast) -> None:
    shown = words_of(browser(cast, cast.owner).get(PAGE))
    for said in (
        "组织生活(三会一课) 在职党员 与社区直管党员共同过组织生活或参加社区党内主题活动 Everybody else",
        "志愿服务 机关党员 参加在职党员进社区活动 Everybody else 参加志愿服务活动",
        "培训 Everybody 参加党建、业务培训",
        "联系走访普通群众(职工) beyond the quota 0.5 points for each 10 人次 3 【四1、I8】",
        "为群众办实事 beyond 2 件 1 points for each 1 件 3 【四1、I8、I12】",
        "国家级 10 【四1、I8】 省级 8",
        "from 1 to 10 points, decided in the branch",
        "All bonus together at most 20 points 【四1】",
        "80% of the daily score + 20% of the appraisal 【四1】",
        "Most in a year no limit 【I4】",
        "points of the votes ÷ valid votes",
        "Excellent 100 Good 80 Qualified (also called “一般”) 60 Poor 40",
        "优秀 90 and above may be put forward for awards",
        "良好 from 70 to below 90 may be put forward for awards",
        "合格 from 60 to below 70 —",
        "不合格 below 60 opens the handling of the unqualified",
        "the top 10% of branch and category, at least one",
        "pace below 0.5, from quarter 2 on",
        "5 working days 【四2、I21】",
        "came in the last 45 days",
        "more than 30 days after it happened",
    ):
        assert said in shown, said


def test_every_interpretation_has_its_anchor_and_its_words(cast: Cast) -> None:
    source = browser(cast, cast.owner).get(PAGE).content.decode()
    rows = Interpretation.objects.order_by("order")
    assert [row.number for row in rows] == [f"I{number}" for number in range(1, 30)]
    for row in rows:
        own = source.split(f'id="{row.number}"', 1)[1].split("</article>", 1)[0]
        for said in (row.taken_hans, row.why_hans, *row.plan_says):
            assert said in own
        assert f'href="#{row.number}"' in own


def test_every_link_within_the_page_arrives(cast: Cast) -> None:
    source = browser(cast, cast.owner).get(PAGE).content.decode()
    assert set(re.findall(r'href="#([^"]+)"', source)) - set(re.findall(r'id="([^"]+)"', source)) == set()


def test_the_page_is_in_the_script_of_the_interface(cast: Cast) -> None:
    shown = words_of(browser(cast, cast.owner, "zh-hant").get(PAGE))
    assert "參加黨的組織生活" in shown
    assert "参加党的组织生活" not in shown
    assert "良好等次為70分以上、不滿90分。" in shown


def test_another_scheme_is_shown_by_the_same_page(cast: Cast) -> None:
    load_scheme(by=cast.operator, source=RIVER.read_bytes())
    response = browser(cast, cast.owner).get("/schemes/river-2026/1/")
    shown = words_of(response)
    for said in (
        "巡堤 公里 40 / 62.5",
        "渡口值守岗位 个 1 / 17.5 waivable",
        "5 / 30 随船巡查",
        "流域级 7.5 【四】",
        "from 0.5 to 6 points",
        "at most 12.5 points",
        "65% of the daily score + 35% of the appraisal",
        "Most in a year at most 100 points",
        "points of the votes ÷ all returned ballots",
        "一等 88.5 and above",
        "二等 from 50 to below 88.5",
        "三等 below 50",
        "above 1/4 of a branch",
        "switched on",
    ):
        assert said in shown, said
    assert "Interpretations" not in shown


def test_the_matrix_takes_two_queries(roles: dict[str, Role]) -> None:
    scheme = Scheme.objects.get()
    with CaptureQueriesContext(connection) as captured:
        assert len(matrices(scheme, Clauses(()))) == 5
    assert len(captured) == 2
