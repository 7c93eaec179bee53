"""Believable documents, made without a database: a branch with members of three categories."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import cycle, islice
from typing import Any

from reports import columns
from reports.print import documents, standing, yearly
from reports.print.charts import Bar, level, upright
from reports.tables import Column, Fulfilment, Table

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("建国", "丽华", "志强", "敏", "秀英", "海燕", "俊", "晓明", "玉兰", "文博", "思雨", "国庆")
RARE = ("陈喆", "刘堃", "张赟", "李燊", "王𬱖", "周㛃")

ORIGIN = documents.Origin(
    scheme="《党员积分制管理实施方案》（dongtang-2015）",
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    log_head="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
)
SIGNATURE = documents.Signature(name="中共东塘社区第一支部委员会", date="2026年7月3日")
PUBLICITY = documents.Publicity(first="2026年7月3日", last="2026年7月9日", days=5)
PHONES = (documents.Phone(owner="党支部", number="0731-8512 0001"), documents.Phone(owner="街道工委"))
BASIS = "《党员积分制管理实施方案》第四部分第2项"
CATEGORIES = (
    ("机关党员", ("领导班子成员党员", "中层干部党员", "普通党员")),
    ("社区党员", ("社区党（总）支部书记", "社区下属支部成员及党小组长", "普通党员", "学生党员")),
    ("在职党员", ("在职党员",)),
)
INDICATORS = (
    ("org_life", "参加党的组织生活", 12),
    ("training", "参加党建、业务培训", 3),
    ("pair_household", "结对困难家庭", 1),
    ("pair_backbone", "结对群众骨干家庭", 1),
    ("visit_people", "联系走访普通群众（职工）", 100),
    ("community_activity", "参加在职党员进社区活动", 2),
    ("volunteer", "参加志愿服务活动", 4),
    ("essay", "撰写党员学习心得体会", 2),
    ("dues", "及时足额缴纳党费", 12),
    ("org_task", "完成党组织交办的其它工作", None),
    ("duty", "按要求完成本职岗位工作", None),
    ("conduct", "道德品行（社会公德、职业道德、家庭美德）", None),
)

UNSCORED = Table(
    columns.UNSCORED,
    [{"number": 1, "name": "何桂芝", "role": "65岁以上年老多病、行动不便党员", "reason": "不参加积分"}],
)


def names(count: int) -> list[str]:
    """So many names, the rare characters among the first."""
    made = (SURNAMES[place % len(SURNAMES)] + given for place, given in enumerate(cycle(GIVEN)))
    return [*RARE, *islice(made, max(count - len(RARE), 0))][:count]


def people(count: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories with their members as (name, role), `count` in all, the first category the largest."""
    everybody = names(count)
    cuts = (0, (count + 1) // 2, (count + 1) // 2 + count // 3, count)
    return [
        (title, list(zip(everybody[start:end], cycle(roles), strict=False)))
        for (title, roles), start, end in zip(CATEGORIES, cuts, cuts[1:], strict=False)
        if end > start
    ]


def categories(
    count: int, layout: Sequence[Column], figures: Callable[[int, int], dict[str, Any]]
) -> list[documents.Category]:
    """The tables of so many members; `figures` are those of a place, of so many in its category."""
    return [
        documents.Category(
            title=title,
            members=len(members),
            table=Table(
                layout,
                [
                    {"number": place, "name": name, "role": role, **figures(place, len(members))}
                    for place, (name, role) in enumerate(members, start=1)
                ],
            ),
        )
        for title, members in people(count)
    ]


def half_year_notice(count: int, **changes: object) -> documents.Notice:
    """A half-year notice of so many members."""
    fields: dict[str, object] = {
        "organisation": "东塘社区第一党支部",
        "period": "2026年上半年",
        "basis": BASIS,
        "first_day": "2026年1月1日",
        "last_day": "2026年6月30日",
        "categories": categories(
            count,
            columns.NOTICE,
            lambda place, _last: {
                "base": 8347 - 61 * (place % 90),
                "bonus": 250,
                "points": 8597 - 61 * (place % 90),
                "rank": place,
            },
        ),
        "adjustments": ("社区党员·普通党员：参加志愿服务活动由3次调为4次（党员大会2026年1月8日决议）。",),
        "publicity": PUBLICITY,
        "phones": PHONES,
        "signature": SIGNATURE,
        "origin": ORIGIN,
    }
    return documents.Notice(**{**fields, **changes})  # type: ignore[arg-type]


def annual_notice(count: int) -> documents.AnnualNotice:
    """An annual notice of so many members, the third of each category with the grade alone."""
    return documents.AnnualNotice(
        organisation="东塘社区第一党支部",
        period="2026年度",
        basis="《党员积分制管理实施方案》第四部分第3项",
        categories=categories(
            count,
            columns.ANNUAL_NOTICE,
            lambda place, _last: {
                "annual": None if place == 3 else 9773 - 61 * (place % 90),
                "grade": "优秀" if place < 10 else "良好",
                "rank": None if place == 3 else place,
            },
        ),
        grade_alone=True,
        publicity=PUBLICITY,
        phones=PHONES,
        signature=SIGNATURE,
        origin=ORIGIN,
    )


GRADES = (("党员", 40), ("优秀", 9), ("良好", 20), ("合格", 8), ("不合格", 2), ("无等次", 1))


def approval_form(count: int, **changes: object) -> yearly.ApprovalForm:
    """The approval form of so many members, the last of each category not appraised."""
    fields: dict[str, object] = {
        "organisation": "东塘社区第一党支部",
        "period": "2025年度",
        "addressee": "中共东塘街道工作委员会",
        "basis": BASIS,
        "frozen_on": "2026年1月5日",
        "facts": [documents.Fact(label=label, text=str(number)) for label, number in GRADES],
        "categories": categories(
            count,
            columns.APPROVAL,
            lambda place, last: {
                "daily": 9773 - 61 * (place % 90),
                "appraisal": None if place == last else 9000,
                "annual": None if place == last else 9618 - 49 * (place % 90),
                "grade": "未测评" if place == last else "不合格",
                "rank": None if place == last else place,
            },
        ),
        "ungraded": UNSCORED,
        "posted": yearly.Posted(
            first="2026年1月6日", last="2026年1月12日", place="社区党务公开栏", objections=0
        ),
        "opinions": ("东塘社区第一党支部", "东塘街道工委"),
        "origin": ORIGIN,
    }
    return yearly.ApprovalForm(**{**fields, **changes})  # type: ignore[arg-type]


def review_summary(count: int) -> yearly.ReviewSummary:
    """A committee's summary over so many branches; the eighth has not submitted."""
    layout = columns.review([title for title, _number in GRADES])
    rows: list[dict[str, object]] = [
        {
            "number": place,
            "organisation": f"东塘社区第{place}党支部",
            "state": "未上报" if place == 8 else "已审定",
            "submitted": None if place == 8 else date(2026, 10, 12),
            "until": None if place == 8 else date(2026, 12, 19),
            "objections": 0,
            **{f"count{at}": number for at, (_title, number) in enumerate(GRADES)},
        }
        for place in range(1, count + 1)
    ]
    totals = {f"count{at}": number * count for at, (_title, number) in enumerate(GRADES)}
    rows.append({"organisation": "合计", "objections": 0, **totals})
    return yearly.ReviewSummary(
        organisation="中共东塘街道工作委员会",
        period="2025年度",
        made_on="2026年2月3日",
        facts=[documents.Fact(label=label, text=str(number)) for label, number in GRADES],
        table=Table(layout, rows),
    )


def award_list(count: int) -> yearly.AwardList:
    """Who may be put forward of so many members: half of them, a few for the committee to decide."""
    rows: list[dict[str, object]] = [
        {
            "number": place,
            "name": name,
            "organisation": "东塘社区第一党支部第二党小组",
            "grade": "优秀" if place % 2 else "良好",
            "annual": None if place == 3 else 9500 - place,
            "reason": "非优秀、良好等次",
        }
        for place, name in enumerate(names(count), start=1)
    ]
    half = (count + 1) // 2
    parts: tuple[tuple[str, list[dict[str, object]], tuple[Column, ...]], ...] = (
        ("可以参加", rows[:half], columns.ELIGIBLE),
        ("不可参加", rows[half:], columns.NOT_ELIGIBLE),
        ("由街道工委决定", [], columns.NOT_ELIGIBLE),
    )
    return yearly.AwardList(
        organisation="东塘社区第一党支部",
        year=2026,
        before=2025,
        made_on="2026年2月3日",
        parts=[
            yearly.Names(title=title, members=len(found), table=Table(layout, found))
            for title, found, layout in parts
        ],
    )


def praise_list(count: int) -> standing.PraiseList:
    """A list of praise of so many members."""
    return standing.PraiseList(
        organisation="东塘社区第一党支部",
        period="2026年上半年",
        last_day="2026年6月30日",
        made_on="2026年7月3日",
        categories=categories(count, columns.PRAISE, lambda _place, _last: {"points": 8597, "rank": 1}),
    )


def reminders(count: int) -> standing.Reminders:
    """So many slips, by turns with one indicator and with all that have a quota."""
    asked = [(name, quota) for _code, name, quota in INDICATORS if quota is not None]
    return standing.Reminders(
        organisation="东塘社区第一党支部",
        period="2026年上半年",
        day="2026年6月30日",
        until="2026年12月31日",
        made_on="2026年7月3日",
        slips=[
            standing.Slip(
                name=name,
                points="31.67",
                table=Table(
                    columns.MISSING,
                    [
                        {"indicator": indicator, "done": Fulfilment(0, quota), "missing": f"{quota}次"}
                        for indicator, quota in asked[: (1, 4, len(asked))[place % 3]]
                    ],
                ),
            )
            for place, name in enumerate(names(count))
        ],
    )


def quarterly_summary(count: int) -> documents.Summary:
    """A quarterly summary of so many members, with charts."""
    return documents.Summary(
        organisation="东塘社区第一党支部",
        period="2026年第二季度",
        last_day="2026年6月30日",
        made_on="2026年7月2日",
        facts=[
            documents.Fact(label="参加积分", text=f"{count}人"),
            documents.Fact(label="平均积分", text="52.18", change="较上季 +24.05"),
            documents.Fact(label="最高积分", text="86.50", change="较上季 +31.00"),
            documents.Fact(label="最低积分", text="31.67", change="较上季 +12.00"),
            documents.Fact(label="平均进度", text="0.93", change="较上季 −0.04"),
        ],
        charts=[
            [
                upright(
                    "积分分布（人数）",
                    _bars(("40以下", 3), ("40–50", 9), ("50–60", 14), ("60–70", 10), ("70以上", 4)),
                ),
                upright(
                    "进度分布（人数）",
                    _bars(("0.50以下", 2), ("0.50–0.80", 8), ("0.80–1.00", 12), ("1.00以上", 18)),
                ),
            ],
            [
                level(
                    "各项指标完成情况",
                    [
                        Bar(name, 300 + 61 * place, f"{30 + 6 * place}%", weak=place < 4)
                        for place, (_, name, _) in enumerate(INDICATORS)
                    ],
                    whole=1000,
                    mark=500,
                    note="虚线为按已过月份应达到的比例，深色为滞后指标。",
                ),
            ],
        ],
        standings=[
            documents.Standing(
                category=title, ahead=[members[0][0]], behind=[name for name, _ in members[-2:-1]]
            )
            for title, members in people(count)
        ],
        lagging=("联系走访普通群众（职工）：完成42%，应达50%。", "撰写党员学习心得体会：完成31%，应达50%。"),
        categories=[
            documents.Category(
                title=title,
                members=len(members),
                table=_summary_table(members, INDICATORS[: 12 if title == "机关党员" else 5]),
            )
            for title, members in people(count)
        ],
        unscored=UNSCORED,
        adjustments=(),
        presumed=True,
        origin=ORIGIN,
    )


def _bars(*values: tuple[str, int]) -> list[Bar]:
    return [Bar(label, value, str(value)) for label, value in values]


def _summary_table(
    members: list[tuple[str, str]], indicators: tuple[tuple[str, str, int | None], ...]
) -> Table:
    rows = [_summary_row(place, name, role) for place, (name, role) in enumerate(members, start=1)]
    return Table(columns.summary([(code, name) for code, name, _ in indicators], rows), rows)


def _summary_row(place: int, name: str, role: str) -> dict[str, object]:
    fulfilments = {
        code: Fulfilment(done=1000, presumed=place % 2 == 0)
        if quota is None
        else Fulfilment(quota * 5 // 8, quota)
        for code, _, quota in INDICATORS
        if code != "training" or place % 3
    }
    return {
        "number": place,
        "name": name,
        "role": role,
        "base": 5218,
        "bonus": 100,
        "points": 5318,
        "change": 2405,
        "pace": 93,
        "rank": place,
        **fulfilments,
    }
