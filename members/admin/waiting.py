"""Uploads that are being worked on or wait for their confirmation, as their user finds them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from members.access import by_of
from members.enums import Phase
from members.services import staging, underway
from members.services.underway import Progress

if TYPE_CHECKING:
    from members.admin.importing import ImportPages


@dataclass(frozen=True, slots=True)
class Waiting:
    """One upload: what is said of it, where its preview is, and where it is told how far it has got.

    The name and the preview are empty while the file is being read for the first time; `link` names the
    link to the preview on its page.
    """

    name: str
    kind: str
    at: datetime
    preview: str
    link: str
    progress_url: str
    progress: Progress | None
    stalled: str

    @property
    def running(self) -> bool:
        """Whether somebody is at work on it."""
        return self.progress is not None and not self.stalled


def waiting(request: HttpRequest, pages: Iterable[ImportPages]) -> list[Waiting]:
    """The user's own uploads of the kinds whose pages these are, as far as the user imports them."""
    by = by_of(request)
    of = {page.sheet.code: page for page in pages if page.sheet is not None and page.import_url(request)}
    told = {one.key: one for one in underway.all_of(by=by) if one.kind in of}
    found = []
    for upload in staging.waiting(by=by, kinds=of):
        page, progress = of[upload.kind], told.pop(upload.key, None)
        found.append(
            Waiting(
                name=upload.file_name,
                kind=str(page.sheet.title),  # type: ignore[union-attr]
                at=upload.uploaded_at,
                preview=page.import_page("import_preview", upload.key),
                link=f"preview-{upload.key}",
                progress_url=page.import_page("import_progress", upload.key),
                progress=progress,
                stalled=stalled(progress, by.now),
            )
        )
    # What is no upload yet is being read; what is none any more has just been imported.
    reading = [one for one in told.values() if one.phase is Phase.READ]
    return [
        Waiting(
            name="",
            kind=str(of[one.kind].sheet.title),  # type: ignore[union-attr]
            at=one.at,
            preview="",
            link="",
            progress_url=of[one.kind].import_page("import_progress", one.key),
            progress=one,
            stalled=stalled(one, by.now),
        )
        for one in sorted(reading, key=lambda one: one.at)
    ] + found


def as_json(progress: Progress | None, now: datetime) -> dict[str, Any]:
    """What the browser is told of work that is under way; of an upload that just waits, that it does."""
    if progress is None:
        return {"phase": ""}
    return {
        "phase": progress.phase,
        "label": str(progress.phase.label),
        "figure": str(progress),
        "done": progress.done,
        "total": progress.total,
        "stalled": stalled(progress, now),
    }


def stalled(progress: Progress | None, now: datetime) -> str:
    """What to do where the work must have been interrupted; empty where it was not."""
    if progress is None or not progress.stalled(now):
        return ""
    if progress.phase is Phase.READ:
        return _("This has not moved for a minute and was probably interrupted. Upload the file again.")
    return _(
        "This has not moved for a minute and was probably interrupted; what was not finished was not "
        "written. Open the preview: it shows what holds now."
    )
