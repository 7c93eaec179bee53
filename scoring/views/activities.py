"""Pages of one activity: planning it with its audience, and the photo or document kept with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import policy
from members.access import about, by_of, scope_of
from members.errors import Refused
from members.naming import file_name
from scoring.enums import ActivityState
from scoring.forms.activities import ActivityForm, AttachmentForm, VersionForm
from scoring.models import Activity, ActivityKind
from scoring.services import activities
from scoring.views.kept import kept_file
from scoring.views.places import stored


def seen(request: HttpRequest, pk: int) -> Activity:
    """The activity, where the user reads its organisation's records; raises Http404."""
    scope = scope_of(request)
    visible = Activity.objects.visible_to(scope).select_related("organisation", "kind")
    if not policy.RECORDS.reads(scope):
        raise Http404
    return get_object_or_404(visible, pk=pk)


def written(request: HttpRequest, pk: int) -> Activity:
    """The activity, where the user writes its organisation's records; raises Http404."""
    activity = seen(request, pk)
    if not scope_of(request).may_write(activity.organisation):
        raise Http404
    return activity


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What is held, when and for whom; saving leads to its attendance."""
    scope = scope_of(request)
    if not policy.RECORDS.writes(scope):
        raise Http404
    initial = {"date": scope.on, "kind": ActivityKind.objects.order_by("order", "code").first()}
    return _edit(request, Activity(), initial)


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same of a stored activity."""
    return _edit(request, written(request, pk), {})


def _edit(request: HttpRequest, activity: Activity, initial: dict[str, Any]) -> HttpResponse:
    is_new = activity.pk is None
    sent = request.POST if request.method == "POST" else None
    form = ActivityForm(sent, instance=activity, initial=initial, scope=scope_of(request))

    def save() -> None:
        form.ask()
        activities.save_activity(by=by_of(request), activity=form.instance)

    if sent is not None and form.is_valid() and stored(form, save):
        return redirect("attendance", pk=form.instance.pk)
    title = _("Record a meeting") if is_new else activity.title
    context = {"form": form, "is_new": is_new, "heading": title, "trail": [{"label": title}]}
    return render(request, "scoring/activity.html", context | {"activity": activity})


@about(policy.RECORDS)
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """A planned activity was held: from now on it has a list."""
    activity = written(request, pk)
    activity.state = ActivityState.HELD
    try:
        activities.save_activity(by=by_of(request), activity=activity)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("attendance", pk=pk)


@about(policy.RECORDS)
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a photo or a document with the activity."""
    activity = written(request, pk)
    form = AttachmentForm(request.POST, request.FILES)
    return _filed(request, activity, form, activities.attach, _("The file is kept with the activity."))


@about(policy.RECORDS)
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the photo or document."""
    activity = written(request, pk)
    form = VersionForm(request.POST)
    return _filed(request, activity, form, activities.detach, _("The file is removed."))


def _filed(
    request: HttpRequest, activity: Activity, form: VersionForm, verb: Callable[..., None], done: str
) -> HttpResponse:
    """Store which file is kept with the activity, as the verb does; the attendance says what came of it."""
    problems = [str(error) for errors in form.errors.values() for error in errors]
    if not problems:
        activity.version = form.cleaned_data.pop("version")
        try:
            verb(by=by_of(request), activity=activity, **form.cleaned_data)
        except Refused as refusal:
            problems = refusal.messages
    if problems:
        messages.error(request, " ".join(problems))
    else:
        messages.success(request, done)
    return redirect("attendance", pk=activity.pk)


@about(policy.RECORDS)
@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """The photo or document, to download and never to run in the browser."""
    activity = seen(request, pk)
    if not activity.attachment:
        raise Http404
    name = file_name(activity.title, activity.organisation.name, activity.date.isoformat())
    return kept_file(activity.attachment, name)
