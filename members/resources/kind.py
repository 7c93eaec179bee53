"""A kind of sheet that can be imported: preview without writing, then one service that writes it all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db.models import QuerySet

from members.errors import Stale
from members.models import ImportBatch
from members.resources.base import Preview, Sheet, SheetRow, Verb
from members.resources.branch import Branch
from members.resources.columns import known_code
from members.resources.workbook import Workbook
from members.scope import Scope
from members.services import log
from members.services.by import By
from members.services.importing import Source

TRIES = 3


class Kind(Sheet):
    """The base of all kinds; a kind fills in `examine`, `write` and `stored_rows`, and may offer words."""

    @classmethod
    def take_in(
        cls,
        workbook: Workbook,
        *,
        asks: Callable[[], By],
        file_name: str,
        agreed: Callable[[Preview], bool] = lambda _preview: True,
        frame: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> tuple[Preview, bool]:
        """Preview the workbook and, where it is sound and agreed to, write it; say whether it was.

        When somebody writes in between, all of it is done anew, up to three times. `asks` says who asks and
        when, afresh for each time; `frame` is the transaction in which the import is written.
        Raises WorkbookRefused, and after the last time Stale; Refused and OutOfScope as the services do.
        """
        for attempt in range(1, TRIES + 1):
            by = asks()
            kind = cls()
            preview = kind.preview(workbook, by=by)
            if not preview.ok or not agreed(preview):
                break
            try:
                with frame():
                    kind.confirm(preview, by=by, file_name=file_name)
                    return preview, True
            except Stale:
                if attempt == TRIES:
                    raise
        return preview, False

    def preview(self, workbook: Workbook, *, by: By) -> Preview:
        """Return what an import of the workbook would do, with every row that is refused.

        `by` says whose data are seen and what day it is. Raises WorkbookRefused for missing columns.
        """
        # Read first: whatever is written while the preview looks at the data, the import will notice.
        head = log.head_hash()
        rows, preview = self.read(workbook)
        preview.head = head
        self.examine(rows, preview, by)
        preview.problems.sort(key=lambda problem: problem.row)
        return preview

    def confirm(self, preview: Preview, *, by: By, file_name: str) -> ImportBatch | None:
        """Write what was previewed, all of it or nothing; None when there is nothing to write.

        Raises Stale when anything was written since the preview, Refused and OutOfScope as the services do.
        """
        if not preview.ok:
            raise ValueError("a preview with problems cannot be confirmed")
        if preview.changes_nothing:
            return None
        counts = preview.counts
        source = Source(
            kind=self.code,
            file_name=file_name,
            sha256=preview.digest,
            rows=preview.rows_read,
            counts=(counts[Verb.NEW], counts[Verb.CHANGED]),
            head=preview.head,
        )
        return self.write(preview.plan, by=by, source=source)

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        """Return what a branch may choose from in the cells of its template, by the key of the column."""
        by_number = any(column.parse is known_code and column.key == "number" for column in self.columns)
        return {"number": branch.members()} if by_number else {}

    def filled(self, branch: Branch) -> list[dict[str, Any]]:
        """Return the rows that stand in the template of a branch from the start."""
        if not self.each_member:
            return []
        return [{"year": branch.scope.on.year, "number": member} for member in branch.members()]

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        """Compare the rows with what is stored; note changes, problems, notices and the plan."""
        raise NotImplementedError

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        """Hand the plan to its service."""
        raise NotImplementedError

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        """Yield what is recorded, in the columns of the kind: imported again, it changes nothing.

        `chosen` are the records, or the members of the roster, in the order wanted.
        """
        raise NotImplementedError
