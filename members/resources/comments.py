"""The comments of a sheet as its file keeps them: their texts in one part, their frames in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from members.resources.package import damaged
from members.resources.splice import Walk

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FRAME = re.compile(
    r'<v:shape\b(?:(?!</v:shape>).)*ObjectType="Note"(?:(?!</v:shape>).)*</v:shape>', re.DOTALL
)
_DRAWING = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>\
</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" \
path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" \
o:connecttype="rect"/></v:shapetype>%s</xml>"""
_SHAPE = """<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;width:220px;height:90px;\
visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>\
<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>\
<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"""
_FIRST_SHAPE, _FIRST_BESIDE_OTHERS = 1025, 50_001


class Comments(Walk):
    """The texts of the comments that a sheet has, by the reference of their cell."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.texts: dict[str, str] = {}
        self._at = ""
        self._parser.CharacterDataHandler = self._text
        self.run()

    def begin(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        if name == "comment":
            self._at = attributes.get("ref", "")
            self.texts[self._at] = ""

    def _text(self, data: str) -> None:
        if self.path[-1] == "t" and "comment" in self.path and "rPh" not in self.path:
            self.texts[self._at] += data


def comments_part(texts: Mapping[str, str]) -> bytes:
    """Return the part with the texts of comments, by the reference of their cell."""
    said = "".join(
        f'<comment ref="{at}" authorId="0"><text><t xml:space="preserve">{escape(text)}</t></text></comment>'
        for at, text in texts.items()
    )
    authors = "<authors><author></author></authors>"
    return f'<comments xmlns="{MAIN}">{authors}<commentList>{said}</commentList></comments>'.encode()


def drawing_part(places: Iterable[tuple[int, int]], old: bytes | None) -> bytes:
    """Return the part with the frames of comments at these rows and columns, in place of the old ones.

    What else is drawn in the old part stays.
    """
    rest = "" if old is None else _FRAME.sub("", old.decode(errors="replace"))
    beside = re.search(r"<v:(shape|group|rect|line)\b", rest) is not None
    first = _FIRST_BESIDE_OTHERS if beside else _FIRST_SHAPE
    shapes = "".join(
        _SHAPE % (number, row - 1, column - 1) for number, (row, column) in enumerate(places, first)
    )
    if not beside:
        return (_DRAWING % shapes).encode()
    place = rest.rfind("</xml>")
    if place < 0:
        raise damaged()
    return (rest[:place] + shapes + rest[place:]).encode()
