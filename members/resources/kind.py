"""A kind of sheet that can be imported: preview without writing, then one service that writes it all."""

from __future__ import annotations

from typing import Any

from members.models import ImportBatch
from members.resources.base import Preview, Sheet, SheetRow, Verb
from members.resources.workbook import Workbook
from members.services import log
from members.services.by import By
from members.services.importing import Source


class Kind(Sheet):
    """The base of all kinds; a kind fills in `examine` and `write`."""

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

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        """Compare the rows with what is stored; note changes, problems, notices and the plan."""
        raise NotImplementedError

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        """Hand the plan to its service."""
        raise NotImplementedError
