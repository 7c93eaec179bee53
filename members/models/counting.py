"""How a table says in which years its rows count, so that the database itself can refuse closed ones.

The same is said to the services by `Recorded.touches`; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberYears:
    """Rows of a member (`member`) count from the year of `first` to that of `last`, all by field name.

    Where `last` is not named, in the one year of `first`; where it is empty, without end. `first` is a year
    or a day, of the row that `via` refers to where that is named. `lasting` is (reference, field, value):
    only rows that refer to one with that value last beyond their first year.
    """

    first: str
    last: str = ""
    via: str = ""
    lasting: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class PlaceYear:
    """Rows count in `year` for whoever was posted in `organisation` or below in that year.

    Both are fields of the row that `via` refers to where that is named.
    """

    organisation: str = "organisation"
    year: str = "year"
    via: str = ""


@dataclass(frozen=True, slots=True)
class ListedYear:
    """Rows count in the year of `day` for whoever is on their list: rows of `listed` refer to them.

    As long as `kept` stays as it is, the rest of the row may be changed.
    """

    day: str
    listed: str
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Rows are never deleted, and these fields of theirs stay as they were stored, whatever the year."""

    fields: tuple[str, ...]


Counting = MemberYears | PlaceYear | ListedYear
