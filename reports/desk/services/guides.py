"""The guides: the tasks of each kind of duty, which of them explains a page, and their texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.enums import DutyKind
from members.text import traditional
from reports.desk.services.guide_tasks import TASKS, Task, Words


@dataclass(frozen=True, slots=True)
class Guide:
    """All tasks of one kind of duty, in the order in which they come up."""

    audience: DutyKind
    title: Words
    tasks: tuple[Task, ...]


GUIDES = tuple(
    Guide(audience, title, tuple(task for task in TASKS if task.audience == audience))
    for audience, title in (
        (DutyKind.SECRETARY, _("Guide for branch secretaries")),
        (DutyKind.CONFIRMING_OFFICER, _("Guide for confirming officers")),
        (DutyKind.COMMITTEE, _("Guide for the committee")),
        (DutyKind.ADMINISTRATOR, _("Guide for administrators")),
    )
)


def guides_for(kinds: Iterable[str]) -> tuple[Guide, ...]:
    """The guides that fit these kinds of duty; all where none is written for them."""
    held = set(kinds)
    return tuple(guide for guide in GUIDES if guide.audience in held) or GUIDES


def task_about(url_name: str, kinds: Iterable[str]) -> Task | None:
    """The task that explains the address of this name, namespace included, to whoever has these duties.

    The first page is another for each duty: nobody else's explains it.
    """
    held = set(kinds)
    shown = [one for one in guides_for(held) if url_name != "home" or one.audience in held]
    tasks = (task for guide in shown for task in guide.tasks)
    return next((task for task in tasks if url_name in task.url_names), None)


def task_of(audience: str, slug: str) -> Task | None:
    """The task at an address of the guides."""
    return next((task for task in TASKS if (task.audience, task.slug) == (audience, slug)), None)


def text_of(task: Task) -> SafeString:
    """The text of a task in the reader's script, words of the interface in the reader's language."""
    return _rendered(task.template, get_language() or "")


@cache
def _rendered(template: str, language: str) -> SafeString:
    text = render_to_string(template)
    return mark_safe(traditional(text) if language == "zh-hant" else text)  # noqa: S308 - our own template
