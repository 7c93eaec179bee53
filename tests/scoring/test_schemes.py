"""Loading schemes: once, for organisations, and never altered again."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import translation

from members.errors import OutOfScope, Refused, WrittenOnce
from members.models import Category, LogRow, Role, YearLock
from scoring import models as tables
from scoring.models import Indicator, Requirement, Scheme, SchemePart, SchemeRole, SchemeScope
from scoring.services.schemefile import SchemeFileError
from scoring.services.schemes import load_scheme
from tests.cast import SCHEME, Cast

SECOND = Path(__file__).parents[1] / "fixtures/second-scheme.toml"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def second() -> str:
    return SECOND.read_text(encoding="utf-8")


def test_what_is_loaded(cast: Cast) -> None:
    scheme = Scheme.objects.get(code="dongtang-2015")
    assert scheme.roles.count() == 13
    assert scheme.interpretations.count() == 29
    leader = scheme.roles.get(role__code="organ.leader")
    training: Any = leader.requirements.get(indicator__code="training")
    assert (training.quota, training.points, training.clause) == (3, 12, "三(一)1(1)")
    assert scheme.source == SCHEME.read_text(encoding="utf-8")
    assert scheme.published_at == cast.now
    row: Any = LogRow.objects.of_object(scheme).get()
    assert (row.verb, row.actor, row.after["digest"]) == ("load scheme", None, scheme.digest)


def test_words_follow_the_active_script(cast: Cast) -> None:
    pairing = Requirement.objects.get(
        scheme_role__role__code="in_service.member", indicator__code="pair_household"
    )
    essay = Requirement.objects.get(scheme_role__role__code="organ.leader", indicator__code="essay")
    interpretation = Scheme.objects.get().interpretations.get(number="I14")
    with translation.override("zh-hant"):
        assert pairing.wording == "結對幫扶社區困難居民"
        assert (essay.wording, essay.indicator.unit) == ("撰寫黨員學習心得體會", "篇")
        assert interpretation.taken.startswith("總票數指有效票")
        assert Scheme.objects.get().aspects[1] == "宗旨意識"
    with translation.override("zh-hans"):
        assert pairing.wording == "结对帮扶社区困难居民"
        assert interpretation.why.startswith("公式的分子")


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    before = _counts()
    loaded = load_scheme(by=cast.operator, source=SCHEME.read_bytes().replace(b"\n", b"\r\n"))
    assert (loaded.published, loaded.bound) == (False, False)
    assert _counts() == before


def test_the_same_file_for_another_organisation(cast: Cast) -> None:
    branch = cast.organisations["DT0101"]
    loaded = load_scheme(by=cast.operator, source=SCHEME.read_bytes(), organisation=branch)
    assert (loaded.published, loaded.bound) == (False, True)
    assert set(loaded.scheme.scopes.values_list("organisation__code", flat=True)) == {None, "DT0101"}
    again = load_scheme(by=cast.operator, source=SCHEME.read_bytes(), organisation=branch)
    assert (again.published, again.bound) == (False, False)


def test_a_changed_file_under_a_published_version_is_refused(cast: Cast) -> None:
    text = SCHEME.read_text(encoding="utf-8")
    changed = text.replace("late_days = 30 ", "late_days = 31 ")
    line = next(n for n, row in enumerate(text.split("\n"), start=1) if row.startswith("late_days"))
    before = _counts()
    with pytest.raises(Refused, match=f"dongtang-2015 v1 is published.*line {line}\\)"):
        load_scheme(by=cast.operator, source=changed.encode())
    assert _counts() == before
    newer = changed.replace("\nversion = 1\n", "\nversion = 2\n").replace("2015-01-01", "2027-01-01")
    assert load_scheme(by=cast.operator, source=newer.encode()).published
    assert set(Scheme.objects.values_list("version", "late_days")) == {(1, 30), (2, 31)}
    assert Indicator.objects.count() == 16, "the vocabulary is shared"


def test_a_second_scheme_brings_its_own_words(cast: Cast, second: str) -> None:
    district = cast.organisations["XT"]
    scheme: Any = load_scheme(by=cast.operator, source=second.encode(), organisation=district).scheme
    assert set(scheme.roles.values_list("role__code", flat=True)) == {"village.warden", "crew.pilot"}
    assert Role.objects.filter(organisation=None).count() == 15
    assert (scheme.daily_weight, scheme.annual_cap, scheme.excellent_share.denominator) == (65, 100, 4)
    assert scheme.roles.get(role__code="village.warden").requirements.first().points == Decimal("62.5")


@pytest.mark.parametrize(
    "old,new,problem",
    [
        ('code = "dike_patrol"', 'code = "essay"', "indicator essay: is known as “撰写党员学习心得体会”"),
        ('hans = "巡堤", hant = "巡堤"', 'hans = "撰写党员学习心得体会", hant = "撰寫黨員學習心得體會"',
         "indicator dike_patrol: its name is already that of “essay”"),
        ('hans = "随船巡查", hant = "隨船巡查"', 'hans = "参加社区志愿服务活动", hant = "x"',
         "role crew.pilot, requirement dike_patrol: its name is already that of “volunteer”"),
        ('code = "crew"\nname = { hans = "船员党员", hant = "船員黨員" }',
         'code = "crew"\nname = { hans = "在职党员", hant = "在職黨員" }',
         "category crew: its name is already that of “in_service”"),
        ('code = "crew.pilot"', 'code = "organ.leader"', "role organ.leader: is known in another category"),
        ('code = "basin"', 'code = "district"', "award district: is known as “区级”"),
        ('code = "patrol_day"', 'code = "training"', "activity_kind training: is known as “培训”"),
    ],
)  # fmt: skip
def test_a_known_code_keeps_what_it_means(cast: Cast, second: str, old: str, new: str, problem: str) -> None:
    before = _counts()
    assert old in second
    text = second.replace(old, new)
    if new == 'code = "essay"':
        text = text.replace('indicator = "dike_patrol"', 'indicator = "essay"')
    with pytest.raises(SchemeFileError) as refused:
        load_scheme(by=cast.operator, source=text.encode())
    assert any(str(found).startswith(problem) for found in refused.value.problems), refused.value
    assert _counts() == before


def test_a_known_indicator_keeps_its_kind(cast: Cast, second: str) -> None:
    text = (
        second.replace('code = "ferry_post"', 'code = "essay"')
        .replace(
            'name = { hans = "渡口值守岗位", hant = "渡口值守崗位" }',
            'name = { hans = "撰写党员学习心得体会", hant = "撰寫黨員學習心得體會" }',
        )
        .replace('"ferry_post"', '"essay"')
    )
    with pytest.raises(SchemeFileError) as refused:
        load_scheme(by=cast.operator, source=text.encode())
    reasons = [str(problem) for problem in refused.value.problems]
    assert [reason.partition("; ")[0] for reason in reasons] == [
        "indicator essay: is known with the kind “counted”",
        "indicator essay: is known with the unit “篇”",
    ]


def test_only_an_administrator_loads(cast: Cast, second: str) -> None:
    for user in (cast.owner, cast.committee, cast.nobody):
        with pytest.raises(OutOfScope):
            load_scheme(by=cast.by(user), source=second.encode())
    assert load_scheme(by=cast.by(cast.administrator), source=second.encode()).published


def test_a_scheme_does_not_reach_into_closed_years(cast: Cast, second: str) -> None:
    YearLock.objects.create(member=cast.members["M001"], year=2026, locked_at=cast.now)
    with pytest.raises(Refused, match="The year 2026 is closed"):
        load_scheme(by=cast.operator, source=second.encode())
    with pytest.raises(Refused, match="The year 2026 is closed"):
        load_scheme(by=cast.operator, source=second.encode(), organisation=cast.organisations["DT0101"])
    # elsewhere nobody's year is closed, and from 2027 on nobody's is either
    load_scheme(by=cast.operator, source=second.encode(), organisation=cast.organisations["XT"])
    # the scheme that governs there already may be bound to the branch itself
    branch = cast.organisations["DT0101"]
    assert load_scheme(by=cast.operator, source=SCHEME.read_bytes(), organisation=branch).bound
    later = second.replace("2026-01-01", "2026-01-02").replace("version = 1", "version = 2")
    assert load_scheme(by=cast.operator, source=later.encode()).published


# --- never altered --------------------------------------------------------------------------------

PARTS = [row for row in vars(tables).values() if isinstance(row, type) and issubclass(row, SchemePart)]
MADE_BY_FILES: list[Any] = [
    Scheme, SchemeScope, Category, Role, Indicator, tables.ActivityKind, tables.AwardLevel,
    *(part for part in PARTS if part is not SchemePart),
]  # fmt: skip


def test_every_part_is_meant() -> None:
    assert {part.__name__ for part in MADE_BY_FILES} == {
        "Scheme", "SchemeScope", "Category", "Role", "Indicator", "ActivityKind", "AwardLevel", "SchemeRole",
        "Requirement", "ExcessRule", "AwardPoints", "ActivityRule", "Band", "Interpretation",
    }  # fmt: skip


@pytest.mark.parametrize("model", MADE_BY_FILES, ids=lambda model: model.__name__)
def test_published_rows_are_never_altered(cast: Cast, model: Any) -> None:
    row = model._default_manager.first()
    plain = (f.name for f in model._meta.concrete_fields if not f.primary_key and not f.is_relation)
    field = next(plain, "organisation")
    before = list(model._default_manager.order_by("pk").values())
    attempts = [
        row.save,
        lambda: row.save(update_fields=[field]),
        lambda: row.save_base(raw=True),
        row.delete,
        lambda: model(pk=row.pk).save(),
        lambda: model._default_manager.update(**{field: getattr(row, field)}),
        lambda: model._default_manager.filter(pk=row.pk).delete(),
        lambda: model._default_manager.bulk_update([row], [field]),
        lambda: model._default_manager.bulk_create([row]),
        lambda: model._default_manager.bulk_create([row], update_conflicts=True, update_fields=[field],
                                                   unique_fields=["pk"]),
        lambda: model._default_manager.update_or_create({field: getattr(row, field)}, pk=row.pk),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(WrittenOnce):
            attempt()
    assert list(model._default_manager.order_by("pk").values()) == before


def test_nothing_is_added_to_a_published_scheme(cast: Cast) -> None:
    scheme = Scheme.objects.get()
    student = scheme.roles.get(role__code="community.student")
    training = Indicator.objects.get(code="training")
    extra = Requirement(scheme_role=student, indicator=training, quota=1, points=1, clause="x")
    role = SchemeRole(scheme=scheme, role=Role.objects.first(), clause="x")
    late: list[Any] = [extra, role]
    for row in late:
        with pytest.raises(WrittenOnce):
            row.save()
        with pytest.raises(WrittenOnce):
            type(row).objects.bulk_create([row])
    with pytest.raises(WrittenOnce):
        student.requirements.create(indicator=training, quota=1, points=1, clause="x")
    with pytest.raises(WrittenOnce):
        scheme.roles.all().delete()
    with pytest.raises(WrittenOnce):
        scheme.roles.update(scored=False)


def test_the_database_knows_the_bounds(cast: Cast, second: str) -> None:
    """An unpublished scheme's parts still meet the CHECKs."""
    scheme = Scheme.objects.get()
    scheme.pk, scheme.version, scheme.published_at = None, 9, None
    scheme.save()
    role = SchemeRole.objects.create(scheme=scheme, role=cast.roles["organ.leader"], clause="x")
    asked: dict[str, Any] = {
        "scheme_role": role,
        "indicator": Indicator.objects.get(code="essay"),
        "clause": "x",
    }
    wrong: list[models.Model] = [
        Requirement(**asked, quota=0, points=10),
        Requirement(**asked, quota=1, points=0),
        Requirement(**asked, quota=1, points=101),
        tables.Band(scheme=scheme, code="best", lower=90, clause="x"),
        tables.Band(scheme=scheme, code="good", lower=-1, clause="x"),
        tables.ExcessRule(scheme=scheme, indicator=asked["indicator"], rate=1, step=0, cap=2, clause="x"),
        SchemeRole(scheme=scheme, role=cast.roles["organ.member"], scored=False, annual_is_daily=True),
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def _counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in [*MADE_BY_FILES, LogRow]}


def test_effective_from_is_kept(cast: Cast) -> None:
    assert Scheme.objects.get().effective_from == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("script", "units"), [("zh-hans", ("个月", "户次", "")), ("zh-hant", ("個月", "戶次", ""))]
)
def test_months_are_counted_with_a_word_that_names_no_month(cast: Cast, script: str, units: tuple[str, ...]):
    with translation.override(script):
        found = {one.code: one for one in Indicator.objects.all()}
        measured = tuple(found[code].measure for code in ("dues", "visit_household", "duty"))
        assert measured == units
        # Alone, in the scheme and in headings, the unit stays what the scheme calls it.
        assert found["dues"].unit == "月"
