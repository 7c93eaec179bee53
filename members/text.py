"""Folding of words, so that equal ones compare equal however they were typed, and lists of words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from django.utils.translation import gettext as _

# Characters without a glyph that come along when cells are pasted from a browser or a chat.
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CJK_ONLY = re.compile(r"[^A-Za-z0-9]+")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return *text* in the form in which headers and names are compared.

    NFKC, without white space, case folded, every Traditional or variant character replaced by its
    Simplified one. Two texts mean the same header or name when their folded forms are equal; the
    folded form itself is never shown.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).casefold().translate(_simplified())


def tidy(text: str) -> str:
    """Return *text* as it is stored: no white space around it, any run of it inside made one space."""
    return " ".join(text.split())


def tidy_name(name: str) -> str:
    """Return a person's name as it is stored.

    Names of two characters are often padded to three (张　三): in a name without Latin letters or
    digits all white space goes. Anything else keeps single spaces.
    """
    return "".join(name.split()) if _CJK_ONLY.fullmatch(name) else tidy(name)


def listed(words: Iterable[str]) -> str:
    """Return words as a list in the user's language: a, b, c, or 甲、乙、丙."""
    return _(", ").join(words)


def strung(clauses: Iterable[str]) -> str:
    """Return clauses as one sentence in the user's language, each set off from the next."""
    return _("; ").join(clauses)


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
