"""The rows of the tables of what stands in the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from reports.desk.services.pieces import Piece, table_rows

register = template.Library()


@register.simple_tag
def piece_rows(pieces: Iterable[Piece], named: bool) -> SafeString:
    """`{% piece_rows pieces named %}`: the rows of a table of pieces."""
    return table_rows(pieces, named=named)
