"""What may stand in the cells of a column, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CODE = _("Letters, digits, dots and dashes")
NUMBER = _("The member number; a template offers it with the name")
DAY = _("A date: a date cell, 2026-03-05, 2026/3/5 or 2026年3月5日")
NAME_FOR_PEOPLE = _("For people to read: the number counts")
PERSON = _("The name of the member")
TEXT = _("Text")
YEAR = _("A year, such as 2026")
ROLE = _("The name of a role, with its category where several are called so, or its code")
CATEGORY = _("The name of the role’s category")
STANDING = _("正式 or 预备")
NEW_NUMBER = _("Empty for a new member: a number is given")
LAST_DAY = _("A date; empty until further notice")
OF_STANDING = _("A date, for pairings and posts only; empty until further notice")
KIND_OF_ORGANISATION = _("街道工委, 党委, 党总支, 党支部 or 党小组")
ABOVE = _("The code of the organisation above; empty at the top")
RECORD = _(
    "The number of a stored record, which the row then corrects; or a number of your own for a new one"
)
MEMBER_OR_NAME = _("The member number; without it 组织编码 and 姓名 say who is meant")
INDICATOR = _("The name or code of an indicator")
QUANTITY = _("A whole number from 1; empty means 1")
TITLE = _("Text; of pairings and posts the household or post")
ON_TIME = _("是 or 否, for dues only; empty means 是")
PERCENTAGE = _("From 0 to 100 with at most one decimal, or a percentage cell")
KIND_OF_BONUS = _("得奖 or 突出贡献")
LEVEL = _("The name or code of a level, for 得奖 only")
POINTS = _("A number with at most one decimal, for 突出贡献 only")
VOTES = _("A whole number from 0")
