"""The approval form of a branch's year, made from the figures that were submitted【四2、四3】."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.enums import YearState
from appraisal.models import BranchYear, Objection
from appraisal.rules.annual import Status
from members.errors import OutOfScope, Refused
from members.models import in_script
from members.services.by import By
from reports import columns
from reports.enums import ListOrder
from reports.office.files import Format, PageFile, file_of
from reports.periods import Length, Period, day_text
from reports.print.documents import Fact
from reports.print.yearly import ApprovalForm, Posted
from reports.services.changes import ChangeWords
from reports.services.settings import PageTerms, SettingsBook
from reports.services.summary import unscored_reasons
from reports.services.wall import Frozen, Grades, basis, categories, from_snapshot, origin
from reports.tables import Table
from scoring.enums import BandCode

SUBMITTED = frozenset({YearState.SUBMITTED, YearState.APPROVED})
Row = Mapping[str, Any]


def approval_file(*, branch_year: BranchYear, by: By, format: Format = Format.PDF) -> PageFile:
    """The approval form of a year as it was submitted, in the branch's language and in a format.

    What is decided on are the figures as they stand, of a member with few or like votes as well: the branch
    and the committee read those, and nobody else the form. Raises OutOfScope when `by` does not read the
    organisation, Refused where nothing is submitted now.
    """
    if not by.scope.may_read(branch_year.organisation):
        raise OutOfScope
    if branch_year.state not in SUBMITTED or branch_year.snapshot is None:
        raise Refused(_("This year is not submitted."))
    book = SettingsBook()
    terms = book.terms(branch_year.organisation)
    committee = book.committee(branch_year.organisation)
    frozen = from_snapshot(branch_year.snapshot)
    with translation.override(terms.language):
        other = committee.name if committee else _("the committee")
        form = approval_form(frozen, branch_year, terms, committee=other)
    return file_of([(form, terms.language)], format)


def approval_form(
    frozen: Frozen, branch_year: BranchYear, terms: PageTerms, *, committee: str
) -> ApprovalForm:
    """The form as plain data; call it with the page's language active."""
    grades = Grades()
    named = [row for row in frozen.rows if row["status"] in {Status.SCORED, Status.NOT_APPRAISED}]
    return ApprovalForm(
        organisation=frozen.organisation_name,
        period=Period(branch_year.year, Length.YEAR).title,
        addressee=terms.addressee or committee,
        basis=basis(frozen.scheme, grades.clause(frozen.scheme)),
        frozen_on=day_text(frozen.date),
        facts=list(_facts(frozen.rows)),
        categories=categories(
            columns.APPROVAL, [{**row, "grade": grades.name(row)} for row in named], {}, terms.order
        ),
        by_strokes=terms.order == ListOrder.STROKES,
        ungraded=_ungraded(frozen.rows),
        adjustments=ChangeWords(frozen.adjustments).sentences(),
        posted=_posted(branch_year),
        opinions=list(dict.fromkeys([frozen.organisation_name, committee])),
        origin=origin(frozen),
    )


def _facts(rows: Sequence[Row]) -> list[Fact]:
    """How many members there are, how many have each grade, and how many none."""
    counted = Counter(row["grade"] for row in rows)
    numbers = [
        (pgettext("how many", "Members"), len(rows)),
        *((str(BandCode(code).label), counted[code]) for code in BandCode.values),
        (_("Without a grade"), counted[None]),
    ]
    return [Fact(label=label, text=str(number)) for label, number in numbers]


def _ungraded(rows: Sequence[Row]) -> Table | None:
    reasons = unscored_reasons()
    found = [
        {
            "name": row["name"],
            "role": in_script(row["role_hans"], row["role_hant"]),
            "reason": reasons[Status(row["status"])],
        }
        for row in rows
        if row["status"] in reasons
    ]
    numbered = [{**row, "number": place} for place, row in enumerate(found, start=1)]
    return Table(columns.UNSCORED, numbered) if numbered else None


def _posted(branch_year: BranchYear) -> Posted | None:
    """What is known of the notice; None while it has not been said where it hangs."""
    if branch_year.posted_on is None or branch_year.publicity_until is None:
        return None
    return Posted(
        first=day_text(branch_year.posted_on),
        last=day_text(branch_year.publicity_until),
        place=branch_year.place,
        objections=Objection.objects.filter(branch_year=branch_year).count(),
    )
