"""What a workbook may measure before it is read, and the refusal of one that is not fit to be read."""

from dataclasses import dataclass


class WorkbookRefused(Exception):
    """The whole file is refused; the message is one sentence for the user: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes up to which a workbook is read; together they keep the memory of a read below 300 MB.

    `file_bytes` and `unpacked_bytes` are bytes; `rows` counts rows of data without the header;
    `columns`, and `last_row` where a value may stand, are 1-based positions in the sheet.
    """

    file_bytes: int = 5 * 1024 * 1024
    unpacked_bytes: int = 50 * 1024 * 1024
    rows: int = 50_000
    columns: int = 50
    last_row: int = 60_000
    cells: int = 1_000_000
    strings: int = 1_000_000
    styles: int = 65_536
    merges: int = 10_000
    parts: int = 2_000


LIMITS = Limits()


def megabytes(size: int) -> str:
    """Return a number of bytes in MB with one decimal at most, as people read it."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
