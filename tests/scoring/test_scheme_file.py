"""What makes a scheme file wrong: every fault is found, in its place and with its reason."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from scoring.services.schemefile import SchemeFileError, digest_of, read_scheme, text_of
from scoring.services.schemefile.reading import LARGEST

FILE = Path(__file__).parents[1] / "fixtures/second-scheme.toml"
TEXT = FILE.read_text(encoding="utf-8")
PATROL_RULE = '{ indicator = "dike_patrol" },\n]'
PILOT = 'requirements = [\n    { indicator = "log_kept", quota = 10, points = 70 },\n'


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def problems(text: str | bytes) -> list[str]:
    source = text if isinstance(text, bytes) else text.encode()
    try:
        read_scheme(source)
    except SchemeFileError as error:
        return [str(problem) for problem in error.problems]
    return []


def changed(old: str, new: str, times: int = 1) -> str:
    assert TEXT.count(old) >= times, f"{old!r} does not stand in the file"
    return TEXT.replace(old, new, times)


def test_a_second_scheme_is_only_data() -> None:
    scheme = read_scheme(FILE.read_bytes())
    warden, pilot = scheme.roles
    assert [(row.indicator, row.quota, row.points) for row in warden.requirements] == [
        ("dike_patrol", 40, Decimal("62.5")),
        ("ferry_post", 1, Decimal("17.5")),
        ("bearing", None, 20),
    ]
    assert (warden.annual_is_daily, pilot.annual_is_daily) == (False, True)
    assert scheme.figures.annual_cap == 100
    assert [band.lower for band in scheme.bands] == [Decimal("88.5"), 50, 0]


PATROL = "role village.warden, requirement dike_patrol"
POINTS = "a number from 0.01 to 100 with at most 2 decimals"
WHOLE = "a whole number from 1 to 100000"
FAULTS = [
    # what is changed, into what, the one problem it makes
    ("points = 62.5", "points = 62.4", "role village.warden: the points total 99.9, not 100"),
    ("points = 62.5", "points = 0", f"{PATROL}: “points” must be {POINTS}"),
    ("points = 62.5", "points = 62.505", f"{PATROL}: “points” must be {POINTS}"),
    ("points = 62.5", "points = nan", f"{PATROL}: “points” must be {POINTS}"),
    ("quota = 40", "quota = 0", f"{PATROL}: “quota” must be {WHOLE}"),
    ("quota = 40", "quota = 40.5", f"{PATROL}: “quota” must be {WHOLE}"),
    ("quota = 40", "quota = true", f"{PATROL}: “quota” must be {WHOLE}"),
    ("quota = 40, ", "", f"{PATROL}: “quota” is missing"),
    ("quota = 10", "quota = 13", "role crew.pilot, requirement log_kept: a year has only 12 months"),
    ('"bearing", points', '"bearing", quota = 1, points',
     "role village.warden, requirement bearing: what is judged has no quota"),
    ('{ indicator = "bearing", points', '{ indicator = "bering", points',
     "role village.warden, requirement bering: there is no indicator “bering”"),
    ('category = "crew"', 'category = "fleet"', "role crew.pilot: there is no category “fleet”"),
    ("daily = 65", "daily = 60", "annual: the weights total 95 per cent, not 100"),
    ("daily = 65", "daily = 65.5", "annual: “daily” must be a whole number from 0 to 100"),
    ("cap = 100", 'cap = "unlimited"', 'annual: “cap” must be a number, or "none" for no cap'),
    ("step = 5", "step = 0", "excess dike_patrol: “step” must be a whole number from 1 to 100000"),
    ("cap = 4", "cap = 0.1", "excess dike_patrol: the cap is below the points of one step"),
    ("cap = 4", "cap = 4\nover = 39", "excess dike_patrol: “over” lies below a role's quota"),
    ('[[excess]]\nindicator = "dike_patrol"', '[[excess]]\nindicator = "bearing"',
     "excess bearing: what is judged has no excess"),
    ("lower = 50", "lower = 88.5", "band pass: overlaps: it begins at 88.5, and the band above it at 88.5"),
    ("lower = 50", "lower = 90", "band pass: overlaps: it begins at 90, and the band above it at 88.5"),
    ("lower = 0", "lower = 10", "band fail: leaves a gap: nothing grades a score below 10"),
    ('code = "pass"', 'code = "middling"',
     "band middling: “code” must be one of excellent, good, pass, fail"),
    ("good = 85", "good = 100", "ballot: a better vote must be worth more points"),
    ('divisor = "returned"', 'divisor = "all"', "ballot: “divisor” must be one of valid, returned"),
    ("max = 6", "max = 0.4", "contribution: “max” lies below “min”"),
    ("max = 6", "max = 6.55",
     "contribution: “max” must be a number from 0.1 to 100 with at most 1 decimals"),
    ('excellent_share = "1/4"', 'excellent_share = "5/4"',
     'warnings: “excellent_share” must be a fraction such as "1/3", above 0 and at most 1'),
    ("excellent = true", "excellent = 1", "warnings: “excellent” must be true or false"),
    ("effective_from = 2026-01-01", 'effective_from = "2026-01-01"',
     "scheme: “effective_from” must be a date such as 2026-01-01, without quotation marks"),
    ("version = 1", 'version = "1"', "scheme: “version” must be a whole number from 1 to 9999"),
    ('code = "river-2026"', 'code = "河东"',
     "scheme: “code” must be a code of letters, digits, dots and dashes"),
    ('code = "river-2026"', 'code = "river"\nautor = "x"', "scheme: unknown key “autor”"),
    ("[rush]", "[rusch]\nx = 1\n\n[rush]", "the file: unknown key “rusch”"),
    ('hans = "堤长", hant = "堤長"', 'hans = "堤长"', "role village.warden, name: “hant” is missing"),
    ('hans = "堤长", ', 'hans = " ", ', "role village.warden, name: “hans” must be a text"),
    ('name = { hans = "堤长", hant = "堤長" }', 'name = "堤长"',
     "role village.warden, name: must be a table of keys and values"),
    ('unit = { hans = "公里", hant = "公里" }\n', "", "indicator dike_patrol: “unit” is missing"),
    ('kind = "judged"', 'kind = "judged"\nunit = { hans = "分", hant = "分" }',
     "indicator bearing: what is judged has no unit"),
    ('code = "crew"', 'code = "village"', "category village: stands twice"),
    ('code = "crew.pilot"', 'code = "village.warden"', "role village.warden: stands twice"),
    ('"ferry_post", quota = 1', '"dike_patrol", quota = 1',
     f"{PATROL}: stands twice"),
    ('hans = "引航员", hant = "引航員"', 'hans = "引航员", hant = "引航員" }\nextra = { a = 1',
     "role crew.pilot: unknown key “extra”"),
    (PATROL_RULE, '{ indicator = "dike_patrol" },\n    { indicator = "dike_patrol" },\n]',
     "activity_kind patrol_day, rule dike_patrol: there are two rules for the same members"),
    (PATROL_RULE, '{ indicator = "ferry_post" },\n]',
     "activity_kind patrol_day, rule ferry_post: an event can only count for a counted indicator"),
    (PATROL_RULE, '{ indicator = "dike_patrol", role = "crew.cook" },\n]',
     "activity_kind patrol_day, rule dike_patrol: there is no role “crew.cook”"),
    (PATROL_RULE, '{ indicator = "dike_patrol", category = "crew", role = "crew.pilot" },\n]',
     "activity_kind patrol_day, rule dike_patrol: a rule is for a category or for a role, not for both"),
    # names that fold to one another: Traditional, full width, spaces
    ('hans = "按月记录航行日志"', 'hans = "巡 堤"',
     "indicator log_kept: “巡 堤” is also the name of “dike_patrol”"),
    ('hans = "随船巡查"', 'hans = "渡口值守崗位"',
     "role crew.pilot, requirement dike_patrol: “渡口值守崗位” is also the name of “ferry_post”"),
]  # fmt: skip


@pytest.mark.parametrize("old,new,problem", FAULTS)
def test_fault(old: str, new: str, problem: str) -> None:
    assert problem in problems(changed(old, new))


def test_a_fault_is_told_once_and_alone() -> None:
    """An unreadable requirement does not also make the role's total wrong."""
    found = problems(changed("points = 62.5", 'points = "62.5"'))
    assert found == [f"{PATROL}: “points” must be {POINTS}"]


