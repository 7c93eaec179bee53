"""Importing a table as a user would: written as a workbook, read, previewed, confirmed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core import serializers

from members.models import LogRow, Member, Organisation
from members.resources.base import Preview, Verb
from members.resources.workbook import read_workbook
from members.resources.writing import write_workbook
from members.services.by import By
from reports.desk.resources import KINDS


def preview(kind: str, by: By, header: str | Sequence[str], *rows: Sequence[Any]) -> Preview:
    """What an import of the table would do; a header may be one text of names."""
    file = io.BytesIO()
    names = header.split() if isinstance(header, str) else header
    write_workbook(file, title="表", header=names, rows=rows)
    return KINDS[kind]().preview(read_workbook(file), by=by)


def imported(kind: str, by: By, header: str | Sequence[str], *rows: Sequence[Any]) -> Preview:
    """Import the table, which must be sound, and see that a second time nothing changes."""
    before = LogRow.objects.count()
    found = preview(kind, by, header, *rows)
    assert found.problems == []
    batch = KINDS[kind]().confirm(found, by=by, file_name="表.xlsx")
    assert LogRow.objects.count() == before + (batch is not None)
    stored = contents()
    again = preview(kind, by, header, *rows)
    assert (again.problems, again.changes_nothing) == ([], True)
    assert KINDS[kind]().confirm(again, by=by, file_name="表.xlsx") is None
    assert contents() == stored
    return found


def refused(
    kind: str, by: By, header: str | Sequence[str], *rows: Sequence[Any]
) -> list[tuple[int, str, str]]:
    """The problems of a table that must not be sound."""
    found = preview(kind, by, header, *rows)
    assert not found.ok
    return [(problem.row, problem.column, problem.reason) for problem in found.problems]


def verbs(found: Preview) -> list[Verb]:
    """What becomes of the rows, in their order."""
    return [change.verb for change in found.changes]


def fields(found: Preview) -> list[list[tuple[str, str, str]]]:
    """The old and new values of the rows that are changed."""
    return [
        [(field.label, field.old, field.new) for field in row.fields]
        for row in found.changes
        if row.verb is Verb.CHANGED
    ]


def contents() -> dict[str, str]:
    """Every row of every table of the project, log included."""
    labels = {"members", "scoring", "appraisal"}
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.app_label in labels
    }


def organisation_of(number: str) -> list[tuple[str, str, str | None]]:
    """A member's postings: organisation, first and last day."""
    postings = Member.objects.get(number=number).postings.order_by("start")
    rows = postings.values_list("organisation__code", "start", "end")
    return [(code, str(start), str(end) if end else None) for code, start, end in rows]


def parent_of(code: str) -> str | None:
    """The code of the organisation above."""
    parent = Organisation.objects.get_parent(Organisation.objects.get(code=code))
    return parent.code if parent else None
