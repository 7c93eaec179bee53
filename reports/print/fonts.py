"""The font stack of printed pages: the operator's own fonts first, then what the set-up brings along.

| role | used for | from the set-up |
| --- | --- | --- |
| fang 仿宋 | the text | FandolFang; cwTeX FangSong for Traditional script |
| title 小标宋 | the title | Noto Serif CJK bold |
| song 宋体 | page numbers | Noto Serif CJK |
| hei 黑体 | first headings, header rows | Noto Sans CJK |
| kai 楷体 | second headings | LXGW WenKai |
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

logger = logging.getLogger(__name__)


class Style(StrEnum):
    """A type style that an official document is set in."""

    FANG = "fang"
    TITLE = "title"
    SONG = "song"
    HEI = "hei"
    KAI = "kai"


MARKS = (
    (Style.TITLE, ("小标宋", "xiaobiaosong")),
    (Style.FANG, ("仿宋", "fangsong", "fandolfang")),
    (Style.KAI, ("楷", "kai")),
    (Style.HEI, ("黑", "hei")),
    (Style.SONG, ("宋", "song", "simsun")),
)
"""What the names of a font file say of its style; the first match wins."""

FANDOL = "fandol"
CWTEX = "cwtex"
SUPPLIED = (FANDOL, CWTEX)
"""Marks of the two 仿宋 that the set-up supplies: they come after the operator's fonts."""

CWTEX_FILE = Path("/usr/share/fonts/truetype/cwtex/cwfs.ttf")
"""Where Debian installs cwTeX FangSong. It is loaded as a file, because its width must be known."""

STACKS = {
    "zh-hans": {
        Style.FANG: (FANDOL, "LXGW WenKai", "Noto Serif CJK SC"),
        Style.TITLE: ("Noto Serif CJK SC",),
        Style.SONG: ("Noto Serif CJK SC",),
        Style.HEI: ("Noto Sans CJK SC",),
        Style.KAI: ("LXGW WenKai", "Noto Serif CJK SC"),
    },
    "zh-hant": {
        Style.FANG: (CWTEX, FANDOL, "LXGW WenKai", "Noto Serif CJK TC"),
        Style.TITLE: ("Noto Serif CJK TC",),
        Style.SONG: ("Noto Serif CJK TC",),
        Style.HEI: ("Noto Sans CJK TC",),
        Style.KAI: ("LXGW WenKai", "Noto Serif CJK TC"),
    },
}
"""What follows the operator's fonts by language and style: supplied files, installed families, best first."""

LANGUAGES = tuple(STACKS)
"""The languages that pages are printed in."""

SIZE = 16
"""The text size in pt: 3号."""

PITCH = 15.79
"""From character to character in pt, so that 28 fill a line of 156 mm."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file: its style, its family in stylesheets, and the width of a Chinese character in em.

    `supplied` is one of SUPPLIED for a font of the set-up, and empty for one of the operator's.
    """

    path: Path
    style: Style
    family: str
    width: float
    supplied: str


def faces(folder: Path, others: Sequence[Path] = (CWTEX_FILE,)) -> tuple[Face, ...]:
    """The usable fonts of a folder and of some other places; a file or a folder that does not exist has none.

    A file that is no font, or whose names tell no style, is passed over with a line in the log.
    """
    found: list[Face] = []
    for path in (*sorted((*folder.glob("*.ttf"), *folder.glob("*.otf"))), *others):
        if not path.exists():
            continue
        face = _face(path, place=len(found) + 1)
        if face is None:
            logger.warning("Not a font whose style is known: %s", path.name)
        else:
            found.append(face)
    return tuple(found)


def families(language: str, own: Sequence[Face]) -> dict[str, str]:
    """The font families of each style in a language, best first, as CSS and SVG write them."""
    return {
        style.value: ", ".join(
            f"'{name.family if isinstance(name, Face) else name}'" for name in _stack(language, style, own)
        )
        for style in Style
    }


def stylesheet(language: str, own: Sequence[Face]) -> str:
    """The `@font-face` rules and, as custom properties, what depends on the fonts of a language.

    A title is bold unless a 小标宋, which is heavy by itself, is at hand. The space between characters makes
    up for the width of the 仿宋 that leads.
    """
    rules = [
        f"@font-face {{ font-family: '{face.family}'; src: url('{face.path.resolve().as_uri()}') }}"
        for face in own
    ]
    heavy = any(face.style is Style.TITLE for face in own)
    leading = _stack(language, Style.FANG, own)[0]
    width = leading.width if isinstance(leading, Face) else 1
    properties = [f"--{style}: {stack};" for style, stack in families(language, own).items()]
    properties.append(f"--title-weight: {'normal' if heavy else 'bold'};")
    properties.append(f"--space: {PITCH - SIZE * width:.2f}pt;")
    return "\n".join((*rules, "html {", *properties, "}"))


def _stack(language: str, style: Style, own: Sequence[Face]) -> list[Face | str]:
    """Files and installed families of a style in a language, best first."""
    stack: list[Face | str] = [face for face in own if face.style is style and not face.supplied]
    for name in STACKS[language][style]:
        if name in SUPPLIED:
            stack.extend(face for face in own if face.supplied == name)
        else:
            stack.append(name)
    return stack


def _face(path: Path, place: int) -> Face | None:
    """The face of a font file, or None where the file is none or tells no style.

    The place is part of the family: one named like the real font would silently be replaced by an installed
    font of that name.
    """
    try:
        with path.open("rb") as stream, TTFont(stream, lazy=True) as font:
            table = font["name"]
            records = [record.toUnicode() for record in table.names if record.nameID in (1, 4, 6)]
            postscript = table.getDebugName(6) or "font"
            glyph = font.getBestCmap().get(ord("一"))
            width = font["hmtx"][glyph][0] / font["head"].unitsPerEm if glyph else 1
    except (TTLibError, KeyError, OSError, UnicodeError):
        return None
    names = " ".join((path.stem, *records)).lower()
    style = next((style for style, marks in MARKS if any(mark in names for mark in marks)), None)
    if style is None:
        return None
    supplied = next((mark for mark in SUPPLIED if mark in names), "")
    return Face(path, style, f"{postscript}-{place}", width, supplied)
