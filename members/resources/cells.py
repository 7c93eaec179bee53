"""Parsers of cells: a raw value in, the value of the model out, or one sentence on what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from members.models.base import FIRST_YEAR, LAST_YEAR
from members.resources.workbook import ErrorCell, Raw
from members.text import fold, listed, plain_number, tidy, tidy_name, uncontrolled

Parser = Callable[[Raw], Any]

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_YES = frozenset(map(fold, ("是", "√", "✓", "✔", "yes", "y", "true", "1")))
_NO = frozenset(map(fold, ("否", "×", "✗", "✘", "x", "no", "n", "false", "0")))
_MOST = 99_999


class CellError(Exception):
    """A cell does not hold what its column needs; the message is the reason, for the user."""


def text(longest: int, *, clean: Callable[[str], str] = tidy) -> Parser:
    """Return a parser of text of at most `longest` characters; numbers and dates become what is seen."""

    def parse(raw: Raw) -> str:
        value = clean(_seen(raw))
        if len(value) > longest:
            raise CellError(_("longer than %(limit)s characters") % {"limit": longest})
        if not uncontrolled(value):
            raise CellError(_("contains characters that cannot be printed"))
        return value

    return parse


def name(longest: int) -> Parser:
    """Return a parser of a person's name: text, without the spaces that pad a short name."""
    return text(longest, clean=tidy_name)


def identifier(longest: int) -> Parser:
    """Return a parser of a code or number such as 党员编号: NFKC, no white space, 10001.0 is '10001'."""
    return text(longest, clean=plain_number)


def day(raw: Raw) -> date:
    """Return a date from 1900 to 2100: a date cell, 2026-03-05, 2026/3/5 or 2026年3月5日."""
    if isinstance(raw, datetime):
        value = raw.date()
    elif isinstance(raw, date):
        value = raw
    else:
        match = _DATE.fullmatch(_plain(raw)) if isinstance(raw, str) else None
        if match is None:
            raise CellError(_("not a date: write 2026-03-05, 2026/3/5 or 2026年3月5日"))
        try:
            value = date(*(int(part) for part in match.groups() if part is not None))
        except ValueError as error:
            raise CellError(_("there is no such day")) from error
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CellError(_("the year %(year)s cannot be meant") % {"year": value.year})
    return value


def whole(least: int, most: int = _MOST) -> Parser:
    """Return a parser of whole numbers from `least` to `most`; 3.0 is 3, 3.5 is refused."""

    def parse(raw: Raw) -> int:
        value = _decimal(raw)
        if value is None or value != int(value) or not least <= value <= most:
            raise CellError(
                _("not a whole number from %(least)s to %(most)s") % {"least": least, "most": f"{most:,}"}
            )
        return int(value)

    return parse


def percentage(raw: Raw) -> int:
    """Return a percentage from 0 to 100 with at most one decimal, in tenths of a per cent."""
    value = _decimal(raw.removesuffix("%") if isinstance(raw := _plain(raw), str) else raw)
    if value is None or not 0 <= value <= 100 or value * 10 != int(value * 10):
        raise CellError(_("not a percentage from 0 to 100 with at most one decimal"))
    return int(value * 10)


def points(least: int, most: int) -> Parser:
    """Return a parser of points with at most one decimal; bounds and result in hundredths."""

    def parse(raw: Raw) -> int:
        value = _decimal(raw)
        if value is None or value * 10 != int(value * 10) or not least <= value * 100 <= most:
            bounds = {"least": f"{Decimal(least) / 100:f}", "most": f"{Decimal(most) / 100:f}"}
            raise CellError(_("not a number from %(least)s to %(most)s with at most one decimal") % bounds)
        return int(value * 100)

    return parse


def yes_no(raw: Raw) -> bool:
    """Return a truth: 是, √, yes, true, 1 or 否, ×, no, false, 0."""
    if isinstance(raw, bool):
        return raw
    word = fold(_seen(raw)).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(_("neither yes nor no: write 是 or 否"))


def year(raw: Raw) -> int:
    """Return a year from 2000 to 2100; 2026年 is 2026."""
    value = _decimal(_plain(raw).removesuffix("年") if isinstance(raw, str) else raw)
    if value is None or value != int(value) or not 2000 <= value <= 2100:
        raise CellError(_("not a year"))
    return int(value)


def choice(names: Mapping[str, Any] | Iterable[tuple[str, Any]], *, shown: Iterable[str]) -> Parser:
    """Return a parser of one of several words, compared as headers are.

    `names` maps every accepted word to its value; `shown` are the words offered when none fits.
    """
    words = {fold(word).lower(): value for word, value in dict(names).items()}
    offered = tuple(shown)

    def parse(raw: Raw) -> Any:
        try:
            return words[fold(_seen(raw)).lower()]
        except KeyError:
            raise CellError(_("unknown; one of %(words)s") % {"words": listed(offered)}) from None

    return parse


def harmless(text: str) -> str:
    """Return a text as it may stand in a cell: one that begins like a formula gets an apostrophe.

    So does one that has apostrophes before such a beginning already, so that reading, which takes one
    away, gives every text back as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _seen(raw: Raw) -> str:
    """Return a cell as the text that a person sees in it."""
    if isinstance(raw, str):
        return raw[1:] if raw[:1] == "'" and _FORMULA.match(raw) else raw
    if isinstance(raw, ErrorCell):
        raise CellError(_("the cell shows an error instead of a value"))
    if isinstance(raw, float) and raw.is_integer():
        return f"{raw:.0f}"
    if isinstance(raw, datetime):
        return raw.isoformat(" ")
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def _plain(raw: Any) -> Any:
    """Return text in NFKC and without white space, anything else as it is."""
    return "".join(unicodedata.normalize("NFKC", raw).split()) if isinstance(raw, str) else raw


def _decimal(raw: Raw) -> Decimal | None:
    """Return the exact number that a cell shows, None when it shows none."""
    if isinstance(raw, ErrorCell):
        raise CellError(_("the cell shows an error instead of a value"))
    if isinstance(raw, str):
        written = _plain(raw)
        return Decimal(written) if _NUMBER.fullmatch(written) else None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        # Fifteen digits are what a spreadsheet keeps; beyond is noise of binary fractions.
        value = Decimal(f"{raw:.15g}")
    except (InvalidOperation, ValueError):
        return None
    return value if value.is_finite() else None
