"""Who the rows of a roster file are: stored members, new ones with a number, new ones without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from members.models import Member, Posting
from members.resources.base import Preview
from members.resources.timeline import Line
from members.services.by import By
from members.services.importing import portions
from members.text import fold


@dataclass(slots=True, eq=False)
class Someone:
    """One person of a roster file: the stored member, or a new one with a number that may be empty."""

    member: Member | None
    number: str
    lines: list[Line] = field(default_factory=list)


class Register:
    """Finds the person of each row.

    A row without a number means the one person of that name in that organisation, stored or in the file;
    when there is none, the name may be found nowhere else in the tree or in the file. Somebody whom the
    user does not write is taken for nobody: of such a member no more is said than that the number or the
    name is in use.
    """

    def __init__(self, lines: Iterable[Line], by: By) -> None:
        self._numbered: dict[str, Someone] = {}
        self._nameless: dict[tuple[int, str], Someone] = {}
        self._stored: dict[int, Someone] = {}
        self._by_place: dict[tuple[int, str], set[Someone]] = {}
        self._places_of_name: dict[str, set[int]] = {}
        self._foreign: set[int] = set()
        self._known_names: set[str] = set()
        self._read(list(lines), by)

    def take(self, line: Line, preview: Preview) -> Someone | None:
        """Give the row to its person; None, with a problem noted, when it is not clear who that is."""
        number, name = line.values["number"], fold(line.values["name"])
        if number is not None:
            someone = self._numbered[number]
            if self._is_foreign(someone):
                preview.problem(line.number, "number", _("this number is taken"))
                return None
        else:
            named = self._by_place.get((line.organisation, name), set())
            found = {someone for someone in named if not self._is_foreign(someone)}
            if len(found) > 1:
                reason = _("ambiguous: several members there have this name; give the member number")
                preview.problem(line.number, "name", reason)
                return None
            if not found and (named or name in self._known_names or len(self._places_of_name[name]) > 1):
                reason = _("possibly a member of another organisation by this name; give the member number")
                preview.problem(line.number, "name", reason)
                return None
            key = line.organisation, name
            someone = next(iter(found)) if found else self._nameless.setdefault(key, Someone(None, ""))
        someone.lines.append(line)
        return someone

    def _read(self, lines: list[Line], by: By) -> None:
        numbers = {line.values["number"] for line in lines} - {None}
        for portion in portions(numbers):
            for member in Member.objects.filter(number__in=portion):
                self._numbered[member.number] = self._of(member)
        names = set()
        for line in lines:
            number, name = line.values["number"], fold(line.values["name"])
            self._places_of_name.setdefault(name, set()).add(line.organisation)
            if number is None:
                names.add(name)
            else:
                someone = self._numbered.setdefault(number, Someone(None, number))
                self._by_place.setdefault((line.organisation, name), set()).add(someone)
        places = {line.organisation for line in lines if line.values["number"] is None}
        for portion in portions(names):
            self._known_names.update(
                Member.objects.filter(name_key__in=portion).values_list("name_key", flat=True)
            )
        for portion in portions(self._known_names):
            posted = Posting.objects.filter(member__name_key__in=portion, organisation__in=places)
            for posting in posted.select_related("member"):
                key = posting.organisation_id, posting.member.name_key
                self._by_place.setdefault(key, set()).add(self._of(posting.member))
        self._foreign = self._outside(by)

    def _of(self, member: Member) -> Someone:
        return self._stored.setdefault(member.pk, Someone(member, member.number))

    def _is_foreign(self, someone: Someone) -> bool:
        return someone.member is not None and someone.member.pk in self._foreign

    def _outside(self, by: By) -> set[int]:
        """Return the keys of the stored members found whom the user does not write."""
        if by.scope.everything:
            return set()
        allowed: set[int] = set()
        for portion in portions(self._stored):
            members = Member.objects.writable_by(by.scope).filter(pk__in=portion)
            allowed.update(members.values_list("pk", flat=True))
        return set(self._stored) - allowed
