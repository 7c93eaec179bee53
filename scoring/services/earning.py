"""What would earn nothing, told before it is recorded: the role does not ask for it, or it is waived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from scoring.models import Entry, Waiver
from scoring.services.roll import Person

Roll = Callable[[int], Sequence[Person]]
"""Who stands in a branch in a year."""


def not_asked() -> str:
    """Why an entry earns nothing whose indicator the role does not ask for."""
    return _("earns nothing: the role does not ask for it")


def is_waived() -> str:
    """Why an entry earns nothing whose indicator the member is excused from."""
    return _("earns nothing: it is waived this year")


def earning_nothing(entries: Mapping[int, Entry], roll_of: Roll) -> dict[int, str]:
    """By key of the entry given why it earns nothing; those that may earn something are left out.

    Two questions for each year in which they lie, whatever their number.
    """
    found = {}
    for year in sorted({entry.date.year for entry in entries.values()}):
        standing = {one.member.pk: one for one in roll_of(year)}
        waived = waivers(standing, year)
        for key, entry in entries.items():
            person = standing.get(entry.member_id)
            if entry.date.year != year or person is None:
                continue
            if not person.asked(entry.indicator.code):
                found[key] = not_asked()
            elif entry.indicator.code in waived.get(entry.member_id, ()):
                found[key] = is_waived()
    return found


def waivers(members: Iterable[int], year: int) -> dict[int, list[str]]:
    """By member the codes of the indicators that are waived in the year: one query."""
    found: dict[int, list[str]] = {}
    rows = Waiver.objects.filter(year=year, member__in=list(members)).order_by("indicator__order")
    for member, code in rows.values_list("member", "indicator__code"):
        found.setdefault(member, []).append(code)
    return found


def told_to_browsers(standing: Sequence[Person], year: int) -> dict[str, object]:
    """The same for a browser, which tells it while a row is typed: by number of the member.

    `of` gives the place of the member's list in `asked`, `waived` what is left out of that.
    """
    asked: list[list[str]] = []
    of: dict[str, int] = {}
    for one in standing:
        role = one.role
        codes = [row.indicator.code for row in role.requirements] if role and role.scored else []
        if codes not in asked:
            asked.append(codes)
        of[one.member.number] = asked.index(codes)
    numbers = {one.member.pk: one.member.number for one in standing}
    waived = {numbers[member]: codes for member, codes in waivers(numbers, year).items()}
    texts = {"asked": not_asked(), "waived": is_waived()}
    return {"year": year, "asked": asked, "of": of, "waived": waived, "texts": texts}
