"""The rows of a table: a large one has thousands of cells, and a template takes several steps for each."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token

from members.markup import escaped

register = template.Library()


class RowsNode(template.Node):
    """The rows as elements: each has a `url`, a `first` cell that leads there, and the other `cells`."""

    def __init__(self, rows: FilterExpression) -> None:
        self.rows = rows

    def render(self, context: template.Context) -> str:
        """The elements, one after the other."""
        return "".join(map(_row, self.rows.resolve(context)))


def _row(row: Any) -> str:
    first = f'<a href="{escape(row.url)}">{escaped(row.first.text)}</a>'
    return f'<tr><th scope="row"{row.first.attributes}>{first}</th>{_cells(row.cells)}</tr>'


def _cells(row: Any) -> str:
    return "".join([f"<td{cell.attributes}>{escaped(cell.text)}</td>" for cell in row])


@register.tag
def rows(parser: Parser, token: Token) -> RowsNode:
    """`{% rows table_rows %}`: the rows of a table's body."""
    _name, given = token.split_contents()
    return RowsNode(parser.compile_filter(given))
