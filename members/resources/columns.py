"""Columns that several kinds share."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from members.models.organisation import CODE
from members.resources import cells
from members.resources.base import Column
from members.resources.workbook import Raw

_identifier = cells.identifier(32)


def code(raw: Raw) -> str:
    """Return a code or member number: letters, digits, dots and dashes."""
    value: str = _identifier(raw)
    try:
        CODE(value)
    except ValidationError as error:
        raise cells.CellError(str(error.message)) from error
    return value


def number(*, required: bool) -> Column:
    """Return the column of the member number."""
    return Column("number", "党员编号", code, required=required)


NAME = Column("name", "姓名", cells.name(60))
ORGANISATION = Column("organisation", "组织编码", code)
