"""The kinds of spreadsheet that can be imported, by the name that the command and the pages use."""

from __future__ import annotations

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
