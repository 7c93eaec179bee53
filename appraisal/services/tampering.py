"""Whether years of branches, objections, cases and closed years still stand as the log tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from appraisal.enums import YearState
from appraisal.models import BranchYear, Case, Objection, SnapshotRow
from appraisal.services.years import REMARK
from members.models import LogRow, Member, Recorded, YearLock
from members.services import stored

TOLD: tuple[type[Recorded], ...] = (BranchYear, Objection, Case)
"""Tables every change of which is one row of the log that says all of the changed row."""


def altered(tables: Sequence[type[Recorded]] = TOLD) -> Iterator[tuple[str, str]]:
    """Every row of such tables that is not what the log says of it last, as (which, what is wrong)."""
    for model in tables:
        try:
            told = _told(model)
        except (ValueError, DatabaseError):  # it cannot be read: the chain names it
            continue
        name = model._meta.verbose_name
        for one in stored.read(model):
            said = told.pop(str(one.pk), None)
            if one.row is None:
                yield f"{name} {one.pk}", _("is not as it was written")
                continue
            now = one.row.as_logged()
            wrong = sorted(key for key, value in now.items() if (said or {}).get(key, value) != value)
            if said is None or wrong:
                facts = {"columns": ", ".join(wrong) or "–"}
                yield f"{name} {one.pk}", _("is not what the log says last (%(columns)s)") % facts
        for key in sorted(key for key, said in told.items() if said is not None):
            yield f"{name} {key}", _("is gone, and the log does not say so")


def locks() -> Iterator[tuple[str, int, str]]:
    """Every closed year that nothing submitted has closed, and what is submitted and not closed.

    As (member, year, what is wrong).
    """
    sent = (YearState.SUBMITTED, YearState.APPROVED)
    rows = SnapshotRow.objects.filter(snapshot__branch_years__state__in=sent).order_by()
    wanted = set(rows.values_list("member_id", "snapshot__branch_years__year"))
    found = set(YearLock.objects.order_by().values_list("member_id", "year"))
    numbers = dict(Member.objects.order_by().values_list("pk", "number")) if wanted != found else {}
    for member, year in sorted(wanted ^ found):
        what = _("is submitted and not closed") if (member, year) in wanted else _("is closed by nothing")
        yield numbers.get(member, str(member)), year, what


def _told(model: type[Recorded]) -> dict[str, dict[str, Any] | None]:
    """By key what the log says last of each row; None where it says that the row was removed."""
    rows = LogRow.objects.filter(object_type=model._meta.label_lower).exclude(verb=REMARK)
    return dict(rows.order_by("pk").values_list("object_id", "after"))
