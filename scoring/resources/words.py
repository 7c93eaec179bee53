"""Finding indicators and award levels by code or name, as a sheet writes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.utils.translation import gettext as _

from members.text import fold, listed
from scoring.models import AwardLevel, Indicator, Requirement


class Told(str):
    """A text in the language of the day, and what it is in every language.

    What an import would do is compared by `repr`, from one language to another: that is the latter.
    """

    __slots__ = ("_same",)

    _same: str

    def __new__(cls, text: str, same: str) -> Self:
        """The text."""
        made = super().__new__(cls, text)
        made._same = same
        return made

    def __repr__(self) -> str:
        return repr(self._same)


def name_of(indicator: Indicator) -> Told:
    """The name of an indicator; in every language it is its code."""
    return Told(indicator.name, indicator.code)


class Indicators:
    """All indicators by code, name in either script, and the wordings that requirements give them."""

    def __init__(self) -> None:
        self.by_key = {indicator.pk: indicator for indicator in Indicator.objects.all()}
        self._by_word: dict[str, set[int]] = {}
        wordings = Requirement.objects.values_list("wording_hans", "wording_hant", "indicator").distinct()
        for hans, hant, key in wordings:
            for word in {fold(hans), fold(hant)} - {""}:
                self._by_word.setdefault(word, set()).add(key)
        # An indicator's own name goes before what some requirement calls another one.
        for key, indicator in self.by_key.items():
            for word in (indicator.code, indicator.name_hans, indicator.name_hant):
                self._by_word[fold(word)] = {key}

    def find(self, word: str) -> tuple[Indicator | None, str]:
        """Return the indicator that a word means, or None and why it means none."""
        found = self._by_word.get(fold(word), set())
        if len(found) == 1:
            return self.by_key[next(iter(found))], ""
        if found:
            meant = sorted((self.by_key[key] for key in found), key=lambda one: (one.order, one.code))
            codes = listed(_("%(name)s (%(code)s)") % {"name": one.name, "code": one.code} for one in meant)
            return None, _("means several indicators; give the code: %(codes)s") % {"codes": codes}
        return None, _("there is no such indicator")

    def words(self, kinds: Collection[str]) -> list[str]:
        """Return how a sheet calls the indicators of these kinds."""
        rows = sorted(self.by_key.values(), key=lambda indicator: (indicator.order, indicator.code))
        return [self.word(indicator.pk) for indicator in rows if indicator.kind in kinds]

    def word(self, key: int) -> str:
        """Return how a sheet calls an indicator: by its name if that means it alone, else by its code."""
        indicator = self.by_key[key]
        return indicator.name if self.find(indicator.name)[0] == indicator else indicator.code


class Levels:
    """All award levels by code and by name in either script."""

    def __init__(self) -> None:
        self.by_key = {level.pk: level for level in AwardLevel.objects.all()}
        self._by_word = {
            fold(word): level
            for level in self.by_key.values()
            for word in (level.code, level.name_hans, level.name_hant)
        }

    def find(self, word: str) -> AwardLevel | None:
        """Return the level that a word means, None when it means none."""
        return self._by_word.get(fold(word))

    def word(self, key: int) -> str:
        """Return how a sheet calls a level, as it calls an indicator."""
        level = self.by_key[key]
        return level.name if self.find(level.name) == level else level.code
