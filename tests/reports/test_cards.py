"""What stands on a points card: whoever holds it can add up its rows to the figures above them."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import pdfplumber

from reports.periods import Period
from reports.print.engine import PrintedPage
from reports.services.printing import PageKind, card_pdf, page_file
from tests.cast import Cast
from tests.desk.ledger import YEAR, Ledger
from tests.reports.test_printing import printed

WHOLE = Period.parse(str(YEAR))
Rows = list[list[str]]


def tables(content: bytes) -> list[Rows]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        found = [table for sheet in pdf.pages for table in sheet.extract_tables()]
    return [[[re.sub(r"\s", "", cell or "") for cell in row] for row in table] for table in found]


def card(cast: Cast, number: str, period: Period = WHOLE) -> tuple[list[str], Rows]:
    """Base, bonus and points above, and the rows below them, of one member's card."""
    page: PrintedPage = card_pdf(member=cast.members[number], period=period, by=cast.by(cast.owner))
    _who, facts, lines = tables(page.pdf)
    assert facts[0][:3] == ["基本分", "加分", "积分"]
    assert lines[0] == ["考核项目", "完成数/指标数", "应得分", "得分", "加分"]
    return facts[1][:3], lines[1:]


def added(rows: Rows, column: int) -> Decimal:
    """What a column comes to down to its total, which is left out."""
    parts = rows[: [row[0] for row in rows].index("合计")]
    return sum((Decimal(row[column]) for row in parts if row[column] != "—"), Decimal(0))


def busy(cast: Cast) -> Ledger:
    """4 of 6 meetings, 5 of 3 services, no essay of 1, all dues; three awards and a contribution."""
    book = Ledger(cast)
    book.entry("M001", "org_life", date(YEAR, 3, 1), 4)
    book.entry("M001", "volunteer", date(YEAR, 4, 1), 5)
    book.dues("M001", range(1, 13))
    book.award("M001", "subdistrict", date(YEAR, 5, 1))
    book.award("M001", "community", date(YEAR, 6, 1))
    book.award("M001", "subdistrict", date(YEAR, 9, 1))
    book.contribution("M001", "1.5", date(YEAR, 9, 2))
    return book


def test_awards_and_what_is_beyond_a_quota_add_up_to_the_figures_above(cast: Cast) -> None:
    busy(cast)
    head, rows = card(cast, "M001")
    # 26.67 + 30 + 0 + 8 + 5 + 5; 2 beyond the quota, 2 × 2 and 1 for awards, 1.5.
    assert head == ["74.67", "8.50", "83.17"]
    assert (added(rows, 2), added(rows, 3), added(rows, 4)) == (
        Decimal(100),
        Decimal("74.67"),
        Decimal("8.50"),
    )
    assert [row[4] for row in rows if row[0].startswith("参加志愿服务活动")] == ["2.00"]
    assert rows[-4:] == [
        ["得奖·街道级2.00×2", "—", "—", "—", "4.00"],
        ["得奖·社区级", "—", "—", "—", "1.00"],
        ["突出贡献", "—", "—", "—", "1.50"],
        ["合计", "—", "100.00", "74.67", "8.50"],
    ]


def test_what_came_after_the_period_is_not_on_its_card(cast: Cast) -> None:
    busy(cast).contribution("M001", "3", date(YEAR, 6, 30))
    head, rows = card(cast, "M001", Period.parse(f"{YEAR}H1"))
    # Dues of six months are 4 of 8 points; the second award and the later contribution are of September.
    assert head == ["70.67", "8.00", "78.67"]
    assert rows[-4:] == [
        ["得奖·街道级", "—", "—", "—", "2.00"],
        ["得奖·社区级", "—", "—", "—", "1.00"],
        ["突出贡献", "—", "—", "—", "3.00"],
        ["合计", "—", "100.00", "70.67", "8.00"],
    ]


def test_the_cap_is_shown_where_it_cuts(cast: Cast) -> None:
    book = Ledger(cast)
    book.entry("M002", "volunteer", date(YEAR, 4, 1), 8)
    book.award("M002", "national", date(YEAR, 5, 1))
    book.award("M002", "municipal", date(YEAR, 6, 1))
    book.contribution("M002", "1", date(YEAR, 6, 2))
    book.contribution("M002", "2.5", date(YEAR, 6, 3))
    head, rows = card(cast, "M002")
    # 5 beyond the quota, 10 + 6 for awards, 3.5: 24.5, of which 20 count. Base: 30, and 10 presumed.
    assert head == ["40.00", "20.00", "60.00"]
    assert added(rows, 4) == Decimal("24.5")
    assert rows[-3:] == [
        ["突出贡献1.00+2.50", "—", "—", "—", "3.50"],
        ["合计", "—", "100.00", "40.00", "24.50"],
        ["加分：最多20.00", "—", "—", "—", "20.00"],
    ]


def test_a_waived_indicator_is_left_out_and_the_rest_counts_as_a_hundred(cast: Cast) -> None:
    cast.admit("M901", "孙在职", "DT0101", "in_service.member")
    book = Ledger(cast)
    book.waive("M901", "good_deed")
    book.entry("M901", "volunteer", date(YEAR, 4, 1), 4)
    book.entry("M901", "community_life", date(YEAR, 5, 1))
    book.entry("M901", "pair_household", date(YEAR, 5, 1), title="刘家")
    head, rows = card(cast, "M901")
    # 30 + 15 + 20 of 85, and no post: 65 × 100 / 85 = 76.47; two services beyond the quota.
    assert head == ["76.47", "2.00", "78.47"]
    assert (added(rows, 2), added(rows, 3), added(rows, 4)) == (Decimal(85), Decimal(65), Decimal(2))
    assert rows[-2:] == [
        ["合计", "—", "85.00", "65.00", "2.00"],
        ["基本分：65.00×100÷85.00", "—", "—", "76.47", "—"],
    ]


def test_the_cards_of_a_page_have_the_same_rows(cast: Cast) -> None:
    busy(cast)
    page = printed(page_file, cast, kind=PageKind.CARDS, period=WHOLE)
    found = [table[1:] for table in tables(page.content) if table[0][-1] == "加分" and len(table[0]) == 5]
    assert len(found) == 3
    assert card(cast, "M001")[1] in found