def test_all_faults_are_listed() -> None:
    text = (
        changed("daily = 65", "daily = 60").replace("lower = 0", "lower = 1").replace("days = 30", "days = 0")
    )
    assert [line.partition(":")[0] for line in problems(text)] == ["rush", "band fail", "annual"]


def test_one_requirement_stays_unwaivable() -> None:
    text = TEXT.replace("points = 62.5 }", "points = 62.5, waivable = true }")
    text = text.replace('"bearing", points = 20 }', '"bearing", points = 20, waivable = true }')
    assert problems(text) == ["role village.warden: at least one requirement must not be waivable"]


def test_a_role_that_is_not_scored_has_no_requirements() -> None:
    text = changed("scored = true\nannual_is_daily = true", "scored = false\nannual_is_daily = true")
    assert "role crew.pilot: a role that is not scored has no requirements" in problems(text)
    assert "role crew.pilot: a role that is not scored has no annual score" in problems(text)


def test_a_scored_role_has_requirements() -> None:
    start = TEXT.index(PILOT)
    text = TEXT[:start] + "requirements = []\n" + TEXT[TEXT.index("[adjustment]") :]
    assert "role crew.pilot: the points total 0, not 100" in problems(text)


def test_an_indicator_that_nobody_requires() -> None:
    text = changed(
        '{ indicator = "log_kept", quota = 10, points = 70 }', '{ indicator = "bearing", points = 70 }'
    )
    assert "indicator log_kept: no role requires this indicator" in problems(text)


