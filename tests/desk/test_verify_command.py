"""The verify command: what it counts, and that it notices what somebody altered behind its back."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from appraisal.enums import Purpose
from appraisal.models import Objection
from appraisal.services import approved as approved_years
from appraisal.services.objections import answer_objection, register_objection
from appraisal.services.results import results
from appraisal.services.snapshots import digest, freeze
from appraisal.services.years import approve_year, return_year, save_remarks, year_of
from members.services import guards, roster
from reports.periods import Period
from reports.services.issuing import issue
from reports.services.notices import post
from tests.desk.ledger import YEAR
from tests.desk.reviewing import with_results
from tests.reviews import approved, later, posted, submitted, tally
from tests.rows import entry


def verify() -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("verify", stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def frozen(book):
    """The first half of the year of DT0102, frozen for its notice."""
    book.admit("V1", "community.member")
    book.entry("V1", "org_life", date(YEAR, 3, 3))
    as_of = date(YEAR, 6, 30)
    (unit,) = results(year=YEAR, as_of=as_of, within=book.cast.organisations["DT0102"])
    return freeze(by=book.by, unit=unit, purpose=Purpose.NOTICE, period="2025H1", as_of=as_of)


def alter(table: str, change: str) -> None:
    """Change a table as somebody with the database's own tools would."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")


def test_all_well(frozen):
    code, out, err = verify()
    assert (code, err) == (0, "")
    # what was checked, with its counts: one frozen branch with one result
    log, figures, *_others = out.splitlines()
    assert any(character.isdigit() for character in log)
    assert figures.count("1") == 2
    assert out.count("已锁定") == 1
    assert "Years of members" not in out


def test_an_empty_installation_is_well(db):
    assert verify()[0] == 0


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("members_logrow", "verb = 'nothing' WHERE id = (SELECT MIN(id) FROM members_logrow)"),
        ("members_logrow", "prev_hash = 'x' WHERE id = (SELECT MIN(id) FROM members_logrow)"),
        ("members_loghead", "rows = rows + 1"),
        ("appraisal_snapshot", "organisation_name = '别处'"),
        ("appraisal_snapshotrow", "position = 7"),
        ("appraisal_snapshot", "frozen_at = '2020-01-01 00:00:00'"),
        ("scoring_scheme", "source = replace(source, '2015', '2016')"),
    ],
)
def test_what_was_altered_is_named(frozen, table, change):
    alter(table, change)
    code, _out, err = verify()
    assert code == 1
    assert len(err.splitlines()) >= 2  # the fault and the verdict


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("scoring_scheme", "bonus_cap = 50"),
        ("scoring_scheme", "published_at = NULL"),
        ("scoring_schemerole", "scored = FALSE, annual_is_daily = FALSE"),
        ("scoring_schemerole", '"order" = 99 WHERE id = (SELECT MIN(id) FROM scoring_schemerole)'),
        ("scoring_requirement", "points = points + 1 WHERE id = (SELECT MIN(id) FROM scoring_requirement)"),
        ("scoring_requirement", "waivable = TRUE"),
        ("scoring_excessrule", "cap = cap + 5"),
        ("scoring_awardpoints", "points = 9"),
        ("scoring_activityrule", "clause = 'x'"),
        ("scoring_band", "lower = lower - 1 WHERE lower > 50"),
        ("scoring_interpretation", "why_hans = 'x'"),
        ("scoring_schemescope", "organisation_id = (SELECT MIN(id) FROM members_organisation)"),
        ("scoring_indicator", "kind = 'judged'"),
        ("members_role", "name_hans = '别的' WHERE id = (SELECT MIN(id) FROM members_role)"),
    ],
)
def test_a_row_of_a_scheme_that_was_altered_is_noticed_and_the_scheme_named(cast, table, change):
    assert verify()[0] == 0
    alter(table, change)
    code, _out, err = verify()
    assert code == 1
    assert "dongtang-2015 v1" in err


@pytest.mark.parametrize("table", ["requirement", "excessrule", "awardpoints", "activityrule", "band"])
def test_a_row_of_a_scheme_that_is_gone_is_noticed(cast, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM scoring_{table} WHERE id = (SELECT MAX(id) FROM scoring_{table})")
    code, _out, err = verify()
    assert code == 1
    assert "dongtang-2015 v1" in err


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("scoring_entry", "quantity = 2"),
        ("scoring_entry", "date = '2024-03-03'"),
        ("appraisal_tally", "good = 0"),
        ("members_posting", "role_id = (SELECT id FROM members_role WHERE code = 'elderly.member')"),
        ("members_posting", "organisation_id = (SELECT id FROM members_organisation WHERE code = 'DT02')"),
    ],
)
def test_a_ledger_that_no_longer_gives_what_was_approved_is_named(cast, table, change):
    entry(cast, cast.members["M101"], "org_life", date=date(YEAR, 3, 3), quantity=3)
    tally(cast, "M101", 5, 5, 0, 0)
    approved(cast, "DT0201", by=cast.by(cast.other))
    assert verify()[0] == 0
    with guards.lifted():
        member = cast.members["M101"].pk
        alter(table, f"{change} WHERE member_id = {member}")
        code, _out, err = verify()
    assert code == 1
    assert any("DT0201" in line and "M101" in line for line in err.splitlines())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DELETE FROM members_yearlock", "M001, 2025"),
        (
            "INSERT INTO members_yearlock (member_id, year, locked_at) VALUES ({M101}, 2025, '{at}')",
            "M101, 2025",
        ),
        (
            "UPDATE appraisal_branchyear SET state = 'submitted', approved_at = NULL, approved_by_id = NULL",
            "state",
        ),
        ("UPDATE appraisal_branchyear SET publicity_until = posted_on", "publicity_until"),
        ("UPDATE appraisal_case SET withdrawn_on = '2026-01-01'", "withdrawn_on"),
        ("DELETE FROM appraisal_case", "gone"),
        ("UPDATE appraisal_objection SET text = '没有意见'", "text"),
        ("DELETE FROM appraisal_objection", "gone"),
    ],
)  # fmt: skip
def test_what_was_decided_and_is_undone_in_the_tables_is_named(cast, change, named):
    with_results(cast)
    year = posted(cast)
    objection = Objection(branch_year=year, raised_on=cast.today, text="时长不对")
    register_objection(by=cast.by(cast.owner), objection=objection)
    objection.answer = "已核对"
    answer_objection(by=cast.by(cast.owner), objection=objection)
    approve_year(by=later(cast, cast.committee), branch_year=year)
    assert verify()[0] == 0
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(change.format(M101=cast.members["M101"].pk, at=cast.now))
    with override("en"):
        code, _out, err = verify()
    assert code == 1
    assert any(named in line for line in err.splitlines())


