"""Columns that several kinds share."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from members.models.organisation import CODE
from members.resources import cells, hints
from members.resources.base import Column
from members.resources.workbook import Raw

_identifier = cells.identifier(32)


DOT = "·"
"""Stands between a name and its code where a template offers both; no code has it."""


def labelled(name: str, code: str) -> str:
    """Return a name with its code as a template offers them; read again, the code counts."""
    return f"{name} {DOT} {code}"


def code(raw: Raw) -> str:
    """Return a code or member number: letters, digits, dots and dashes."""
    value: str = _identifier(raw)
    try:
        CODE(value)
    except ValidationError as error:
        raise cells.CellError(str(error.message)) from error
    return value


def known_code(raw: Raw) -> str:
    """Return the code of something that is stored, also out of “张晓明 · M001” as a template offers it."""
    return code(raw.rpartition(DOT)[2] if isinstance(raw, str) else raw)


def number(*, required: bool) -> Column:
    """Return the column of the number of a stored member."""
    holds = hints.NUMBER if required else hints.MEMBER_OR_NAME
    return Column("number", "党员编号", known_code, required=required, holds=holds, example="M001")


NAME = Column("name", "姓名", cells.name(60), holds=hints.NAME_FOR_PEOPLE, example="张晓明", spared=True)
ORGANISATION = Column("organisation", "组织编码", known_code, holds=hints.CODE, example="DT0101", spared=True)
