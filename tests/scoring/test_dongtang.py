"""The scheme of 2015 carries every figure of the plan and of its interpretations, each with its clause."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from members.text import fold
from scoring.services.schemefile import read_scheme
from scoring.services.schemefile.document import Names
from tests.golden.roles import INDICATORS, TABLE, WAIVABLE

FILE = Path(settings.BASE_DIR) / "fixtures/schemes/dongtang-2015.toml"
SENTENCES = Path(__file__).parents[1] / "fixtures/plan-sentences.txt"

NAMES = {
    "org_life": ("参加党的组织生活", "次"),
    "training": ("参加党建、业务培训", "次"),
    "pair_household": ("结对困难家庭", "户"),
    "pair_backbone": ("结对群众骨干家庭", "户"),
    "visit_people": ("联系走访普通群众(职工)", "人次"),
    "visit_household": ("联系走访社区居民", "户次"),
    "community_activity": ("参加在职党员进社区活动", "次"),
    "volunteer": ("参加志愿服务活动", "次"),
    "essay": ("撰写党员学习心得体会", "篇"),
    "dues": ("及时足额缴纳党费", "月"),
    "volunteer_post": ("认领志愿服务岗位", "个"),
    "good_deed": ("为群众办实事", "件"),
    "community_life": ("与社区直管党员共同过组织生活或参加社区党内主题活动", "次"),
    "org_task": ("完成党组织交办的其它工作", None),
    "duty": ("按要求完成本职岗位工作", None),
    "conduct": ("道德品行(社会公德、职业道德、家庭美德)", None),
}
ROLES = {
    # code: name, category, clause, scored, annual is daily
    "organ.leader": ("领导班子成员党员", "机关党员", "三(一)1(1)", True, False),
    "organ.middle": ("中层干部党员", "机关党员", "三(一)1(2)", True, False),
    "organ.member": ("普通党员", "机关党员", "三(一)1(3)", True, False),
    "community.secretary": ("社区党(总)支部书记", "社区党员", "三(一)2(1)", True, False),
    "community.committee": ("社区两委班子其他成员党员", "社区党员", "三(一)2(1)", True, False),
    "community.group_lead": ("社区下属支部成员及党小组长", "社区党员", "三(一)2(2)", True, False),
    "community.member": ("普通党员", "社区党员", "三(一)2(3)", True, False),
    "community.student": ("学生党员", "社区党员", "三(一)2(4)", True, False),
    "non_public.leader": (
        "党组织班子成员党员",
        "非公企业党组织与社会组织党组织党员",
        "三(一)3(1)",
        True,
        False,
    ),
    "non_public.backbone": (
        "企业管理骨干层党员",
        "非公企业党组织与社会组织党组织党员",
        "三(一)3(2)",
        True,
        False,
    ),
    "non_public.member": ("普通党员", "非公企业党组织与社会组织党组织党员", "三(一)3(3)", True, False),
    "in_service.member": ("在职党员", "在职党员", "三(一)4", True, True),
    "elderly.member": (
        "65岁以上年老多病、行动不便党员",
        "65岁以上年老多病、行动不便党员",
        "三(一)5",
        False,
        False,
    ),
}


@pytest.fixture(scope="module")
def scheme() -> Any:
    return read_scheme(FILE.read_bytes())


def test_indicators_names_units_kinds(scheme: Any) -> None:
    found = {row.code: (row.names.hans, row.unit.hans if row.unit else None) for row in scheme.indicators}
    assert found == NAMES
    assert {row.code: row.kind for row in scheme.indicators} == {
        code: kind for code, (kind, _) in INDICATORS.items()
    }


def test_roles_names_categories_clauses(scheme: Any) -> None:
    categories = {row.code: row.names.hans for row in scheme.categories}
    found = {
        row.code: (row.names.hans, categories[row.category], row.clause, row.scored, row.annual_is_daily)
        for row in scheme.roles
    }
    assert found == ROLES
    assert list(found) == list(ROLES), "in the plan's order"


def test_requirements_are_the_table(scheme: Any) -> None:
    found = {
        role.code: {row.indicator: (row.quota, row.points) for row in role.requirements}
        for role in scheme.roles
        if role.scored
    }
    assert found == TABLE
    waivable = {row.indicator for role in scheme.roles for row in role.requirements if row.waivable}
    assert waivable == WAIVABLE


def test_excess_is_the_table(scheme: Any) -> None:
    found = {row.indicator: (row.rate * 100, row.step, row.cap * 100, row.over) for row in scheme.excess}
    assert found == {
        code: (excess.rate, excess.step, excess.cap, excess.over)
        for code, (_, excess) in INDICATORS.items()
        if excess is not None
    }


def test_in_service_words_some_requirements_in_its_own_way(scheme: Any) -> None:
    worded = {
        (role.code, row.indicator): (row.wording.hans, row.wording.hant)
        for role in scheme.roles
        for row in role.requirements
        if row.wording
    }
    assert worded == {
        ("in_service.member", "volunteer"): ("参加社区志愿服务活动", "參加社區志願服務活動"),
        ("in_service.member", "pair_household"): ("结对帮扶社区困难居民", "結對幫扶社區困難居民"),
    }


def test_activity_kinds(scheme: Any) -> None:
    found = {
        kind.names.hans: {rule.category or rule.role: rule.indicator for rule in kind.rules}
        for kind in scheme.activity_kinds
    }
    assert found == {
        "组织生活(三会一课)": {None: "org_life", "in_service": "community_life"},
        "主题党日": {None: "org_life", "in_service": "community_life"},
        "培训": {None: "training"},
        "志愿服务": {None: "volunteer", "organ": "community_activity"},
        "在职党员进社区": {None: "community_activity", "in_service": "volunteer"},
    }


def test_bonus_appraisal_annual_grade(scheme: Any) -> None:
    figures = scheme.figures
    assert figures.bonus_cap == 20
    assert {row.names.hans: row.points for row in scheme.awards} == {
        "国家级": 10, "省级": 8, "市级": 6, "区级": 4, "街道级": 2, "社区级": 1,
    }  # fmt: skip
    assert (figures.contribution_min, figures.contribution_max) == (1, 10)
    votes = (figures.ballot_excellent, figures.ballot_good, figures.ballot_passed, figures.ballot_poor)
    assert votes == (100, 80, 60, 40)
    assert (figures.ballot_divisor, figures.ballot_minimum) == ("valid", 5)
    assert figures.ballot_passed_also == "一般"
    assert [aspect.hans for aspect in figures.ballot_aspects] == [
        "理想信念", "宗旨意识", "组织观念", "遵纪守法", "履职尽责",
    ]  # fmt: skip
    assert (figures.daily_weight, figures.appraisal_weight, figures.annual_cap) == (80, 20, None)
    assert [(band.code, band.names.hans, band.lower) for band in scheme.bands] == [
        ("excellent", "优秀", 90), ("good", "良好", 70), ("pass", "合格", 60), ("fail", "不合格", 0),
    ]  # fmt: skip
    assert [band.code for band in scheme.bands if band.eligible] == ["excellent", "good"]
    assert [band.code for band in scheme.bands if band.opens_case] == ["fail"]


def test_thresholds(scheme: Any) -> None:
    figures = scheme.figures
    assert (figures.ahead_share, figures.behind_below, figures.behind_from_quarter) == (10, Decimal("0.5"), 2)
    assert figures.publicity_days == 5
    assert (figures.rush_days, figures.late_days) == (45, 30)
    assert figures.excellent_share == Fraction(1, 3)
    assert (figures.warn_excellent, figures.warn_probationary) == (False, False), "off by default"


def test_everything_has_its_clause(scheme: Any) -> None:
    rows = [*scheme.categories, *scheme.activity_kinds, *scheme.roles, *scheme.excess, *scheme.awards]
    rows += [*scheme.bands, *scheme.interpretations]
    clauses = [row.clause for row in rows] + list(scheme.clauses.values())
    clauses += [row.clause for role in scheme.roles for row in role.requirements]
    assert all(re.match(r"[二三四六七]|方案2", clause) for clause in clauses)
    dues = [r for role in scheme.roles for r in role.requirements if r.indicator == "dues"]
    assert all("I24" in row.clause for row in dues)
    assert all("I8" in row.clause for row in (*scheme.excess, *scheme.awards))


def test_every_figure_in_the_file_stands_near_a_clause() -> None:
    """Each table that holds a figure names its clause itself."""
    blocks = re.split(r"\n(?=\[)", FILE.read_text(encoding="utf-8"))
    for block in blocks[1:]:
        head = block.splitlines()[0]
        if head not in {"[scheme]", "[[indicator]]"}:
            assert "clause = " in block, head


def test_interpretations_are_complete(scheme: Any) -> None:
    assert [row.number for row in scheme.interpretations] == [f"I{n}" for n in range(1, 30)]
    for row in scheme.interpretations:
        assert row.plan_says, row.number
        assert len(row.taken.hans) > 5, row.number
        assert len(row.why.hans) > 5, row.number


def test_the_plan_is_quoted_word_for_word(scheme: Any) -> None:
    sentences = SENTENCES.read_text(encoding="utf-8")
    for row in scheme.interpretations:
        for quote in row.plan_says:
            assert quote in sentences, f"{row.number}: {quote}"


def test_both_scripts_say_the_same(scheme: Any) -> None:
    pairs = list(_pairs(scheme))
    assert len(pairs) > 110
    for names in pairs:
        assert fold(names.hant) == fold(names.hans), names


def test_traditional_is_the_modern_standard(scheme: Any) -> None:
    """No variants that only old prints use, and no Simplified character left over."""
    text = "".join(names.hant for names in _pairs(scheme))
    assert not set("羣衆爲裏覈党员总众业务联系访户") & set(text)
    assert set("群眾黨總為") < set(text)


def _pairs(scheme: Any) -> list[Names]:
    rows = [*scheme.categories, *scheme.indicators, *scheme.activity_kinds, *scheme.roles]
    pairs = [scheme.names, *(row.names for row in [*rows, *scheme.awards, *scheme.bands])]
    pairs += [row.unit for row in scheme.indicators if row.unit]
    pairs += [row.wording for role in scheme.roles for row in role.requirements if row.wording]
    pairs += [text for row in scheme.interpretations for text in (row.taken, row.why)]
    return [*pairs, *scheme.figures.ballot_aspects]
