"""What is measured on a finished PDF: the ink on its pages, their numbers, the rows of their tables."""

import io
import re
from functools import cache

import pdfplumber

MM = 72 / 25.4
HANS = "zh-hans"
HANT = "zh-hant"

UPRIGHT = (28, 184, 37, 262)
"""Left, right, top and bottom of the type area in mm: 28 + 156 = 184, 37 + 225 = 262."""

WIDE = (35, 260, 28, 184)
"""The same turned a quarter clockwise: 35 + 225 = 260, 28 + 156 = 184."""


@cache
def pages_of(page):
    """The pages of a PDF, read once: reading a long one takes longer than printing it."""
    return pdfplumber.open(io.BytesIO(page.pdf)).pages


def is_number(char):
    """Whether a character belongs to the page number: 14 pt Song; on a wide page the only turned text."""
    return not char["upright"] or (
        round(char["size"]) == 14 and "Serif" in char["fontname"] and char["text"] in "—0123456789 "
    )


def inked(page):
    """The smallest box in mm around all but the page number: left, right, top, bottom."""
    things = [char for char in page.chars if not is_number(char)] + page.rects + page.lines + page.curves
    return (
        min(thing["x0"] for thing in things) / MM,
        max(thing["x1"] for thing in things) / MM,
        min(thing["top"] for thing in things) / MM,
        max(thing["bottom"] for thing in things) / MM,
    )


def lines_of(page):
    """The characters of a page, line by line from top to bottom; fonts may differ in where theirs stand."""
    lines = []
    middle = None
    chars = [char for char in page.chars if char["upright"] and not is_number(char)]
    for char in sorted(chars, key=lambda char: char["top"] + char["bottom"]):
        here = (char["top"] + char["bottom"]) / 2
        if middle is None or here - middle > 5:
            lines.append([])
            middle = here
        lines[-1].append(char)
    return [sorted(line, key=lambda char: char["x0"]) for line in lines]


def texts_of(page):
    """The text of each line, without blanks."""
    return ["".join(char["text"] for char in line).replace(" ", "") for line in lines_of(page)]


def cells_of(page):
    """The tables of a page as rows of texts without blanks."""
    return [
        [[re.sub(r"\s", "", cell or "") for cell in row] for row in table] for table in page.extract_tables()
    ]
