"""What a user does with an order of notices: give it, cancel it, have it taken up again; how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Count, Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.enums import OrganisationKind
from members.errors import OutOfScope, Refused
from members.models import Organisation, Posting, User
from members.services import files, guards, log
from members.services.by import By
from members.services.units import units_of
from reports.enums import JobKind, JobState, PartState
from reports.models import NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.services.jobs.leases import LEASE
from reports.services.printing import USUAL, refuse_to_come

KEPT_FOR = timedelta(days=30)
"""So long an order and its results are kept; issued notices stay."""
MOST_UNDER_WAY = 3
"""So many orders of one user may be under way."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order has got: parts in all, made and refused, and when something last moved."""

    total: int
    made: int
    failed: int
    moved_at: datetime

    @property
    def done(self) -> int:
        """Parts about which nothing more is to be done."""
        return self.made + self.failed

    def stalled(self, now: datetime) -> bool:
        """Whether nothing has moved for longer than a worker may keep a part."""
        return now - self.moved_at > LEASE

    def __str__(self) -> str:
        figures = {"done": self.done, "total": self.total}
        said = _("%(done)s of %(total)s organisations") % figures
        if not self.failed:
            return said
        return _("%(said)s; not made: %(failed)s") % {"said": said, "failed": self.failed}


def order(*, by: By, organisation: Organisation, period: Period, kind: str) -> NoticeJob:
    """Order the pages of a kind for every organisation at and below one; none is made yet.

    Where the user's same order is under way already, that one is given back. What is over is thrown away
    after 30 days. Raises OutOfScope when `by` does not read the organisation, or is nobody who could be asked
    for a duty later; Refused for a kind that does not fit the period, for one that has not begun, for a
    group, whose unit is the branch above it, and where three others of the user are under way.
    """
    if by.user is None or not by.scope.may_read(organisation):
        raise OutOfScope
    if organisation.is_group or kind not in JobKind.values or USUAL[period.length] != kind:
        raise Refused(_("Choose what to print."))
    refuse_to_come(period, by)
    job = NoticeJob(
        organisation=organisation,
        kind=kind,
        period=period.code,
        ordered_by=by.user,
        ordered_at=by.now,
        begun_at=by.now,
        language=get_language() or "",
    )
    try:
        with guards.writing():
            _one_at_a_time(by)
            clear_old(now=by.now)
            job.save(force_insert=True)
            _refuse_too_many(by)
            places = _places(organisation, period)
            NoticeJobPart.objects.bulk_create(
                NoticeJobPart(job=job, organisation=place, position=position)
                for position, place in enumerate(places, start=1)
            )
            after = {"kind": kind, "period": period.code, "organisations": len(places)}
            log.record(by=by, verb="order notices", obj=job, organisation=organisation, after=after)
    except IntegrityError:
        same = NoticeJob.objects.of(by.user).under_way().filter(organisation=organisation)
        return same.get(kind=kind, period=period.code)
    return job


def cancel(*, by: By, job: NoticeJob) -> None:
    """Stop an order: the part that is being made is the last. Raises OutOfScope unless it is the user's."""
    _permit(by, job)
    with guards.writing():
        under_way = NoticeJob.objects.under_way().filter(pk=job.pk)
        if under_way.update(state=JobState.CANCELLED, ended_at=by.now, lease_until=None):
            log.record(by=by, verb="cancel notices", obj=job, organisation=job.organisation)


def take_up_again(*, by: By, job: NoticeJob) -> None:
    """Have what is over taken up again: what was refused is tried anew, what was not begun is made.

    An order that is under way is left as it is; it only wants workers. Raises OutOfScope unless it is the
    user's, Refused where the same was ordered again meanwhile, or three others of the user are under way.
    """
    _permit(by, job)
    try:
        with guards.writing():
            _one_at_a_time(by)
            over = NoticeJob.objects.filter(pk=job.pk).exclude(state=JobState.UNDER_WAY)
            begun = {"begun_at": by.now, "ended_at": None, "lease_until": None, "gatherings": 0}
            if not over.update(state=JobState.UNDER_WAY, **begun):
                return
            _refuse_too_many(by)
            refused = NoticeJobPart.objects.filter(job=job, state=PartState.FAILED)
            refused.update(state=PartState.WAITING, refusal="", attempts=0)
            log.record(by=by, verb="take up notices again", obj=job, organisation=job.organisation)
    except IntegrityError:
        raise Refused(_("The same was ordered again and is under way.")) from None


def standing(job: NoticeJob) -> Standing:
    """How far an order has got: one query."""
    found = NoticeJobPart.objects.filter(job=job).aggregate(
        total=Count("pk"),
        made=Count("pk", filter=Q(state=PartState.DONE)),
        failed=Count("pk", filter=Q(state=PartState.FAILED)),
        moved=Max("moved_at"),
    )
    gathering = job.lease_until - LEASE if job.lease_until else None
    moments = [job.begun_at, found["moved"], gathering]
    moved_at = max(moment for moment in moments if moment is not None)
    return Standing(found["total"], found["made"], found["failed"], moved_at)


def wants_workers(*, by: By, job: NoticeJob) -> bool:
    """Whether an order was begun by this very act of the user's, or is under way and nothing moves."""
    stored = NoticeJob.objects.get(pk=job.pk)
    return stored.under_way and (stored.begun_at == by.now or standing(stored).stalled(by.now))


def clear_old(*, now: datetime) -> int:
    """Throw away orders that were begun more than 30 days ago, with their results; return how many."""
    with guards.writing():
        old = list(NoticeJob.objects.ordered_before(now - KEPT_FOR).order_by("pk"))
        for part in NoticeJobPart.objects.filter(job__in=old).exclude(pdf="").order_by("pk").iterator():
            files.drop(part)
        for job in old:
            files.drop(job)
            job.delete()
    return len(old)


def _places(organisation: Organisation, period: Period) -> list[Organisation]:
    """The branches at and below, and of the others those that have members of their own on the last day."""
    everything = list(Organisation.objects.within(organisation))
    units = units_of(everything)
    posted = Posting.objects.on(period.last).filter(organisation__in=list(units)).order_by()
    kept = {units[key].pk for key in posted.values_list("organisation", flat=True).distinct()}
    return [one for one in everything if one.kind == OrganisationKind.BRANCH or one.pk in kept]


def _one_at_a_time(by: By) -> None:
    """Have other orders of the user wait until this transaction ends: each counts those before it."""
    User.objects.select_for_update(no_key=True).get(pk=by.user.pk)  # type: ignore[union-attr]


def _refuse_too_many(by: By) -> None:
    """Raise Refused, which undoes what has just been begun, where a user has more under way than allowed."""
    if NoticeJob.objects.of(by.user).under_way().count() > MOST_UNDER_WAY:
        raise Refused(
            _("%(most)s of your orders are under way: wait until one is finished, or cancel one."),
            params={"most": MOST_UNDER_WAY},
        )


def _permit(by: By, job: NoticeJob) -> None:
    """Raise OutOfScope unless the order is the user's own and the duty still reaches there."""
    if by.user is None or job.ordered_by_id != by.user.pk or not by.scope.may_read(job.organisation):
        raise OutOfScope
