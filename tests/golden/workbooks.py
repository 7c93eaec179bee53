"""Rows as .xlsx files, as different people write them: columns in any order, dates and numbers as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = {
    "organisations": "组织编码 名称 类型 上级编码",
    "members": "党员编号 姓名 组织编码 类别 角色 出生日期 入党日期 党员身份 起始日期 截止日期",
    "leaves": "党员编号 姓名 起始日期 截止日期 事由",
    "entries": "记录号 党员编号 组织编码 姓名 考核项目 日期 截止日期 数量 活动名称 按时足额 备注",
    "judged": "党员编号 姓名 年度 考核项目 完成比例 说明",
    "bonus": "记录号 党员编号 姓名 日期 类型 级别 分值 事由",
    "waivers": "党员编号 姓名 年度 考核项目 事由",
    "tallies": "年度 党员编号 姓名 优秀 良好 合格 差 空白 无效",
}
TRADITIONAL = {
    "组织编码": "組織編碼",
    "名称": "名稱",
    "类型": "類型",
    "上级编码": "上級編碼",
    "党员编号": "黨員編號",
    "类别": "類別",
    "党员身份": "黨員身份",
    "记录号": "記錄號",
    "考核项目": "考核項目",
    "截止日期": "截止日期",
    "数量": "數量",
    "活动名称": "活動名稱",
    "按时足额": "按時足額",
    "备注": "備註",
    "完成比例": "完成比例",
    "说明": "說明",
    "级别": "級別",
    "优秀": "優秀",
    "无效": "無效",
    "合格": "一般",  # what the plan calls it in its list (I3)
}
NAMED = {"类型", "类别", "角色", "考核项目", "级别", "按时足额"}
"""Columns whose words mean the same in either script, width and spacing."""
OTHER_SCRIPT = str.maketrans(
    "党组织参务训结对难户众联访区进动愿领习体会时额缴纳费岗为办实与过题内职业个级国奖献贡机关员两属书记长学层导岁欧阳陈赵",
    "黨組織參務訓結對難戶眾聯訪區進動願領習體會時額繳納費崗為辦實與過題內職業個級國獎獻貢機關員兩屬書記長學層導歲歐陽陳趙",
)


def write(path: Path, kind: str, rows: list[dict[str, Any]], dice: Random) -> None:
    """One file of rows; what stands in it is the same however the dice fall."""
    columns = COLUMNS[kind].split()
    used = {column for row in rows for column in row}
    columns = [column for column in columns if column in used or dice.random() < 0.5]
    if dice.random() < 0.5:
        dice.shuffle(columns)
    traditional = dice.random() < 0.3
    header = [header_of(column, traditional, dice) for column in columns]
    if dice.random() < 0.2:
        header.append("序号")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(header)
    at = 1
    for number, row in enumerate(rows, start=1):
        at += 1 + (dice.random() < 0.03)  # an empty row now and then is nothing
        for place, column in enumerate(columns, start=1):
            cell = sheet.cell(at, place)
            cell.value = value_of(column, row.get(column), dice)
            if column in NAMED or (column == "姓名" and kind != "members"):
                cell.value = in_another_hand(row.get(column), dice)
            if column == "完成比例" and dice.random() < 0.5:
                cell.value, cell.number_format = float(row[column]) / 100, "0.0%"
        if header[-1] == "序号":
            sheet.cell(at, len(header)).value = number
    book.save(path)


def header_of(column: str, traditional: bool, dice: Random) -> str:
    name = TRADITIONAL.get(column, column) if traditional else column
    return f"{name[:1]} {name[1:]}　" if dice.random() < 0.1 else name


def value_of(column: str, value: Any, dice: Random) -> Any:
    """A cell's value as a date or as text, as a number or as text."""
    if isinstance(value, date):
        plain = f"{value.year}/{value.month}/{value.day}", f"{value.year}年{value.month}月{value.day}日"
        return dice.choice((value, value, value.isoformat(), *plain))
    if isinstance(value, int):
        return dice.choice((value, value, str(value)))
    if isinstance(value, str) and column == "党员编号" and value.isdigit() and value[0] != "0":
        return dice.choice((value, int(value)))
    if isinstance(value, str) and column in {"完成比例", "分值"}:
        return dice.choice((value, float(value), f"{value}%" if column == "完成比例" else value))
    return value


def in_another_hand(word: str | None, dice: Random) -> str | None:
    """The word as it is, in Traditional script, with full-width brackets, or with a blank in it."""
    if word is None or dice.random() < 0.7:
        return word
    hands = (
        word.translate(OTHER_SCRIPT),
        word.replace("(", "（").replace(")", "）"),
        f"{word[:1]} {word[1:]} ",
    )
    return dice.choice(hands)
