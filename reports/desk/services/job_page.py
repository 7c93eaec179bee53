"""An order of notices as its page shows it: how far it is, what was refused, what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Organisation
from members.services.by import By
from reports.enums import JobState, PartState
from reports.models import NoticeJob, NoticeJobPart
from reports.periods import Period
from reports.querysets import NoticeJobQuerySet
from reports.services.jobs.orders import Standing, standing


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said of one organisation's page: why there is none, or what to look at in it."""

    organisation: Organisation
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """An order: `stalled` says what to do where nothing has moved, and is empty otherwise.

    `figure` says how far it is, or what came of it; `unbound`: the files could not be put together. `own`: it
    is the reader's, who may cancel it and have it taken up again.
    """

    state: str
    standing: Standing
    figure: str
    unbound: bool
    stalled: str
    own: bool
    failed: list[Told]
    remarks: list[Told]

    @property
    def running(self) -> bool:
        """Whether it goes on by itself."""
        return not self.stalled

    @property
    def again(self) -> bool:
        """Whether anything comes of taking up an order that is over: pages or its files are missing."""
        return self.standing.made < self.standing.total or self.unbound


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in the list."""

    job: NoticeJob
    state: str
    title: str
    url: str


def title(job: NoticeJob) -> str:
    """What an order is called: kind and period, in the active language."""
    return f"{job.get_kind_display()} · {Period.parse(job.period).title}"


def listed(jobs: NoticeJobQuerySet) -> list[Listed]:
    """Orders as the list shows them: one query."""
    found = jobs.with_refusals().select_related("organisation")
    return [Listed(job, _state(job, job.refused), title(job), reverse("job", args=[job.pk])) for job in found]


def page(job: NoticeJob, by: By) -> JobPage:
    """An order as `by` sees it: two queries."""
    far = standing(job)
    spoken = NoticeJobPart.objects.filter(job=job).exclude(refusal="", remarks="")
    parts = list(spoken.select_related("organisation").order_by("position"))
    return JobPage(
        state=_state(job, bool(far.failed)),
        standing=far,
        unbound=job.state == JobState.FAILED,
        figure=str(far) if job.under_way else _outcome(far),
        stalled=_stalled(job, far, by.now),
        own=by.user is not None and job.ordered_by_id == by.user.pk,
        failed=[_told(part, part.refusal) for part in parts if part.state == PartState.FAILED],
        remarks=[_told(part, part.remarks) for part in parts if part.state == PartState.DONE],
    )


def as_json(job: NoticeJob, now: datetime) -> dict[str, Any]:
    """What the browser is told of an order; without a phase once it is over, and the page is shown anew."""
    if not job.under_way:
        return {"phase": ""}
    far = standing(job)
    return {
        "phase": job.state,
        "label": _("Making the pages"),
        "figure": str(far),
        "done": far.done,
        "total": far.total,
        "stalled": _stalled(job, far, now),
    }


def _told(part: NoticeJobPart, text: str) -> Told:
    return Told(part.organisation, reverse("branch_scores", args=[part.organisation.code]), text)


def _state(job: NoticeJob, refused: bool) -> str:
    """How an order stands; of one that is finished, whether pages are missing."""
    if refused and job.state == JobState.FINISHED:
        return _("finished in part")
    return job.get_state_display()


def _outcome(far: Standing) -> str:
    """What came of an order that is over."""
    if far.made == far.total:
        return str(far)
    return _("made: %(made)s, not made: %(rest)s") % {"made": far.made, "rest": far.total - far.made}


def _stalled(job: NoticeJob, far: Standing, now: datetime) -> str:
    if not job.under_way or not far.stalled(now):
        return ""
    return _(
        "Nothing has moved for two minutes. Either no worker is free, or the server was restarted; what is "
        "made stays made. Take it up again."
    )