def test_a_remark_a_return_and_another_submission_are_no_faults(cast):
    year = posted(cast)
    by = later(cast, cast.committee)
    save_remarks(by=by, branch_year=year, remarks={cast.members["M001"].pk: "请核对"})
    assert verify()[0] == 0
    return_year(by=by, branch_year=year_of(year.organisation, year.year), reason="请核对")
    assert verify()[0] == 0
    submitted(cast, by=later(cast, cast.owner))
    assert verify()[0] == 0


@pytest.mark.parametrize("figures", ["[]", "{}", '{"annual": 1}'])
def test_approved_figures_that_lost_what_they_say_are_a_fault_and_no_traceback(cast, figures):
    year = approved(cast)
    alter("appraisal_snapshotrow", f"figures = '{figures}' WHERE position = 1")
    code, _out, err = verify()
    assert code == 1
    assert str(year.snapshot_id) in err


def test_a_corner_of_the_tree_without_a_scheme_is_no_fault_of_what_is_approved_elsewhere(cast):
    """Only of a unit there."""
    approved(cast)
    approved(cast, "DT0201", by=cast.operator)
    for governed, other in (("DT02", "DT0101"), ("DT01", "DT0201")):
        alter("scoring_schemescope", f"organisation_id = {cast.organisations[governed].pk}")
        assert {one.organisation.code for one, _what in approved_years.faults()} == {other}


def test_a_name_that_was_corrected_since_is_no_fault(cast):
    approved(cast)
    member = cast.members["M001"]
    member.name = "张改名"
    roster.correct_member(by=cast.operator, member=member)
    assert verify()[0] == 0


def test_a_lost_log_row_is_noticed(frozen):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_logrow WHERE id = (SELECT MIN(id) FROM members_logrow)")
    assert verify()[0] == 1


def test_what_an_issued_notice_froze_stays_well_when_something_late_is_recorded(book, frozen):
    """An entry of the half-year that comes after its notice is legal, and changes no frozen figure."""
    book.entry("V1", "org_life", date(YEAR, 4, 4))
    assert verify()[0] == 0


def test_figures_made_anew_under_a_digest_made_anew_are_noticed_by_the_log(frozen):
    alter("appraisal_snapshot", "organisation_name = '别处'")
    frozen.organisation_name = "别处"
    alter("appraisal_snapshot", f"digest = '{digest(frozen, list(frozen.rows.all()))}'")
    code, _out, err = verify()
    assert code == 1
    assert str(frozen.pk) in err


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("reports_noticepaper", "pdf = x'25504446'", "PDF"),
        ("reports_noticepaper", "html = '<p>'", "PDF"),
        ("reports_notice", "number = 'DT0102-2025-09'", "number"),
        ("reports_notice", "place = '别处'", "place"),
        ("reports_notice", "snapshot_id = snapshot_id, period = '2025H2'", "period"),
    ],
)
def test_a_notice_that_is_not_what_was_issued_is_named(frozen, book, table, change, told):
    if connection.vendor == "postgresql":
        change = change.replace("x'25504446'", "'\\x25504446'")
    notice = issue(by=book.by, organisation=frozen.organisation, period=Period.parse("2025H1"))
    post(by=book.by, notice=notice, day=book.by.today, place="公开栏")
    assert verify()[0] == 0
    with guards.lifted():
        alter(table, change)
        code, _out, err = verify()
    assert code == 1
    assert any(str(notice.pk) in line and told in line for line in err.splitlines())


def test_a_table_that_is_not_guarded_is_named(db):
    with guards.lifted():
        code, _out, err = verify()
    assert code == 1
    assert "scoring_entry" in err


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no such bytes")
@pytest.mark.parametrize("value", ["CAST(x'ff00' AS TEXT)", "'{\"a\": '", "'{\"a\":  1}'", "7"])
def test_what_cannot_be_read_is_a_fault_and_no_traceback(frozen, unchecked, value):
    alter("members_logrow", f"after = {value}")
    alter("appraisal_snapshotrow", f"figures = {value}")
    assert verify()[0] == 1
