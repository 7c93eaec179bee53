"""A specimen of an organisation's pages with settings that are not stored yet, of made-up people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from appraisal.models import BranchYear
from appraisal.rules.annual import Status
from members.errors import Refused
from members.models import in_script
from reports.models import PrintSettings
from reports.periods import Length, Period
from reports.print.documents import Document, print_documents
from reports.print.engine import PrintedPage
from reports.services.approval import approval_form
from reports.services.settings import SettingsBook
from reports.services.wall import Frozen, half_year_notice
from scoring.enums import BandCode
from scoring.models import Scheme
from scoring.services.scores import NoScheme
from scoring.services.standards import StandardsBook

PEOPLE = (
    ("魏样例", "魏樣例", 8650, 250, 9200), ("丁样例", "丁樣例", 8100, 100, 8800),
    ("张样例", "張樣例", 7400, 0, 8500), ("王样例", "王樣例", 3100, 0, 7000),
)  # fmt: skip
"""Nobody's names in both scripts, with base, bonus and appraisal in hundredths; the last one is behind."""


def specimen_pdf(*, settings: PrintSettings, today: date) -> PrintedPage:
    """A half-year notice and an approval form as the settings would have them; nothing is stored.

    Raises NoScheme where no scheme governs the organisation, Refused where its scheme scores no role.
    """
    organisation, year = settings.organisation, today.year
    scheme = StandardsBook.for_year(year).scheme(organisation.path)
    if scheme is None:
        raise NoScheme(year=year, organisation=organisation)
    book = SettingsBook(unsaved=settings)
    terms, committee = book.terms(organisation), book.committee(organisation)
    with translation.override(terms.language):
        rows = _rows(scheme)
        frozen = Frozen(
            organisation_name=organisation.name,
            scheme=scheme,
            rows=rows,
            adjustments=[],
            date=today,
            provisional=_("A specimen with made-up names and figures, not for the wall."),
            behind={rows[-1]["number"]: rows[-1]["daily"]},
        )
        period = Period(year, Length.HALF_YEAR, 1 if today.month <= 6 else 2)
        made: list[Document | None] = [
            half_year_notice(frozen, period, terms),
            approval_form(
                frozen,
                BranchYear(organisation=organisation, year=year),
                terms,
                committee=committee.name if committee else _("the committee"),
            ),
        ]
    return print_documents([(page, terms.language) for page in made if page is not None])


def _rows(scheme: Scheme) -> list[dict[str, Any]]:
    """Figures as they are frozen, all of the scheme's first scored role, if possible of one on the ballot.

    Raises Refused where no role of the scheme is scored.
    """
    roles = scheme.roles.select_related("role__category").filter(scored=True)
    found = roles.order_by("annual_is_daily", "order").first()
    if found is None:
        raise Refused(_("In the scheme of this organisation no role is scored: there is nothing to show."))
    role = found.role
    return [
        {
            "number": str(rank),
            "name": in_script(hans, hant),
            "scheme": [scheme.code, scheme.version],
            "role_hans": role.name_hans,
            "role_hant": role.name_hant,
            "category": role.category.code,
            "annual_is_daily": False,
            "status": Status.SCORED,
            "base": base,
            "bonus": bonus,
            "daily": base + bonus,
            "votes": None,
            "appraisal": appraisal,
            "annual": (8 * (base + bonus) + 2 * appraisal) // 10,
            "grade": BandCode.GOOD,
            "rank": rank,
        }
        for rank, (hans, hant, base, bonus, appraisal) in enumerate(PEOPLE, start=1)
    ]
