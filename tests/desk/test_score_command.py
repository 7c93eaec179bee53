"""The score command: the worked cases from the database to the JSON, statuses, ranks, parts of the tree."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.desk.ledger import YEAR, days, line, scores


def counts(score: dict, *indicators: str) -> dict:
    return {
        indicator: (line(score, indicator)["done"], line(score, indicator)["quota"])
        for indicator in indicators
    }


# --- the worked cases -----------------------------------------------------------------------------


def test_case_1_all_quotas_met_and_a_full_ballot(book):
    book.admit("C01", "organ.leader")
    book.times("C01", "org_life", days("1-20", 12))
    book.times("C01", "training", days("3-04", 3))
    book.entry("C01", "pair_household", date(2022, 5, 1), title="3栋204室")
    book.entry("C01", "pair_backbone", date(YEAR, 5, 1), title="5栋101室")
    book.entry("C01", "visit_people", date(YEAR, 6, 1), 60)
    book.entry("C01", "visit_people", date(YEAR, 9, 1), 40)
    book.times("C01", "community_activity", days("4-11", 2))
    book.times("C01", "essay", days("7-02", 2))
    book.dues("C01", range(1, 13))
    book.votes("C01", 20, 5, 3, 2)

    presumed = {
        "kind": "judged",
        "quota": None,
        "done": 100,
        "excess": "0.00",
        "waived": False,
        "presumed": True,
    }
    counted = {"kind": "counted", "excess": "0.00", "waived": False, "presumed": False}
    standing = counted | {"kind": "standing"}
    # (20 × 100 + 5 × 80 + 3 × 60 + 2 × 40) / 30 = 88.666…; 0.8 × 100 + 0.2 × 88.67 = 97.734
    assert scores()["C01"] == {
        "member_no": "C01",
        "name": "党员C01",
        "org": "DT0102",
        "role": "organ.leader",
        "status": "scored",
        "months": 12,
        "base": "100.00",
        "bonus": "0.00",
        "daily": "100.00",
        "appraisal": "88.67",
        "annual": "97.73",
        "grade": "excellent",
        "rank": 1,
        "lines": [
            {"indicator": "org_life", "quota": 12, "done": 12, "points": 24, "earned": "24.00"} | counted,
            {"indicator": "training", "quota": 3, "done": 3, "points": 12, "earned": "12.00"} | counted,
            {"indicator": "pair_household", "quota": 1, "done": 1, "points": 8, "earned": "8.00"} | standing,
            {"indicator": "pair_backbone", "quota": 1, "done": 1, "points": 6, "earned": "6.00"} | standing,
            {"indicator": "visit_people", "quota": 100, "done": 100, "points": 12, "earned": "12.00"}
            | counted,
            {"indicator": "community_activity", "quota": 2, "done": 2, "points": 8, "earned": "8.00"}
            | counted,
            {"indicator": "essay", "quota": 2, "done": 2, "points": 8, "earned": "8.00"} | counted,
            {"indicator": "dues", "quota": 12, "done": 12, "points": 6, "earned": "6.00"}
            | counted
            | {"kind": "monthly"},
            {"indicator": "org_task", "points": 5, "earned": "5.00"} | presumed,
            {"indicator": "duty", "points": 6, "earned": "6.00"} | presumed,
            {"indicator": "conduct", "points": 5, "earned": "5.00"} | presumed,
        ],
    }


def test_case_2_partly_met(book):
    book.admit("C02", "community.member")
    book.times("C02", "org_life", days("1-20", 4))
    book.times("C02", "volunteer", days("3-05", 3))
    book.dues("C02", range(1, 13))
    book.votes("C02", 2, 10, 5, 3)
    score = scores()["C02"]
    # 40 × 4 / 6 = 26.666…; 26.67 + 30 + 0 + 8 + 5 + 5 = 74.67
    assert line(score, "org_life")["earned"] == "26.67"
    assert line(score, "essay")["earned"] == "0.00"
    assert (score["base"], score["bonus"], score["daily"]) == ("74.67", "0.00", "74.67")
    # (200 + 800 + 300 + 120) / 20 = 71; 0.8 × 74.67 + 14.2 = 73.936
    assert (score["appraisal"], score["annual"], score["grade"]) == ("71.00", "73.94", "good")


def test_case_3_in_service_with_the_good_deed_waived(book):
    book.admit("C03", "in_service.member")
    book.entry("C03", "volunteer_post", date(YEAR, 2, 1), title="楼栋长岗")
    book.times("C03", "volunteer", days("3-05", 4))
    book.entry("C03", "pair_household", date(YEAR, 2, 1), title="3栋204室")
    book.entry("C03", "community_life", date(YEAR, 7, 1))
    book.waive("C03", "good_deed")
    score = scores()["C03"]
    assert score["status"] == "scored"
    # 85 × 100 / 85, and two times beyond the quota of two at a point each; no ballot is needed
    assert (score["base"], score["bonus"], score["annual"]) == ("100.00", "2.00", "102.00")
    assert (score["appraisal"], score["grade"]) == (None, "excellent")
    waived = line(score, "good_deed")
    assert (waived["waived"], waived["earned"], waived["excess"]) == (True, "0.00", "0.00")


def test_case_4_from_10_july(book):
    book.admit("C04", "non_public.member", start=date(YEAR, 7, 10))
    score = scores()["C04"]
    assert score["months"] == 6
    # ceil(6 × 6 / 12), ceil(2 × 6 / 12), ceil(1 × 6 / 12), ceil(12 × 6 / 12)
    quotas = {one["indicator"]: one["quota"] for one in score["lines"] if one["quota"] is not None}
    assert quotas == {"org_life": 3, "volunteer": 1, "essay": 1, "dues": 6}


def test_case_5_a_single_good_vote(book):
    book.admit("C05", "community.student")
    book.times("C05", "org_life", days("1-20", 5))
    book.times("C05", "volunteer", days("3-05", 2))
    book.entry("C05", "essay", date(YEAR, 6, 6))
    book.dues("C05", range(1, 13))
    book.votes("C05", 0, 1, 0, 0)
    score = scores()["C05"]
    # 0.8 × 100 + 0.2 × 80
    assert (score["daily"], score["appraisal"], score["annual"]) == ("100.00", "80.00", "96.00")


def test_case_5_just_below_excellent(book):
    book.admit("C05", "community.member")
    book.times("C05", "org_life", days("1-20", 6))
    book.times("C05", "volunteer", days("3-05", 3))
    book.dues("C05", range(1, 13))
    book.judge("C05", "org_task", "89.8")
    book.votes("C05", 9, 0, 0, 0)
    score = scores()["C05"]
    # 40 + 30 + 0 + 8 + 5 × 0.898 + 5 = 87.49; 0.8 × 87.49 = 69.992; 69.992 + 20 = 89.992
    judged = line(score, "org_task")
    assert (judged["done"], judged["earned"], judged["presumed"]) == (89.8, "4.49", False)
    assert (score["daily"], score["annual"], score["grade"]) == ("87.49", "89.99", "good")


def test_case_6_a_pairing_that_lasts_and_dues_entered_twice(book):
    book.admit("C06", "organ.member")
    book.entry("C06", "pair_household", date(2024, 4, 1), title="3栋204室")
    book.dues("C06", [1, 2, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    assert counts(scores()["C06"], "pair_household", "dues") == {"pair_household": (1, 1), "dues": (11, 12)}
    for year in (2024, 2026):
        assert line(scores(year=year)["C06"], "pair_household")["done"] == 1
    assert line(scores(year=2023)["C06"], "pair_household")["done"] == 0


def test_case_7_transfer_with_another_role(book):
    book.admit("C07", "community.member", "DT0101")
    book.transfer("C07", "DT0102", "organ.member", date(YEAR, 7, 1))
    book.times("C07", "org_life", [date(YEAR, 3, 3), date(YEAR, 8, 8)])
    score = scores()["C07"]
    assert (score["org"], score["role"], score["months"]) == ("DT0102", "organ.member", 12)
    assert counts(score, "org_life") == {"org_life": (2, 12)}
    before = scores("--as-of", "2025-06-30")["C07"]
    assert (before["org"], before["role"], before["months"]) == ("DT0101", "community.member", 12)


def test_case_7_leave(book):
    book.admit("C07", "community.member")
    book.leave("C07", date(YEAR, 3, 3), date(YEAR, 6, 20))
    book.entry("C07", "org_life", date(YEAR, 4, 8))
    score = scores()["C07"]
    # the 15ths of March to June fall into it; ceil(6 × 8 / 12) = 4; what was done meanwhile counts
    assert score["months"] == 8
    assert counts(score, "org_life") == {"org_life": (1, 4)}


def test_case_8_excess_over_a_reduced_quota(book):
    book.admit("C08", "community.member", start=date(YEAR, 7, 1))
    book.times("C08", "volunteer", days("8-05", 4))
    volunteer = line(scores()["C08"], "volunteer")
    # ceil(3 × 6 / 12) = 2: four times earns the 30 points and 2 × 1 beyond
    assert (volunteer["quota"], volunteer["earned"], volunteer["excess"]) == (2, "30.00", "2.00")


def test_case_8_no_longer_elderly(book):
    book.admit("C08", "elderly.member")
    book.transfer("C08", "DT0102", "community.member", date(YEAR, 6, 1))
    book.times("C08", "org_life", [date(YEAR, 5, 31), date(YEAR, 6, 1)])
    score = scores()["C08"]
    # June to December; what is dated before 1 June earns nothing; ceil(6 × 7 / 12) = 4
    assert score["months"] == 7
    assert counts(score, "org_life") == {"org_life": (1, 4)}


def test_case_9_equal_rows_add_up(book):
    book.admit("C09", "organ.member")
    book.entry("C09", "visit_people", date(YEAR, 3, 5), 3)
    book.entry("C09", "visit_people", date(YEAR, 3, 5), 3)
    assert counts(scores()["C09"], "visit_people") == {"visit_people": (6, 100)}


# --- statuses -------------------------------------------------------------------------------------


NOTHING: dict = dict.fromkeys(["base", "bonus", "daily", "appraisal", "annual", "grade", "rank"]) | {
    "lines": []
}


def test_every_status(book):
    book.admit("S1", "community.member")
    book.admit("S2", "community.member")
    book.admit("S3", "community.member", start=date(YEAR, 12, 16))
    book.admit("S4", "elderly.member")
    book.admit("S5", "elderly.member", start=date(YEAR, 12, 16))
    book.admit("S6", "in_service.member")
    book.admit("S7", "community.member")
    book.leave("S7", date(YEAR - 1, 11, 1), None)
    book.votes("S1", 1, 0, 0, 0)
    for number in ("S3", "S4", "S6", "S7"):  # not on the ballot: the tally is ignored
        book.votes(number, 5, 0, 0, 0)
    found = scores("--org", "DT0102")
    assert {number: (one["status"], one["months"]) for number, one in found.items()} == {
        "S1": ("scored", 12),
        "S2": ("not_appraised", 12),
        "S3": ("no_months", 0),
        "S4": ("exempt", 0),
        "S5": ("exempt", 0),
        "S6": ("scored", 12),
        "S7": ("no_months", 0),
    }
    for number in ("S3", "S4", "S5", "S7"):
        assert found[number].items() >= NOTHING.items()
    # judged standards presumed met: 5 + 5; without a ballot there are figures, but no annual ones
    assert found["S2"].items() >= {"daily": "10.00", "appraisal": None, "annual": None, "grade": None,
                                   "rank": None}.items()  # fmt: skip
    assert len(found["S2"]["lines"]) == 6
    # nothing done in service: nothing presumed either
    assert found["S6"].items() >= {"daily": "0.00", "annual": "0.00", "grade": "fail", "rank": 1}.items()


def test_blank_ballots_alone_are_no_appraisal(book):
    book.admit("S1", "community.member")
    book.votes("S1", 0, 0, 0, 0)
    score = scores()["S1"]
    assert (score["status"], score["appraisal"]) == ("not_appraised", None)


def test_before_the_year_ends_nobody_has_an_annual_score(book):
    book.admit("S1", "community.member")
    book.admit("S2", "community.member")
    book.admit("S3", "community.member", start=date(YEAR, 7, 20))
    book.votes("S1", 9, 0, 0, 0)
    book.times("S2", "org_life", days("5-10", 3))  # May, June, July
    found = scores("--as-of", "2025-06-30", "--org", "DT0102")
    assert list(found) == ["S1", "S2"]  # S3 comes later
    assert found["S1"].items() >= {"status": "scored", "appraisal": None, "annual": None, "grade": None,
                                   "rank": 2, "months": 12}.items()  # fmt: skip
    # two of six so far: 40 × 2 / 6 = 13.33, and 10 presumed
    assert (found["S2"]["daily"], found["S2"]["rank"]) == ("23.33", 1)


def test_bonus_is_what_lies_beyond_quotas_awards_and_contributions_up_to_the_cap(book):
    book.admit("S1", "community.member")
    book.award("S1", "district", date(YEAR, 4, 1))
    book.contribution("S1", "2.5", date(YEAR, 8, 1))
    assert scores()["S1"]["bonus"] == "6.50"  # 4 and 2.5
    assert scores("--as-of", "2025-07-31")["S1"]["bonus"] == "4.00"
    book.award("S1", "national", date(YEAR, 9, 1))
    book.award("S1", "provincial", date(YEAR, 9, 2))
    assert scores()["S1"]["bonus"] == "20.00"  # 24.5 without the cap


# --- ranks and parts of the tree ------------------------------------------------------------------


@pytest.fixture
def ranked(book):
    """Four members of DT0101, of whom one is in its group, and two of them in another category."""
    for number, code, role, votes in (
        ("R1", "DT0101", "community.member", (5, 0, 0, 0)),
        ("R2", "DT010101", "community.member", (0, 5, 0, 0)),
        ("R3", "DT0101", "community.student", (5, 0, 0, 0)),
        ("R4", "DT0101", "organ.member", (0, 0, 0, 5)),
        ("R5", "DT0102", "community.member", (5, 0, 0, 0)),
        ("R6", "DT01", "community.secretary", (5, 0, 0, 0)),
    ):
        book.admit(number, role, code)
        book.votes(number, *votes)
    return book


def test_ranks_are_those_of_branch_and_category_and_ties_share_one(ranked):
    found = scores("--org", "DT01")
    # 10 points presumed for R1, R2, R3: 8 + 20 = 28, 8 + 16 = 24, 28; R4: 16 × 0.8 + 8; R6: 16 × 0.8 + 20
    assert {number: (one["annual"], one["rank"]) for number, one in found.items() if one["rank"]} == {
        "R1": ("28.00", 1),
        "R3": ("28.00", 1),
        "R2": ("24.00", 3),
        "R4": ("20.80", 1),
        "R5": ("28.00", 1),
        "R6": ("32.80", 1),
    }


def test_a_group_alone_keeps_the_ranks_of_its_branch(ranked):
    found = scores("--org", "DT010101")
    assert {number: one["rank"] for number, one in found.items()} == {"M004": None, "R2": 3}


def test_an_organisation_comes_with_all_below_it(ranked):
    assert set(scores("--org", "DT0102")) == {"R5"}
    assert set(scores("--org", "DT0101")) == {"M001", "M002", "M003", "M004", "R1", "R2", "R3", "R4"}
    assert set(scores()) == set(scores("--org", "DT")) | {"M201"}


# --- tables and refusals --------------------------------------------------------------------------


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("score", *arguments, stdout=out)
    return out.getvalue()


def test_the_table_names_each_unit_and_aligns_chinese(ranked):
    lines = printed("2025", "--org", "DT01").splitlines()
    assert [text for text in lines if text.endswith((" DT01", " DT0101", " DT0102"))] == [
        "东塘社区党总支 DT01",
        "东塘第一党支部 DT0101",
        "东塘第二党支部 DT0102",
    ]
    members = [text for text in lines if text.startswith(("M00", "R1", "R3"))]
    # the code of the organisation begins in the same column: a Chinese character takes two
    starts = {len(text[: text.index("DT01")].encode("gbk")) for text in members}
    assert len(starts) == 1


def test_csv_has_a_line_for_each_member(ranked):
    rows = list(csv.reader(StringIO(printed("2025", "--format", "csv", "--org", "DT0101"))))
    assert [row[0] for row in rows[1:]] == ["M001", "M002", "M003", "M004", "R1", "R2", "R3", "R4"]
    assert len({len(row) for row in rows}) == 1
    assert {"28.00", "R1"} <= set(rows[5])


def test_csv_holds_no_formula(book):
    book.cast.admit("F1", "=1+1", "DT0102")
    assert "'=1+1" in printed("2025", "--format", "csv", "--org", "DT0102")


@pytest.mark.parametrize(
    "arguments",
    [
        ["abc"],
        ["20255"],
        ["1999"],
        ["2025", "--as-of", "2025-02-30"],
        ["2025", "--as-of", "30.6.2025"],
        ["2025", "--as-of", "2026-01-01"],
        ["2025", "--org", "NONE"],
        ["2014"],  # the scheme of 2015 was not in force
    ],
)
@pytest.mark.parametrize("shape", ["table", "json"])
def test_a_refusal_is_one_sentence_and_no_output(cast, arguments, shape):
    cast.admit("O1", "老党员", "DT0102", start=date(2010, 1, 1))
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("score", *arguments, "--format", shape, stdout=out, stderr=err)
    assert ended.value.code == 1
    assert out.getvalue() == ""
    assert len(err.getvalue().splitlines()) == 1


def test_a_part_of_the_tree_without_members_is_refused(cast):
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("score", "2025", "--org", "DT0102", stderr=err)
    assert "东塘第二党支部" in err.getvalue()


def test_nobody_is_an_empty_list_to_a_machine(cast):
    assert scores("--org", "DT0102") == {}


def test_json_is_one_list(cast):
    assert len(json.loads(printed("2025", "--format", "json"))) == 7
