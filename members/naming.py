"""How files are called that leave the system: in the user's words, as every system allows."""

from __future__ import annotations

import re
import unicodedata

from django.utils.http import content_disposition_header

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
"""What some system allows in no name of a file."""
LONGEST_NAME = 200
"""Bytes of a name in UTF-8, without number and ending: file systems take 255."""


def file_name(*parts: object) -> str:
    """The parts that say anything, joined to the name of a file without its ending; a long one is cut short.

    It is no longer than LONGEST_NAME, for which the longest part gives first.
    """
    said = [_UNSAFE.sub("_", unicodedata.normalize("NFC", str(part))) for part in parts]
    said = [part for part in said if part.strip(". ")]
    excess = len("-".join(said).encode()) - LONGEST_NAME
    if excess > 0:
        longest = max(range(len(said)), key=lambda at: len(said[at].encode()))
        said[longest] = _cut(said[longest], max(len(said[longest].encode()) - excess, 1))
    return _cut("-".join(said), LONGEST_NAME) or "_"


def to_download(name: str, ending: str) -> dict[str, str]:
    """The header by which a browser keeps an answer as a file of this name, whatever its letters."""
    said = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    return {"Content-Disposition": str(said)}


def _cut(text: str, longest: int) -> str:
    """A text of at most so many bytes in UTF-8."""
    return text.encode()[:longest].decode(errors="ignore").strip(". ")
