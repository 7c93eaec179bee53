"""What a worker does: makes part after part as the user who ordered it, then puts the results together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from datetime import datetime
from tempfile import TemporaryFile

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from members.errors import OutOfScope, Refused
from members.models import Organisation, User
from members.services import files, guards
from members.services.by import By
from reports.enums import JobKind, JobState, PartState
from reports.models import Notice, NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.services import issuing
from reports.services.jobs import bundle
from reports.services.jobs.leases import MOST_ATTEMPTS, Overtaken, give_back, take, take_results
from reports.services.printing import notice_file, page_file

Clock = Callable[[], datetime]


class DutyEnded(Exception):
    """Who gave the order may no longer give it."""


def under_way(job: int) -> bool:
    """Whether there is anything to do about an order."""
    return NoticeJob.objects.under_way().filter(pk=job).exists()


def work(job: int, *, clock: Clock) -> None:
    """Make free parts until there is none, and put the results together once no part is open.

    Any number of workers may do so at once. What a killed one had is free again when its lease runs out.
    """
    while True:
        while (part := take(job, now=clock())) is not None:
            make(part, clock=clock)
        if not gather(job, clock=clock):
            return


def make(part: NoticeJobPart, *, clock: Clock) -> None:
    """Make the page of one organisation, or write down in the user's language why there is none.

    Whether the user may is asked anew, before it is made and before it is kept: where the duty has ended, the
    order is stopped. What goes wrong with the database is not the part's fault: it stays taken until its
    lease runs out.
    """
    job = NoticeJob.objects.select_related("organisation").filter(pk=part.job_id).first()
    if job is None:
        return
    with translation.override(job.language), suppress(Overtaken):
        try:
            by = _permitted(job, clock)
            if part.attempts > MOST_ATTEMPTS:
                _refuse(part, _("Its worker was interrupted several times."), now=by.now)
            else:
                _made(job, part, by, clock)
        except DutyEnded:
            _stop(part, now=clock())
        except Refused as refusal:
            _refuse(part, " ".join(refusal.messages), now=clock())
        except OutOfScope:
            _refuse(part, _("It does not belong to what your duty reaches."), now=clock())
        except (DatabaseError, Overtaken):
            raise
        except Exception:
            logging.getLogger(__name__).exception("A part of an order of notices could not be made.")
            _refuse(part, _("Something unexpected went wrong; the server’s log says what."), now=clock())


def gather(job: int, *, clock: Clock) -> bool:
    """Put the pages of an order together in one package and one file, and end it; by one worker alone.

    Return whether there is more to make: a part whose file is no longer kept is made anew. What goes wrong
    otherwise ends the order, which says so; the database's faults are for the next worker, while the attempts
    last.
    """
    until = take_results(job, now=clock())
    if until is None:
        return False
    try:
        if _make_lost_anew(job, until, clock):
            return True
        _put_together(job, until, clock)
    except DatabaseError:
        raise
    except Exception:
        logging.getLogger(__name__).exception("The pages of an order of notices could not be put together.")
        with guards.writing():
            mine = NoticeJob.objects.gathered_until(until).filter(pk=job)
            mine.update(state=JobState.FAILED, ended_at=clock(), lease_until=None)
    return False


def _make_lost_anew(job: int, until: datetime, clock: Clock) -> bool:
    """Let parts be made again whose files are gone, but not for ever; return whether there are such parts."""
    made = NoticeJobPart.objects.filter(job=job, state=PartState.DONE).exclude(pdf="")
    lost = [part for part in made if not part.pdf.storage.exists(str(part.pdf.name))]
    if not lost:
        return False
    now, language = clock(), NoticeJob.objects.values_list("language", flat=True).get(pk=job)
    with guards.writing(), translation.override(language):
        mine = NoticeJob.objects.gathered_until(until).filter(pk=job)
        if not mine.update(lease_until=None, gatherings=0):
            return False
        for part in lost:
            part.state, part.moved_at, part.pdf = PartState.WAITING, now, ""
            if part.attempts >= MOST_ATTEMPTS:
                part.state, part.refusal = PartState.FAILED, _("Its page was made and is no longer kept.")
            part.save(update_fields=["state", "moved_at", "pdf", "refusal"])
    return True


def _put_together(job: int, until: datetime, clock: Clock) -> None:
    """Write the package and the one file, and end the order unless another has it by then."""
    made = NoticeJobPart.objects.filter(job=job, state=PartState.DONE).select_related("organisation")
    parts = list(made.order_by("position"))
    found = NoticeJob.objects.select_related("organisation").get(pk=job)
    with TemporaryFile() as package, TemporaryFile() as merged, files.together():
        if parts:
            with translation.override(found.language):
                bundle.packed(found, parts, package)
            bundle.merged(parts, merged)
        with guards.writing():
            mine = NoticeJob.objects.gathered_until(until).filter(pk=job)
            ended = clock()
            if not mine.update(state=JobState.FINISHED, ended_at=ended, lease_until=None):
                return
            before = copy(found)
            name = bundle.plain_name(found)
            found.package = File(package, name=f"{name}.zip") if parts else ""
            found.merged = File(merged, name=f"{name}.pdf") if parts else ""
            files.save(found, update_fields=["package", "merged"])
            files.drop(before, kept=found)


def _made(job: NoticeJob, part: NoticeJobPart, by: By, clock: Clock) -> None:
    """Make the page and keep it; where no notice is in force, the user who issues there issues it.

    One in force is printed as it was issued: an order corrects nothing, for nobody has seen what would be
    corrected. What takes long is done before the transaction in which it is kept. Raises Refused where there
    is nothing to print, or nothing was issued, and DutyEnded.
    """
    period, organisation = Period.parse(job.period), part.organisation
    if job.kind == JobKind.SUMMARY or period.last >= by.today:
        page = page_file(organisation=organisation, period=period, by=by, kind=job.kind, alone=True)
        with files.together(), guards.writing():
            _permitted(job, clock, organisation)
            give_back(part, now=clock(), state=PartState.DONE, remarks="\n".join(page.warnings))
            part.pdf = ContentFile(page.content, name=f"{bundle.plain_name(job)}-{part.position}.pdf")
            files.save(part, update_fields=["pdf"])
        return
    in_force = Notice.objects.of_period(organisation, job.kind, job.period)
    found: issuing.Draft | Notice | None = in_force.first()
    if found is None and by.scope.may_write(organisation):
        found = issuing.draft(
            by=by, organisation=organisation, period=period, annual=job.kind == JobKind.ANNUAL
        )
    if found is None:
        raise Refused(_("Its notice has not been issued yet."))
    with guards.writing():
        by = _permitted(job, clock, organisation)
        give_back(part, now=clock(), state=PartState.DONE)
        notice = found if isinstance(found, Notice) else issuing.issue_draft(by=by, draft=found)
        remarks = notice_file(notice).warnings
        NoticeJobPart.objects.filter(pk=part.pk).update(notice=notice, remarks="\n".join(remarks))


def _permitted(job: NoticeJob, clock: Clock, organisation: Organisation | None = None) -> By:
    """Who gave the order, with the duties that are in force at this moment.

    Raises DutyEnded where they no longer reach what it is for, OutOfScope where not this organisation of it.
    """
    by = By.person(User.objects.get(pk=job.ordered_by_id), clock())
    if not by.scope.may_read(job.organisation):
        raise DutyEnded
    if organisation is not None and not by.scope.may_read(organisation):
        raise OutOfScope
    return by


def _refuse(part: NoticeJobPart, reason: str, *, now: datetime) -> None:
    """Write down why there is no page."""
    with guards.writing():
        give_back(part, now=now, state=PartState.FAILED, refusal=reason)


def _stop(part: NoticeJobPart, *, now: datetime) -> None:
    """Stop the order whose user may no longer give it."""
    with guards.writing():
        give_back(part, now=now, state=PartState.WAITING)
        going = NoticeJob.objects.under_way().filter(pk=part.job_id)
        going.update(state=JobState.NO_DUTY, ended_at=now, lease_until=None)
