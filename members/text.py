"""Folding of words, so that equal ones compare equal however they were typed, and lists of words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from django.utils.translation import gettext as _
from opencc import OpenCC

# Characters without a glyph that come along when cells are pasted from a browser or a chat.
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))
_DIRECTIONS = "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
LONGEST_KEY = 18
"""Digits of a key that every database takes."""
_KEPT = re.compile(r"(<b>.*?</b>|<[^>]+>)", re.DOTALL)
_CJK_ONLY = re.compile(r"[^A-Za-z0-9]+")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return *text* in the form in which headers and names are compared.

    NFKC, without white space, every Traditional or variant character replaced by its Simplified one.
    Two texts mean the same header or name when their folded forms are equal; the folded form itself
    is never shown.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).translate(_simplified())


def tidy(text: str) -> str:
    """Return *text* as it is stored: nothing invisible, no white space around it, any run of it one space."""
    return " ".join(visible(text).split())


def plain_number(text: str) -> str:
    """Return a code or number as it is stored: NFKC, without white space and what is invisible."""
    return "".join(unicodedata.normalize("NFKC", visible(text)).split())


def readable(argument: str) -> str:
    """Return a command's argument as text that can be looked up and printed, whatever bytes were typed."""
    return argument.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "")


def visible(text: str) -> str:
    """Return *text* without the characters that have no glyph and come along unseen."""
    return text.translate(_UNSEEN)


def uncontrolled(text: str, *, lines: bool = False) -> bool:
    """Tell whether *text* has no control, surrogate or direction character.

    `lines` allows line breaks and tabs. A character that this Python's tables do not know yet is no
    fault: names use rare ones.
    """
    allowed = "\n\r\t" if lines else ""
    return all(
        character in allowed
        or (unicodedata.category(character) not in _CONTROLS and character not in _DIRECTIONS)
        for character in text
    )


def tidy_name(name: str) -> str:
    """Return a person's name as it is stored.

    Names of two characters are often padded to three (张　三): in a name without Latin letters or
    digits all white space goes. Anything else keeps single spaces.
    """
    plain = visible(name)
    return "".join(plain.split()) if _CJK_ONLY.fullmatch(plain) else tidy(plain)


def traditional(html: str) -> str:
    """Return a page's Simplified text in Traditional characters, as they are written in Taiwan.

    Tags stay as they are, and so does what stands in bold: words of the interface, in their own translation.
    """
    pieces = _KEPT.split(html)
    return "".join(piece if at % 2 else _converter().convert(piece) for at, piece in enumerate(pieces))


def listed(words: Iterable[str]) -> str:
    """Return words as a list in the user's language: a, b, c, or 甲、乙、丙."""
    return _(", ").join(words)


def strung(clauses: Iterable[str]) -> str:
    """Return clauses as one sentence in the user's language; only the last keeps its full stop."""
    *others, last = [*clauses] or [""]
    return _("; ").join([*(clause.rstrip(".。") for clause in others), last])


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


@cache
def _simplified() -> dict[int, str | None]:
    """Return the translation table from OpenCC's own dictionaries, character by character.

    A character that is already a Simplified one stays. A variant of Taiwan or Hong Kong goes by way of
    the standard Traditional character (眾 → 衆 → 众).
    """
    standard = _first_choices("TSCharacters.txt")
    settled = set(standard.values())
    table: dict[int, str | None] = {ord(character): None for character in _INVISIBLE}
    for name in ("HKVariantsRev.txt", "TWVariantsRev.txt"):
        for variant, traditional in _first_choices(name).items():
            if variant not in settled:
                table[ord(variant)] = standard.get(traditional, traditional)
    for traditional, simplified in standard.items():
        table[ord(traditional)] = standard.get(simplified, simplified)
    return table


def _first_choices(name: str) -> dict[str, str]:
    """Return character → first listed counterpart of one dictionary file of OpenCC."""
    lines = files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {source: targets.split()[0] for source, targets in pairs if len(source) == 1}


def is_key(value: object) -> bool:
    """Whether what a browser sent can be a key: digits, and no more of them than every database takes."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
