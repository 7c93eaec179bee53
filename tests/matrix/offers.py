"""What pages offer somebody, asked of what is behind them: filters, choices, ways to a form."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from unittest import mock

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from members.errors import Refused
from members.models import Organisation
from members.services.by import By
from reports.desk.services import lacks
from reports.desk.services.evidence import Held
from reports.desk.services.notices import over
from reports.periods import Period
from reports.services import issuing
from scoring.admin.rush import RushFilter
from scoring.enums import Presence
from scoring.models import Attendance, Bonus, Entry
from scoring.rules.spans import Span
from scoring.services.standards import StandardsBook
from tests import rows


def asking(by: By, **asked: str) -> HttpRequest:
    """A request of somebody, for what takes one."""
    assert by.user is not None
    request = HttpRequest()
    request.GET = QueryDict(urlencode(asked))
    request.user = by.user
    return request


def lacking(by: By, organisation: Organisation) -> int:
    """For how many units below notices can be issued."""
    with suppress(Refused):
        return issuing.lacking(by=by, organisation=organisation, period=Period.parse("2025H2"), annual=False)
    return 0


def way_to_issue(by: By, organisation: Organisation) -> bool:
    """Whether the list of notices leads to issuing what is wanted."""
    client = Client()
    client.force_login(by.user)  # type: ignore[arg-type]
    with mock.patch("reports.desk.services.notices.wanted", return_value=over(by.today)):
        answer = client.get(reverse("branch_notices", args=[organisation.code]))
    return "?kind=" in answer.content.decode()


def watched(by: By, organisation: Organisation) -> bool:
    """Whether a list shows what the rush watch of a unit has counted."""
    asked = {RushFilter.parameter_name: [f"late.{rows.YEAR}.{organisation.code}"]}
    watched = RushFilter(asking(by), asked, Entry, admin.site._registry[Entry])
    with suppress(IncorrectLookupParameters):
        return watched.queryset(asking(by), Entry.objects.all()) is not None
    return False


def offered(by: By, organisation: Organisation) -> Any:
    """The schemes of the place whose awards the form of a bonus names; who founds schemes writes no bonus."""
    if by.scope.administrator:
        return None
    with mock.patch("scoring.admin.ledger.awards_offered", return_value={}) as told:
        admin.site._registry[Bonus].get_form(asking(by))
    (scopes,) = told.call_args.args
    return scopes.filter(organisation=organisation)


def missed(by: By, mark: Attendance) -> list[str]:
    """What is told of a list on which somebody is marked, as if the mark were that nobody came."""
    member, day = mark.member, date(rows.YEAR, 9, 15)
    held = Held(rows.YEAR, day, *([Span(date(2020, 1, 1), None)],) * 2, 0xFFF)
    postings = list(member.postings.select_related("organisation", "role"))
    with mock.patch.object(lacks, "MISSED", tuple(Presence)):
        found = lacks.absences(member, held, postings, StandardsBook.for_year(rows.YEAR), by.scope)
    return [one.title for absences in found.values() for one in absences]
