"""Believable documents that are handed out, signed or filled in by hand, made without a database."""

from reports import columns
from reports.print import ballots, documents, handed
from reports.tables import Fulfilment, Table
from tests.reports.samples import INDICATORS, ORIGIN, categories, names

ORGANISATION = "东塘社区第一党支部"
ASPECTS = ("理想信念", "宗旨意识", "组织观念", "遵纪守法", "履职尽责")
MARKS = ("优秀", "良好", "合格", "差")


def card(name: str = "陈喆", role: str = "领导班子成员党员") -> documents.Card:
    """The card of whoever is asked for most."""
    return documents.Card(
        organisation=ORGANISATION,
        period="2026年上半年",
        made_on="2026年7月3日",
        name=name,
        number="DT-00289",
        role=role,
        facts=[
            documents.Fact(label=label, text=text)
            for label, text in (("基本分", "82.14"), ("加分", "0.50"), ("积分", "82.64"), ("名次", "1"))
        ],
        table=Table(
            columns.CARD,
            [
                {
                    "indicator": wording,
                    "done": Fulfilment(1000 if quota is None else quota, quota, presumed=quota is None),
                    "possible": 800,
                    "earned": 800,
                    "bonus": None,
                }
                for _code, wording, quota in INDICATORS
            ],
        ),
        adjustments=("社区党员·普通党员：参加志愿服务活动由3次调为4次（党员大会2026年1月8日决议）。",),
        presumed=True,
        origin=ORIGIN,
    )


def card_sheet(count: int) -> handed.CardSheet:
    """The cards of so many members."""
    cards = [card(name) for name in names(count)]
    return handed.CardSheet(organisation=ORGANISATION, period="2026年上半年", cards=cards)


def confirmation(count: int) -> handed.ConfirmationSheet:
    """The sheet to confirm of so many members."""
    return handed.ConfirmationSheet(
        organisation=ORGANISATION,
        period="2026年上半年",
        last_day="2026年6月30日",
        made_on="2026年7月3日",
        categories=categories(
            count, columns.CONFIRMATION, lambda _place, _last: {"base": 8347, "bonus": 250, "points": 8597}
        ),
        by_strokes=True,
        origin=ORIGIN,
    )


def registers(count: int) -> handed.BlankForms:
    """Registers of so many members, twenty to a page."""
    made = names(count)
    pages = [made[start : start + 20] for start in range(0, len(made), 20)]
    layouts = (
        ("活动考勤登记表", columns.attendance([("参加党的组织生活", 4), ("参加志愿服务活动", 2)])),
        ("撰写党员学习心得体会登记表", columns.occasions("篇")),
        ("结对与认领岗位登记表", columns.lasting(["结对困难家庭", "结对群众骨干家庭"])),
        ("及时足额缴纳党费登记表", columns.months()),
    )
    return handed.BlankForms(
        organisation=ORGANISATION,
        period="2026年度",
        forms=[
            handed.BlankForm(
                title=title,
                tables=[
                    Table(
                        layout,
                        [
                            {"number": 20 * page + at + 1, "name": page_of[at] if at < len(page_of) else None}
                            for at in range(20)
                        ],
                    )
                    for page, page_of in enumerate(pages)
                ],
            )
            for title, layout in layouts
        ],
    )


def sign_in(count: int) -> documents.SignInSheet:
    """The sheet that so many sign at the door."""
    return documents.SignInSheet(
        organisation=ORGANISATION,
        title="六月主题党日",
        kind="主题党日",
        date="2026年6月5日",
        place="",
        names=names(count),
    )


def ballot_paper(count: int) -> ballots.BallotPaper:
    """A slip with so many members."""
    return ballots.BallotPaper(
        organisation=ORGANISATION, year=2026, aspects=ASPECTS, marks=MARKS, names=names(count)
    )


def tally_sheet(count: int) -> ballots.TallySheet:
    """The tellers' sheet for so many members."""
    return ballots.TallySheet(
        organisation=ORGANISATION,
        year=2026,
        date="2026年12月20日",
        place="社区会议室",
        columns=(*MARKS, "空白", "无效"),
        names=names(count),
    )
