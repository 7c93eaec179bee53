"""Pinyin initials of personal names, by which people find a member fastest."""

import os
from functools import lru_cache

SURNAMES = {
    "单": "s", "單": "s", "曾": "z", "仇": "q", "解": "x", "区": "o", "區": "o", "查": "z", "朴": "p",
    "盖": "g", "蓋": "g", "尉": "y", "乐": "y", "樂": "y", "缪": "m", "繆": "m", "种": "c", "覃": "q",
}  # fmt: skip
"""Surnames whose reading as a name differs from their common one."""


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """The pinyin initials of a name in lower case, `zxm` for 张晓明; other letters stay as they are."""
    # Imported on first use: the tables take a moment and some memory, and most commands never need them.
    # Phrases, the largest of them, do not occur in names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(name.strip(), style=Style.FIRST_LETTER, errors="default")).lower()
    if name and name[0] in SURNAMES:
        letters = SURNAMES[name[0]] + letters[1:]
    return "".join(letters.split())[:30]
