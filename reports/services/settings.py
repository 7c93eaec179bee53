"""What an organisation's printed pages say of itself, gathered from its own settings and those above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from members.enums import OrganisationKind
from members.models import Organisation
from members.services import recording
from members.services.by import By
from reports.enums import ListOrder, NamedOnWall, PageLanguage
from reports.models import PrintSettings
from reports.print.documents import Phone
from scoring.models import Scheme


@dataclass(frozen=True, slots=True)
class PageTerms:
    """The settings in force for one organisation; `publicity_days` is None where the scheme decides.

    `addressee` is empty where nobody has said one; `wall` says who is named on the half-year notice.
    """

    language: str
    signature: str
    phones: tuple[Phone, ...]
    publicity_days: int | None
    addressee: str = ""
    order: ListOrder = ListOrder.RANK
    wall: NamedOnWall = NamedOnWall.NOBODY

    def days_of(self, scheme: Scheme) -> int:
        """For how many working days a notice hangs: as the settings say, else the scheme (I21)."""
        return self.publicity_days or scheme.publicity_days


class SettingsBook:
    """The settings of the whole tree, read with two queries; after that every answer is a look-up.

    `order` is one that is asked for this once; `unsaved` are settings that stand for what is stored.
    """

    def __init__(self, *, order: ListOrder | None = None, unsaved: PrintSettings | None = None) -> None:
        rows = PrintSettings.objects.select_related("organisation")
        self._rows = {row.organisation.path: row for row in rows}
        if unsaved is not None:
            self._rows[unsaved.organisation.path] = unsaved
        self._order = order
        committees = Organisation.objects.filter(kind=OrganisationKind.COMMITTEE)
        self._committees = {committee.path: committee for committee in committees}

    def terms(self, organisation: Organisation) -> PageTerms:
        """What holds for an organisation: its own word, else that of the nearest above.

        Its telephone may be that of a general branch above it; the committee's stands beside it. A signature
        is nobody's but the organisation's own.
        """
        above = list(_upwards(organisation))
        rows = [self._rows[path] for path in above if path in self._rows]
        committee = self.committee(organisation)
        own = self._rows.get(organisation.path)
        phones = [Phone(owner=organisation.name, number=self._phone(above))]
        if committee is not None and committee.pk != organisation.pk:
            theirs = self._rows.get(committee.path)
            phones.append(Phone(owner=committee.name, number=theirs.phone if theirs else ""))
        return PageTerms(
            language=next((row.language for row in rows if row.language), str(PageLanguage.HANS)),
            signature=own.signature if own and own.signature else organisation.name,
            phones=tuple(phones),
            publicity_days=next((row.publicity_days for row in rows if row.publicity_days), None),
            addressee=next((row.addressee for row in rows if row.addressee), ""),
            order=self._order or ListOrder(next((row.order for row in rows if row.order), ListOrder.RANK)),
            wall=NamedOnWall(next((row.wall for row in rows if row.wall), NamedOnWall.NOBODY)),
        )

    def blanks(self, organisations: Iterable[Organisation]) -> list[str]:
        """Whose telephone is not set, of those that stand on the notices of these: each named once."""
        phones = (phone for one in organisations for phone in self.terms(one).phones)
        return list(dict.fromkeys(phone.owner for phone in phones if not phone.number))

    def committee(self, organisation: Organisation) -> Organisation | None:
        """The committee nearest to an organisation: itself, or the first one above it."""
        above = _upwards(organisation)
        return next((self._committees[path] for path in above if path in self._committees), None)

    def _phone(self, above: list[str]) -> str:
        """The nearest telephone up to, and without, the first committee above the organisation itself."""
        for place, path in enumerate(above):
            if place and path in self._committees:
                break
            if path in self._rows and self._rows[path].phone:
                return self._rows[path].phone
        return ""


def save_settings(*, by: By, settings: PrintSettings) -> None:
    """Store new or changed settings. Raises OutOfScope, Refused with the reason, or Stale."""
    if settings._state.adding:
        recording.add(by, settings, verb="add print settings")
    else:
        recording.change(by, settings, verb="change print settings")


def _upwards(organisation: Organisation) -> list[str]:
    """The tree paths of the organisation and of all above it, the nearest first."""
    path, step = organisation.path, organisation.steplen
    return [path[:end] for end in range(len(path), 0, -step)]
