"""The guides as pages: a list of those that fit one's duties, and a page for each task."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from reports.desk.services.guides import GUIDES, guides_for, task_of, text_of


@about(policy.SIGNED_IN)
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The guides that fit the duties of who asks, and what they tell to do first."""
    shown = guides_for(policy.kinds_held(scope_of(request)))
    trail = [{"label": _("User guide")}]
    return render(request, "desk/guides.html", {"guides": shown, "trail": trail})


@about(policy.SIGNED_IN)
@require_safe
def guide_task(request: HttpRequest, audience: str, slug: str) -> HttpResponse:
    """One task, whatever one's duties: the text tells nothing of anybody."""
    task = task_of(audience, slug)
    if task is None:
        raise Http404
    guide = next(guide for guide in GUIDES if task in guide.tasks)
    context = {
        "task": task,
        "guide": guide,
        "text": text_of(task),
        "script": "zh-Hant" if get_language() == "zh-hant" else "zh-Hans",
        "trail": [{"label": _("User guide"), "url": reverse("guides")}, {"label": task.title}],
    }
    return render(request, "desk/guide.html", context)
