"""What a correction says was corrected on its own paper, and the proof that is looked at before."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pdfplumber

from appraisal.models import Snapshot, Tally
from appraisal.services.tallies import save_tally
from members.models import Leave, Member
from members.services import roster
from reports.models import Notice
from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.desk.reader import browser, text_of
from tests.reports.test_notices import LAST_YEAR, changed, issued

ASKED = "/branches/DT0101/notices/?kind=notice&period=2026H1"


def paper(notice: Notice) -> str:
    return plain(bytes(notice.paper.pdf))


def plain(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return re.sub(r"\s", "", "\n".join(sheet.extract_text() for sheet in pdf.pages))


def later(cast: Cast) -> None:
    cast.now += timedelta(hours=1)


def test_the_first_notice_corrects_nothing(cast: Cast) -> None:
    assert "更正" not in paper(issued(cast))


def test_a_correction_names_the_member_and_the_figures_before_and_now(cast: Cast) -> None:
    first = issued(cast)
    before = paper(first)
    changed(cast)
    later(cast)
    second = issued(cast)
    # One meeting of 6 is 6.67 of 40 points; all three had the 10 that are presumed, and the first rank.
    told = "更正内容：李芳：基本分由10.00更正为16.67、积分由10.00更正为16.67。"
    assert second.replaces == first
    assert told in paper(second)
    # The ranks of the others follow from that, and are not told apart.
    assert paper(second).count("更正为") == 2
    assert paper(first) == before


def test_a_corrected_name_is_told(cast: Cast) -> None:
    issued(cast)
    member = Member.objects.get(number="M002")
    member.name = "李芬"
    roster.correct_member(by=cast.operator, member=member)
    later(cast)
    assert "更正内容：李芬：姓名由李芳更正为李芬。" in paper(issued(cast))


def test_who_is_added_or_taken_off_is_said(cast: Cast) -> None:
    issued(cast)
    cast.admit("M050", "孙新来", "DT0101", "community.member", date(2026, 3, 1))
    roster.transfer(
        by=cast.operator, member=cast.members["M002"], organisation=cast.organisations["DT0201"],
        role=cast.roles["community.member"], start=date(2026, 6, 1),
    )  # fmt: skip
    later(cast)
    told = paper(issued(cast))
    assert "更正内容：孙新来：新增；李芳：不再列入。" in told


def test_of_many_it_says_how_many(cast: Cast) -> None:
    added = [f"M0{number}" for number in range(50, 60)]
    for number in added:
        cast.admit(number, f"孙{number}", "DT0101", "community.member")
    issued(cast)
    for number in (*added, "M002"):
        Ledger(cast).entry(number, "org_life", date(2026, 2, 2))
    later(cast)
    told = paper(issued(cast))
    assert "更正内容：11名党员的有关数据。" in told
    assert "更正为" not in told


def counted(cast: Cast, number: str, *votes: int) -> None:
    found = Tally.objects.filter(member=cast.members[number], year=YEAR).first()
    tally = found or Tally(member=cast.members[number], year=YEAR)
    tally.excellent, tally.good, tally.passed, tally.poor = votes
    save_tally(by=cast.operator, tally=tally)


def test_an_annual_correction_tells_nothing_of_whose_score_is_withheld(cast: Cast) -> None:
    counted(cast, "M001", 10, 0, 0, 0)
    counted(cast, "M004", 6, 2, 1, 1)
    issued(cast, LAST_YEAR)
    # Both do three services more, which are 30 points, 24 in the year: of M001 the grade alone is told.
    for number in ("M001", "M004"):
        Ledger(cast).entry(number, "volunteer", date(YEAR, 6, 1), 3)
    later(cast)
    told = paper(issued(cast, LAST_YEAR))
    # 8.00 + 17.20, and 32.00 + 17.20.
    assert "更正内容：赵组长：年度积分由25.20更正为49.20。" in told
    assert "张晓明：" not in told


def test_a_score_that_is_withheld_from_now_on_is_not_printed_again(cast: Cast) -> None:
    counted(cast, "M004", 6, 2, 1, 1)
    assert "25.20" in paper(issued(cast, LAST_YEAR))
    counted(cast, "M004", 10, 0, 0, 0)
    later(cast)
    told = paper(issued(cast, LAST_YEAR))
    assert "更正：本通报替代" in told
    assert "25.20" not in told
    assert "28.00" not in told


# --- the proof ------------------------------------------------------------------------------------


def test_the_proof_is_the_page_as_it_would_be_issued_and_issues_nothing(cast: Cast) -> None:
    owner = browser(cast, cast.owner)
    page = owner.get(ASKED)
    assert f"{ASKED}&proof=1".replace("&", "&amp;").split("/notices/")[1] in page.content.decode()
    answer = owner.get(f"{ASKED}&proof=1")
    assert answer["Content-Type"] == "application/pdf"
    told = plain(answer.content)
    assert "不得张贴" in told
    assert all(name in told for name in ("张晓明", "李芳", "赵组长"))
    assert (Notice.objects.count(), Snapshot.objects.count()) == (0, 0)


def test_the_proof_of_a_correction_says_what_it_corrects(cast: Cast) -> None:
    first = issued(cast)
    changed(cast)
    told = plain(browser(cast, cast.owner).get(f"{ASKED}&proof=1").content)
    assert first.number in told
    assert "李芳：基本分由10.00更正为16.67" in told
    assert Notice.objects.count() == 1


def test_whoever_issues_none_sees_no_proof_and_a_period_to_come_has_none(cast: Cast) -> None:
    for user in (cast.other, cast.committee, cast.administrator):
        assert browser(cast, user).get(f"{ASKED}&proof=1").status_code in (403, 404)
    refused = browser(cast, cast.owner).get(ASKED.replace("H1", "H2") + "&proof=1")
    assert (refused.status_code, refused["Location"]) == (302, "/branches/DT0101/notices/")


def test_it_is_said_how_many_are_not_listed_and_why(cast: Cast) -> None:
    # 王桂英 is elderly; who is on leave all year has no month.
    cast.admit("M060", "周离岗", "DT0101", "community.member", date(2026, 1, 1))
    leave = Leave(member=cast.members["M060"], start=date(2026, 1, 1), end=None, reason="住院")
    roster.grant_leave(by=cast.operator, leave=leave)
    page = text_of(browser(cast, cast.owner).get(ASKED))
    assert "Not listed 2 · No month counts 1, Not scored 1" in " ".join(page.split())
