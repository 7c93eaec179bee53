"""Notices of a whole subtree: ordered, watched, cancelled, taken up again and downloaded."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import policy
from members.access import about, by_of, scope_of, unattended
from members.errors import OutOfScope, Refused
from members.models import Organisation
from members.naming import file_name
from members.services.by import By
from reports import tasks
from reports.desk.forms import JobForm
from reports.desk.services import job_page
from reports.desk.services.notices import issued_below
from reports.models import NoticeJob
from reports.periods import Period
from reports.services.jobs import orders
from scoring.views.kept import kept_file

FILES = ("package", "merged")
"""The results of an order, by their fields."""


@about(policy.JOBS)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What the user has ordered, as far as the duties still reach there."""
    scope = scope_of(request)
    own = NoticeJob.objects.visible_to(scope).of(request.user)
    title = _("Orders of notices")
    context = {"title": title, "jobs": job_page.listed(own), "trail": [{"label": title}]}
    return render(request, "desk/jobs/list.html", context)


@about(policy.JOBS)
@require_http_methods(["GET", "HEAD", "POST"])
def job_order(request: HttpRequest, code: str) -> HttpResponse:
    """What can be ordered for all organisations at and below one; a POST orders it."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.readable_by(scope), code=code)
    if organisation.is_group:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = JobForm(data, today=scope.on, issued=issued_below(organisation))
    if form.is_valid():
        kind, period = form.cleaned_data["page"]
        by = by_of(request)
        try:
            job = orders.order(by=by, organisation=organisation, period=period, kind=kind)
        except Refused as refusal:
            form.add_error("page", refusal.messages)
        else:
            _begin(by, job)
            return redirect("job", pk=job.pk)
    title = _("All notices below")
    context = {
        "title": title,
        "organisation": organisation,
        "form": form,
        "trail": [
            {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
            {"label": title},
        ],
    }
    return render(request, "desk/jobs/order.html", context)


@about(policy.JOBS)
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an order has got and what came of it; by POST it is cancelled or taken up again."""
    found = _found(request, pk)
    if request.method == "POST":
        return _acted(request, found)
    by = by_of(request)
    title = str(job_page.title(found))
    context = {
        "title": title,
        "job": found,
        "page": job_page.page(found, by),
        "trail": [{"label": _("Orders of notices"), "url": reverse("jobs")}, {"label": title}],
    }
    return render(request, "desk/jobs/job.html", context)


@about(policy.JOBS)
@unattended
@require_safe
def job_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far it has got, for the page that asks by itself."""
    return JsonResponse(job_page.as_json(_found(request, pk), by_of(request).now))


@about(policy.JOBS)
@require_safe
def job_file(request: HttpRequest, pk: int, file: str) -> FileResponse:
    """The package of all pages, or all of them in one file."""
    found = _found(request, pk)
    kept = getattr(found, file) if file in FILES else None
    if not kept or found.under_way:
        raise Http404
    period = Period.parse(found.period).title
    return kept_file(kept, file_name(found.get_kind_display(), found.organisation.name, period))


def _found(request: HttpRequest, pk: int) -> NoticeJob:
    """An order for an organisation that the user reads. Raises Http404."""
    readable = NoticeJob.objects.visible_to(scope_of(request))
    found: NoticeJob = get_object_or_404(readable.select_related("organisation", "ordered_by"), pk=pk)
    return found


def _begin(by: By, job: NoticeJob) -> None:
    """Call for workers where the order wants any; those who have it already go on."""
    if orders.wants_workers(by=by, job=job):
        transaction.on_commit(partial(tasks.begin, job.pk))


def _acted(request: HttpRequest, found: NoticeJob) -> HttpResponse:
    by, step = by_of(request), request.POST.get("step")
    acts: dict[str | None, Any] = {"cancel": orders.cancel, "again": orders.take_up_again}
    if step not in acts:
        raise Http404
    try:
        acts[step](by=by, job=found)
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if step == "again":
            _begin(by, found)
    return redirect("job", pk=found.pk)
