"""What the entry pages of a branch share: whose page it is, of which year, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from members.access import scope_of
from members.errors import OutOfScope, Refused
from members.models import Organisation
from scoring.services.roll import MOST, kept

FIRST_YEAR = 2000
YEARS_OFFERED = 3


def branch_of(request: HttpRequest, code: str) -> Organisation:
    """The organisation whose page is asked for. Raises Http404 where the user does not read its records."""
    organisation: Organisation = get_object_or_404(
        Organisation.objects.readable_by(scope_of(request)), code=code
    )
    return organisation


def begun(request: HttpRequest, year: int) -> int:
    """The year asked for. Raises Http404 for one that has not begun, or of which nothing is kept."""
    if not FIRST_YEAR <= year <= scope_of(request).on.year:
        raise Http404
    return year


def require_writer(request: HttpRequest, organisation: Organisation) -> None:
    """Raise Http404 unless the user writes the organisation's records."""
    if not scope_of(request).may_write(organisation):
        raise Http404


def stored(form: Any, save: Callable[[], object]) -> bool:
    """Whether the service could store what the form says; what stands against it is in the form.

    Raises Http404 for what is not the user's to write.
    """
    try:
        save()
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        form.report(refusal)
        return False
    return True


def carry_out(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Do what no form says, and tell that it is `done`, or what stands against it.

    Raises Http404 for what is not the user's to write.
    """
    try:
        act()
    except OutOfScope:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)


def page_context(
    request: HttpRequest, organisation: Organisation, way: str, *, year: int | None = None
) -> dict[str, Any]:
    """What the template of every entry page is given; `way` is the name of the page's address."""
    scope = scope_of(request)
    crowded = kept(organisation, scope).count() > MOST
    return {
        "organisation": organisation,
        "writable": scope.may_write(organisation),
        "today": scope.on,
        "year": year,
        "trail": [
            {"label": organisation.name, "url": reverse("branch_scores", args=[organisation.code])},
            {"label": str(dict(_pages())[way])},
        ],
        "ways": list(_ways(organisation, way, year or scope.on.year)),
        "years": [] if year is None else list(_years(organisation, way, year, scope.on.year)),
        "crowded": crowded,
        "below": _below(request, organisation, way, year) if crowded else [],
    }


def _pages() -> Iterable[tuple[str, str]]:
    """The entry pages, by the names of their addresses."""
    yield "quick_rows", _("Quick rows")
    yield "dues_grid", _("Dues")
    yield "standing_rows", _("Pairings and posts")
    yield "judged_grid", _("Judged standards")
    yield "care_visits", _("Care")


YEARLY = {"dues_grid", "judged_grid", "care_visits"}


def _address(way: str, organisation: Organisation, year: int | None) -> str:
    return reverse(way, args=[organisation.code, year] if way in YEARLY else [organisation.code])


def _ways(organisation: Organisation, way: str, year: int) -> Iterable[dict[str, Any]]:
    for name, label in _pages():
        yield {"label": label, "url": _address(name, organisation, year), "current": name == way}


def _years(organisation: Organisation, way: str, year: int, last: int) -> Iterable[dict[str, Any]]:
    for offered in sorted({year, *range(last - YEARS_OFFERED + 1, last + 1)}):
        yield {"label": offered, "url": _address(way, organisation, offered), "current": offered == year}


def _below(
    request: HttpRequest, organisation: Organisation, way: str, year: int | None
) -> list[dict[str, Any]]:
    """The units one level down, each with its own page."""
    units = Organisation.objects.readable_by(scope_of(request)).filter(
        path__startswith=organisation.path, depth=organisation.depth + 1
    )
    return [{"label": unit.name, "code": unit.code, "url": _address(way, unit, year)} for unit in units]
