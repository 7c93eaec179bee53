"""The kinds of spreadsheet that can be imported, by the name that the command and the pages use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appraisal.resources.tallies import Tallies
from members.resources.kind import Kind
from members.resources.leaves import Leaves
from members.resources.members import Members
from members.resources.organisations import Organisations
from scoring.resources.bonus import BonusSheet
from scoring.resources.entries import Entries
from scoring.resources.judged import Judged
from scoring.resources.waivers import Waivers

KINDS: dict[str, type[Kind]] = {
    kind.code: kind
    for kind in (Organisations, Members, Leaves, Entries, Judged, BonusSheet, Waivers, Tallies)
}
"""In the order in which a new installation imports them."""

PAGES = {
    "entries": "scoring_entry",
    "bonus": "scoring_bonus",
    "judged": "scoring_judgement",
    "waivers": "scoring_waiver",
    "tallies": "appraisal_tally",
    "leaves": "members_leave",
    "members": "members_member",
}
"""The pages of the kinds that a branch fills in, those first that are needed most."""


@dataclass(frozen=True, slots=True)
class SheetLinks:
    """A kind of spreadsheet: its name, and where its template and its import are, with labels for these."""

    title: str
    template: str
    template_label: str
    upload: str
    upload_label: str


def sheet_links() -> tuple[SheetLinks, ...]:
    """Return what a branch can fill in."""
    return _sheet_links(get_language(), get_script_prefix())


@cache
def _sheet_links(_language: str | None, _prefix: str) -> tuple[SheetLinks, ...]:
    return tuple(
        SheetLinks(
            title=str(KINDS[code].title),
            template=reverse(f"admin:{pages}_import_template"),
            template_label=_("%(kind)s: template") % {"kind": KINDS[code].title},
            upload=reverse(f"admin:{pages}_import"),
            upload_label=_("%(kind)s: import") % {"kind": KINDS[code].title},
        )
        for code, pages in PAGES.items()
    )
