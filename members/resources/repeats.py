"""Rows of one file that mean the same record: one is taken, a different second one refused."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext as _

from members.resources.base import Preview, SheetRow


class Repeats:
    """The records that rows of the file have named so far, with the cells they set."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._seen: dict[Hashable, tuple[int, list[Any]]] = {}

    def check(self, key: Hashable, row: SheetRow, preview: Preview, column: str = "number") -> bool:
        """Say whether a row before this one named the record; if with other cells, note a problem."""
        cells = [row.values[name] for name in self._columns]
        first, said = self._seen.setdefault(key, (row.number, cells))
        if first == row.number:
            return False
        if said != cells:
            preview.problem(
                row.number,
                column,
                _("says something else of the same record than row %(row)s") % {"row": first},
            )
        return True