def test_bands_stand_from_the_best_to_the_worst() -> None:
    text = changed('code = "excellent"\nname', 'code = "fail"\nname')
    text = text.replace('code = "fail"\nname = { hans = "三等"', 'code = "excellent"\nname = { hans = "三等"')
    assert "band: the bands must stand from the best to the worst" in problems(text)


def test_an_effect_stands_in_the_file() -> None:
    interpretation = """
[[interpretation]]
number = "I1"
clause = "一"
plan_says = ["x"]
taken = { hans = "甲", hant = "甲" }
why = { hans = "乙", hant = "乙" }
effect = ["role/*/requirements/dike_patrol/quota", "role/crew.pilot/requirements/bearing", "annual/cap"]
"""
    assert problems(TEXT + interpretation) == [
        "interpretation I1: the effect “role/crew.pilot/requirements/bearing” stands nowhere in this file"
    ]


@pytest.mark.parametrize(
    "source,reason",
    [
        (b"", "the file: “scheme” is missing"),
        (b"scheme = 1\n", "scheme: must be a table of keys and values"),
        (b"[scheme]\ncode = river\n", "the file: not readable as TOML: Invalid value (at line 2, column 8)"),
        (b"[scheme]\ncode = 1\ncode = 2\n",
         "the file: not readable as TOML: Cannot overwrite a value (at line 3, column 9)"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "the file: not UTF-8 text (line 1)"),
        ("[scheme]\nname = \"方案\"".encode("gb18030"), "the file: not UTF-8 text (line 2)"),
        (b"#" * (LARGEST + 1), "the file: larger than 1 MB; this is not a scheme file"),
    ],
)  # fmt: skip
def test_no_scheme_file_at_all(source: bytes, reason: str) -> None:
    assert reason in problems(source)


@pytest.mark.parametrize("source", [b"a=" + b"[" * 5000, b"a=" + b"9" * 6000, b"a=1e" + b"9" * 60])
def test_hostile_toml_is_refused_with_a_sentence(source: bytes) -> None:
    assert problems(source)


def test_line_ends_and_byte_order_mark_do_not_change_a_file() -> None:
    windows = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    assert digest_of(text_of(windows)) == digest_of(text_of(TEXT.encode()))
    assert problems(windows) == []
