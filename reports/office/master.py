"""The Word file that every page begins as: paper, styles, numbering and page numbers, and no text.

It is kept unzipped in `parts/`, so that a change to it can be read; nothing in it runs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Template

from reports.office.blocks import Paper

PARTS = Path(__file__).parent / "parts"
STYLES = "language.xml"
"""The styles of one language, which stand in the styles' part as often as there are languages in a file."""

FONTS = {
    "zh-hans": {
        "fang": "仿宋_GB2312", "title": "方正小标宋简体", "hei": "黑体", "kai": "楷体_GB2312", "song": "宋体",
        "bold": "0", "language": "zh-CN", "counting": "chineseCountingThousand",
    },
    "zh-hant": {
        "fang": "仿宋", "title": "新細明體", "hei": "微軟正黑體", "kai": "標楷體", "song": "新細明體",
        "bold": "1", "language": "zh-TW", "counting": "taiwaneseCountingThousand",
    },
}  # fmt: skip
"""By language the fonts that offices have, how the language is marked, and how headings count."""

UPRIGHT = {
    "width": 11906, "height": 16838,
    "top": 2098, "right": 1474, "bottom": 1984, "left": 1588, "footer": 1304,
}  # fmt: skip
"""A4 with margins of 37, 26, 35 and 28 mm in twips; the page number stands 7 mm below the type area."""

TURNED = {
    "width": 16838, "height": 11906,
    "top": 1588, "right": 2098, "bottom": 1474, "left": 1984, "footer": 794,
}  # fmt: skip
"""The same sheet turned."""

# In half points: text, title_size, cell; in twips the others. 22 lines of 28 characters: 28.95 and 15.75 pt.
SIZES = {
    Paper.UPRIGHT: UPRIGHT | {
        "text": 32, "line": 579, "indent": 632, "space": -5, "imprint": 28,
        "title_size": 44, "title_line": 720, "title_after": 579, "cell": 24, "cell_line": 320, "pad": 60,
    },
    Paper.WIDE: TURNED | {
        "text": 24, "line": 400, "indent": 480, "space": 0, "imprint": 24,
        "title_size": 40, "title_line": 560, "title_after": 80, "cell": 17, "cell_line": 240, "pad": 20,
    },
    Paper.SLIPS: UPRIGHT | {
        "text": 24, "line": 380, "indent": 480, "space": 0, "imprint": 24,
        "title_size": 32, "title_line": 440, "title_after": 80, "cell": 21, "cell_line": 280, "pad": 60,
    },
}  # fmt: skip
"""By paper its measures and the sizes of its styles."""


def type_width(paper: Paper) -> int:
    """The width of what is set between the margins, in twips."""
    sizes = SIZES[paper]
    return sizes["width"] - sizes["left"] - sizes["right"]


def orientation(paper: Paper) -> str:
    """How the sheet lies, as both file formats name it."""
    return "landscape" if SIZES[paper]["width"] > SIZES[paper]["height"] else "portrait"


@cache
def blank(paper: Paper, languages: Sequence[str]) -> bytes:
    """The file for documents in these languages, each once, the first of which is that of the whole file."""
    first = FONTS[languages[0]]
    said = {
        **first,
        **SIZES[paper],
        "orient": orientation(paper),
        "styles": "".join(_styles(paper, languages)),
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for path in sorted(path for path in PARTS.rglob("*") if path.is_file() and path.name != STYLES):
            package.writestr(str(path.relative_to(PARTS)), Template(path.read_text()).substitute(said))
    return content.getvalue()


def suffix(language: str, languages: Sequence[str]) -> str:
    """What the ids of a language's styles end with: nothing for the first language of a file."""
    return "" if language == languages[0] else FONTS[language]["language"]


def _styles(paper: Paper, languages: Sequence[str]) -> list[str]:
    template = Template((PARTS / STYLES).read_text())
    return [
        template.substitute(
            {**FONTS[language], **SIZES[paper]},
            id=(mark := suffix(language, languages)),
            name=f" {mark}".rstrip(),
        )
        for language in languages
    ]
