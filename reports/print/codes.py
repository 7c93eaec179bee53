"""The code by which a camera finds the page that says whether a notice is genuine."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe

MODULE = 0.55
"""The side of the smallest square, in millimetres."""


@dataclass(frozen=True, slots=True)
class Code:
    """An address, and how it is drawn."""

    address: str

    @property
    def drawing(self) -> SafeString:
        """The QR code as part of a page; it loads nothing."""
        picture = segno.make(self.address, error="m", micro=False)
        drawn = picture.svg_inline(scale=MODULE, unit="mm", border=0, omitsize=False)
        return mark_safe(drawn)  # noqa: S308  # segno's own drawing, nobody's text
