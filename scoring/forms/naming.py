"""People by what is typed or pasted: names, numbers, or cells of a spreadsheet that hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from members.models import Member
from members.text import fold, tidy

LONGEST = 60
MOST_LINES = 2_000
_SEPARATORS = re.compile(r"[\t,，、;；]+")


@dataclass(slots=True)
class Found:
    """Who was meant, in the order of the text, and which cells mean several people or nobody here.

    `said` holds by member key what else stood in the member's line.
    """

    members: list[Member] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    said: dict[int, list[str]] = field(default_factory=dict)


def cells(text: str) -> Iterator[list[str]]:
    """The cells of each line that has any."""
    for line in text.splitlines()[:MOST_LINES]:
        found = [tidy(cell)[:LONGEST] for cell in _SEPARATORS.split(line)]
        if filled := [cell for cell in found if cell]:
            yield filled


class People:
    """Members to be found by number, or by a name in either script."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._by_word: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            for word in {fold(member.name), fold(member.number)}:
                self._by_word[word].append(member)

    def find(self, lines: Iterable[list[str]], known: Iterable[str] = ()) -> Found:
        """Whom the lines mean. Serial numbers and `known` words, such as marks, mean nobody.

        A number in the line of a name that several have says which of them is meant.
        """
        found = Found()
        others = {fold(word) for word in known}
        for line in lines:
            words = [word for cell in line for word in self._words(cell)]
            meant = {word: self._by_word.get(fold(word), []) for word in words}
            sure = {people[0].pk: people[0] for people in meant.values() if len(people) == 1}
            for member in sure.values():
                if member.pk not in found.said:
                    found.members.append(member)
                found.said[member.pk] = words
            for word, people in meant.items():
                if len(people) > 1 and not any(member.pk in sure for member in people):
                    found.ambiguous.append(word)
                elif not people and not sure and fold(word) not in others and not _serial(word):
                    found.unknown.append(word)
        return found

    def _words(self, cell: str) -> list[str]:
        """A cell as one word, or where that is nobody and it holds several, word by word."""
        parts = cell.split()
        if fold(cell) in self._by_word or not any(fold(part) in self._by_word for part in parts):
            return [cell]
        return parts


def _serial(word: str) -> bool:
    return word.rstrip(".．、)）").isdecimal()
