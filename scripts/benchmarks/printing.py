"""Printing the notice of a branch of 40 against WeasyPrint alone on the same page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks import runs
from benchmarks.report import Row

ARGUMENTS = ("--branches", "1", "--members", "44")
"""A branch of 40, and four more in the general branch above it."""
TURNS = 21
"""More than usual, for a page takes a moment only."""


def measure() -> Iterator[Row]:
    """The ratio of the two, in one warm process with the same fonts."""
    ours, bare, members = runs.worker("printing", runs.database(*ARGUMENTS))
    yield Row(
        f"The half-year notice of a branch of 40 ({members} results), figures included, against "
        f"WeasyPrint on the same HTML ({TURNS} turns)",
        f"{ours * 1000:.0f} ms / {bare * 1000:.0f} ms = {ours / bare:.2f} ×",
        "1.3 ×",
        ours <= 1.3 * bare,
    )


def _worker() -> tuple[float, float, int]:
    import django

    django.setup()
    from django.utils import timezone
    from weasyprint import HTML

    from members.enums import OrganisationKind
    from members.models import Organisation, Posting
    from members.services.by import By
    from reports.periods import Period
    from reports.print import engine
    from reports.services import printing

    # Not issued: what is issued is kept, and not printed again.
    asked: dict[str, Any] = {
        "organisation": Organisation.objects.get(kind=OrganisationKind.BRANCH),
        "period": Period.parse(f"{runs.YEAR}H1"),
        "by": By.operator(timezone.now()),
        "issue": False,
    }
    sheets = printing.pages_of(**asked).sheets

    def ours() -> None:
        printing.page_file(**asked)

    ours()
    press = engine._press()

    def bare() -> None:
        for sheet in sheets:
            html = HTML(string=sheet.html, base_url=engine.STYLES.as_uri() + "/", url_fetcher=press.fetcher)
            html.write_pdf(font_config=press.fonts, stylesheets=press.sheets(sheet.language))

    bare()
    posted = Posting.objects.filter(organisation__path__startswith=asked["organisation"].path)
    return *runs.in_turns(ours, bare, TURNS), posted.count()


if __name__ == "__main__":
    print(json.dumps(_worker()))
