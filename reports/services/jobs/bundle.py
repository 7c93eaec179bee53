"""The pages of an order together: a package with a file for each organisation, and one file of them all."""

from __future__ import annotations

from collections.abc import Iterable
from shutil import copyfileobj
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from members.naming import file_name
from reports.models import NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.services.jobs.merging import Merger


def packed(job: NoticeJob, parts: Iterable[NoticeJobPart], into: IO[bytes]) -> None:
    """Write a ZIP with the page of each part, one at a time; call it with the user's language active."""
    kind, period = job.get_kind_display(), Period.parse(job.period).title
    at = timezone.localtime(job.ordered_at).timetuple()[:6]
    names: set[str] = set()
    with ZipFile(into, "w") as package:
        for part in parts:
            entry = ZipInfo(_name(part, names, kind, period), at)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            with part.opened() as page, package.open(entry, "w") as place:
                copyfileobj(page, place)
    into.seek(0)


def merged(parts: Iterable[NoticeJobPart], into: IO[bytes]) -> None:
    """Write the pages of all parts one after the other, with an outline by which each is found."""
    merger = Merger(into)
    for part in parts:
        with part.opened() as page:
            merger.add(page, str(part.organisation.name))
    merger.close()
    into.seek(0)


def plain_name(job: NoticeJob) -> str:
    """What files of an order are called where they are kept, in letters that every system takes."""
    return f"{job.organisation.code}-{job.period}-{job.kind}"


def _name(part: NoticeJobPart, names: set[str], kind: str, period: str) -> str:
    """Code, kind, name and period, as a file may be called on any system; none of `names` twice."""
    place = part.organisation
    name = file_name(place.code, kind, place.name, period)
    if name in names:
        name = f"{name}-{part.position}"
    names.add(name)
    return f"{name}.pdf"
