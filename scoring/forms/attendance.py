"""The list of an activity as a form: what was typed for each member, and what of it can be stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from members.text import fold, tidy
from scoring.enums import Presence
from scoring.forms.naming import Found, People, cells
from scoring.services.activities import Mark
from scoring.services.attendance import Expected

MOST = 99_999
NOTE = 200
LONGEST_BASE = 1_000_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of one member, as text; no `status` where none is chosen."""

    status: str = ""
    quantity: str = "1"
    note: str = ""

    @property
    def came(self) -> bool:
        """Whether the member was present: a quantity means nothing otherwise."""
        return self.status == Presence.PRESENT

    @property
    def amount(self) -> int:
        """The quantity to store."""
        return int(self.quantity) if self.came else 1

    @classmethod
    def of(cls, mark: Mark) -> Typed:
        """What the fields show for a mark."""
        return cls(str(mark.status), str(mark.quantity), mark.note)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the marks to choose from: the key that chooses it is its place."""

    value: str
    label: str
    key: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One member's line on the page."""

    expected: Expected
    typed: Typed
    error: str

    @property
    def key(self) -> int:
        """The member's key, by which the fields are named."""
        return self.expected.member.pk

    @property
    def options(self) -> list[Option]:
        """The four marks."""
        return [
            Option(value, str(label), key, self.typed.status == value)
            for key, (value, label) in enumerate(Presence.choices, start=1)
        ]

    @property
    def status(self) -> str:
        """The mark in words."""
        return str(dict(Presence.choices).get(self.typed.status, "—"))


class RosterForm:
    """The lines of a list with what is typed in them."""

    def __init__(self, expected: list[Expected], typed: Mapping[int, Typed]) -> None:
        self.expected = expected
        self.typed = {line.member.pk: typed.get(line.member.pk, Typed()) for line in expected}
        self.errors: dict[int, str] = {}

    @classmethod
    def posted(cls, expected: list[Expected], data: Any) -> RosterForm:
        """The form as it was sent."""
        return cls(expected, dict(_sent(expected, data)))

    @property
    def lines(self) -> list[Line]:
        """What the page shows, line by line."""
        return [
            Line(line, self.typed[line.member.pk], self.errors.get(line.member.pk, ""))
            for line in self.expected
        ]

    @property
    def totals(self) -> list[tuple[str, str, int]]:
        """How many are expected (who is exempt is not), and how many have each of the other marks."""
        marks = [typed.status for typed in self.typed.values()]
        due = len(marks) - marks.count(Presence.EXEMPT)
        labels = {value: str(label) for value, label in Presence.choices} | {"present": _("Came")}
        counted = [(value, label, marks.count(value)) for value, label in labels.items()]
        return [("due", _("Expected"), due), *counted, ("none", _("No mark yet"), marks.count(""))]

    def is_valid(self) -> bool:
        """Whether every line can be stored; `errors` say which cannot."""
        for key, typed in self.typed.items():
            if not typed.status:
                continue
            if typed.came and not _is_quantity(typed.quantity):
                self.errors[key] = _("The quantity is a whole number from 1.")
            elif len(typed.note) > NOTE:
                self.errors[key] = _("A note has at most %(limit)s characters.") % {"limit": NOTE}
        return not self.errors

    def marks(self) -> dict[int, Mark]:
        """The marks of those who have one, by member key."""
        return {
            line.member.pk: Mark(line.member, typed.status, typed.amount, typed.note, line.posting)
            for line in self.expected
            if (typed := self.typed[line.member.pk]).status
        }

    def put(self, key: int, **facts: str) -> None:
        """Set fields of one line."""
        self.typed[key] = replace(self.typed[key], **facts)

    def paste(self, text: str) -> Found:
        """Mark as present whoever a pasted text names, or as the text says beside the name."""
        words = words_of_marks()
        found = People(line.member for line in self.expected).find(cells(text), known=words)
        for member in found.members:
            said = (words.get(fold(word)) for word in found.said[member.pk])
            self.put(member.pk, status=next(filter(None, said), Presence.PRESENT.value))
        return found


def words_of_marks() -> dict[str, str]:
    """By word in any of the languages, folded, the mark that it names."""
    words: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {fold(str(label)): str(value) for value, label in Presence.choices}
    return words


def base_of(stored: Mapping[int, Mark]) -> str:
    """The stored marks as a text that a page carries."""
    return json.dumps({key: [mark.status, mark.quantity, mark.note] for key, mark in stored.items()})


def read_base(base: str) -> dict[int, Typed]:
    """The marks that a page carried, by member key; none where it carried none that can be read."""
    try:
        marks = json.loads(base[:LONGEST_BASE])
        return {int(key): Typed(str(mark[0]), str(mark[1]), str(mark[2])) for key, mark in marks.items()}
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        return {}


def changed_since(base: str, stored: Mapping[int, Mark]) -> set[int]:
    """Keys of the members whose stored mark is another than the one that the page carried."""
    read, now = read_base(base), {key: Typed.of(mark) for key, mark in stored.items()}
    return {key for key in now.keys() | read.keys() if now.get(key) != read.get(key)}


def copied(expected: Iterable[Expected], marks: Mapping[int, Mark]) -> dict[int, Typed]:
    """The marks of another list for those who are on this one, without quantities and notes."""
    keys = (line.member.pk for line in expected)
    return {key: Typed(str(marks[key].status)) for key in keys if key in marks}


def _sent(expected: list[Expected], data: Any) -> Iterator[tuple[int, Typed]]:
    for line in expected:
        key = line.member.pk
        status = data.get(f"status-{key}", "")
        quantity = data.get(f"quantity-{key}", "").strip() or "1"
        note = tidy(data.get(f"note-{key}", ""))
        yield key, Typed(status if status in Presence.values else "", quantity, note)


def _is_quantity(text: str) -> bool:
    return text.isdecimal() and len(text) <= len(str(MOST)) and int(text) >= 1
