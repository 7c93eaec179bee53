"""What entry pages that store many rows at once share: questions before saving, and what the log keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from members.errors import Stale
from members.models import Recorded

Place = tuple[int, int]
"""A cell of a grid: a member's key, and a month or an indicator's key."""


class Unsure(Stale):
    """Some cells were changed meanwhile, or hold more than the grid showed: they are asked about first.

    `cells` are these cells as they stand now.
    """

    def __init__(self, cells: Mapping[Place, Any]) -> None:
        super().__init__(_("Nothing is saved yet: look at the marked cells, then save again."))
        self.cells = cells


def said(rows: Iterable[Recorded]) -> dict[str, dict[str, Any]]:
    """What the log keeps of many rows of one table: by key what each says, without what it leaves empty."""
    return {
        str(row.pk): {name: value for name, value in row.as_logged().items() if value not in (None, "")}
        for row in rows
    }
