"""Reading one table of a scheme file key by key, with a problem for whatever is not as it should be."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from members.text import listed
from scoring.services.schemefile.document import Names, Problem

NAME_LENGTH = 120
CLAUSE_LENGTH = 60
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHARE = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


class Table:
    """One table of the file.

    Each method reads one key and returns its value; where that is missing or wrong it notes a problem
    and returns something empty, so that reading goes on and every problem is found. `close` notes the
    keys that nothing has read.
    """

    def __init__(self, data: Any, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self._read: set[str] = set()
        if not isinstance(data, dict):
            self.fault(_("must be a table of keys and values"))

    def fault(self, reason: str) -> None:
        """Note a problem of this table."""
        self.problems.append(Problem(self.place or _("the file"), reason))

    def close(self) -> None:
        """Note the keys that no scheme has, which are typing errors more often than not."""
        for key in self.data:
            if key not in self._read:
                self.fault(_("unknown key “%(key)s”") % {"key": key})

    def given(self, key: str) -> bool:
        """Whether the key stands in the table."""
        return key in self.data

    def text(self, key: str, *, longest: int) -> str:
        """A text without line breaks, not empty."""
        value = self._value(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self._wrong(key, _("a text"))
            return ""
        if len(value) > longest:
            self._wrong(key, _("a text of at most %(count)s characters") % {"count": longest})
            return ""
        return value.strip()

    def code(self, key: str, *, longest: int = 32) -> str:
        """A code: letters, digits, dots and dashes."""
        value = self.text(key, longest=longest)
        if value and not _CODE.fullmatch(value):
            self._wrong(key, _("a code of letters, digits, dots and dashes"))
        return value

    def choice(self, key: str, options: Collection[str]) -> str:
        """One of the options."""
        value = self._value(key)
        if value is not None and value not in options:
            self._wrong(key, _("one of %(options)s") % {"options": listed(options)})
        return value if isinstance(value, str) else ""

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false; without a default the key is needed."""
        if default is not None and key not in self.data:
            return default
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, _("true or false"))
        return value is True

    def whole(self, key: str, *, least: int, most: int) -> int:
        """A whole number within bounds, both included."""
        value = self._value(key)
        if value is None:
            return least
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._wrong(key, _("a whole number from %(least)s to %(most)s") % {"least": least, "most": most})
            return least
        return value

    def number(self, key: str, *, least: str, most: str, places: int = 2) -> Decimal:
        """A number within bounds, both included, with at most so many decimals."""
        value = self._value(key)
        if value is None:
            return Decimal(least)
        exact = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        fits = isinstance(exact, Decimal) and exact.is_finite() and Decimal(least) <= exact <= Decimal(most)
        if not fits or exact != round(exact, places):
            self._wrong(
                key,
                _("a number from %(least)s to %(most)s with at most %(places)s decimals")
                % {"least": least, "most": most, "places": places},
            )
            return Decimal(least)
        return exact

    def cap(self, key: str, *, least: str, most: str) -> Decimal | None:
        """A number like `number`, or "none" where there is no cap."""
        if self.data.get(key) == "none":
            self._read.add(key)
            return None
        if isinstance(self.data.get(key), str):
            self._value(key)
            self._wrong(key, _('a number, or "none" for no cap'))
            return None
        return self.number(key, least=least, most=most)

    def share(self, key: str) -> Fraction:
        """A fraction above 0 and at most 1, written as "1/3"."""
        value = self._value(key)
        found = _SHARE.fullmatch(value) if isinstance(value, str) else None
        share = Fraction(int(found[1]), int(found[2])) if found else Fraction(0)
        if value is not None and not 0 < share <= 1:
            self._wrong(key, _('a fraction such as "1/3", above 0 and at most 1'))
        return share

    def day(self, key: str) -> date:
        """A date, written as 2026-01-01."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self._wrong(key, _("a date such as 2026-01-01, without quotation marks"))
        return date.min

    def names(self, key: str, *, longest: int = NAME_LENGTH) -> Names:
        """A text in both scripts: { hans = "…", hant = "…" }."""
        if self._value(key) is None:
            return Names("", "")
        return _names(self.data[key], f"{self.place}, {key}", self.problems, longest)

    def optional_names(self, key: str, *, longest: int = NAME_LENGTH) -> Names | None:
        """The same where it may be left out."""
        return self.names(key, longest=longest) if key in self.data else None

    def names_list(self, key: str, *, longest: int) -> tuple[Names, ...]:
        """A list of texts in both scripts, not empty."""
        return tuple(
            _names(row, f"{self.place}, {key} {number}", self.problems, longest)
            for number, row in enumerate(self._list(key), start=1)
        )

    def texts(self, key: str, *, longest: int, empty: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        rows = self._list(key, empty=empty)
        if not all(isinstance(row, str) and row.strip() and len(row) <= longest for row in rows):
            self._wrong(key, _("a list of texts of at most %(count)s characters") % {"count": longest})
            return ()
        return tuple(rows)

    def table(self, key: str) -> Table:
        """A table inside this one, or at the top of the file."""
        value = self._value(key)
        place = key if self.place == "" else f"{self.place}, {key}"
        return Table({} if value is None else value, place, self.problems)

    def rows(self, key: str, *, named: str = "code", word: str = "", empty: bool = False) -> list[Table]:
        """The tables of a list, each with the value of its `named` key as its place."""
        found = []
        for number, row in enumerate(self._list(key, empty=empty), start=1):
            name = row.get(named) if isinstance(row, dict) else None
            label = f"{word or key} {name if isinstance(name, str) and name else f'no. {number}'}"
            place = label if self.place == "" else f"{self.place}, {label}"
            found.append(Table(row, place, self.problems))
        return found

    def _list(self, key: str, *, empty: bool = False) -> list[Any]:
        if empty and key not in self.data:
            return []
        value = self._value(key)
        if value is None:
            return []
        if not isinstance(value, list) or not (value or empty):
            self._wrong(key, _("a list with something in it") if not empty else _("a list"))
            return []
        return value

    def _value(self, key: str) -> Any:
        self._read.add(key)
        if key not in self.data:
            self.fault(_("“%(key)s” is missing") % {"key": key})
            return None
        return self.data[key]

    def _wrong(self, key: str, wanted: str) -> None:
        self.fault(_("“%(key)s” must be %(wanted)s") % {"key": key, "wanted": wanted})


def _names(value: Any, place: str, problems: list[Problem], longest: int) -> Names:
    table = Table(value, place, problems)
    if not isinstance(value, dict):
        return Names("", "")
    names = Names(table.text("hans", longest=longest), table.text("hant", longest=longest))
    table.close()
    return names
