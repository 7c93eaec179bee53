"""The styles of a workbook with a further one for every style in which a cell is marked."""

from __future__ import annotations

from members.resources.package import damaged
from members.resources.splice import Cut, Walk, prefix_of, spliced, tag_at, with_attributes

COLOUR = "FFFFC9CF"
"""The fill of a wrong cell, which nobody else is likely to choose: by it earlier marks are known."""

PLAIN = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font/></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>'
    b"</styleSheet>"
)
"""The styles of a workbook that has none."""


class Styles(Walk):
    """The styles of cells, by their numbers; those asked for are added."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._fills: list[str] = []
        self._formats: list[tuple[int, int, str]] = []
        self._ends: dict[str, tuple[int, int]] = {}
        self._starts: dict[str, tuple[int, str]] = {}
        self._made: dict[tuple[int, bool], int] = {}
        self._new: list[bytes] = []
        self.run()
        if not {"fills", "cellXfs"} <= self._ends.keys() or not self._formats:
            raise damaged()
        self.marked = {
            number
            for number, (_start, _end, fill) in enumerate(self._formats)
            if fill.isdecimal() and int(fill) < len(self._fills) and self._fills[int(fill)] == COLOUR
        }

    def begin(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        if name in ("fills", "cellXfs"):
            self._starts[name] = self.place, prefix_of(tag)
        elif self.path[-2:] == ["fills", "fill"]:
            self._fills.append("")
        elif self.path[-4:-2] == ["fills", "fill"] and name == "fgColor":
            self._fills[-1] = attributes.get("rgb", "").upper()
        elif self.path[-2:] == ["cellXfs", "xf"]:
            self._formats.append((self.place, 0, attributes.get("fillId", "0")))

    def end(self, name: str) -> None:
        if name in ("fills", "cellXfs"):
            self._ends[name] = self.place, self.after()
        elif self.path[-2:] == ["cellXfs", "xf"]:
            start, _end, fill = self._formats[-1]
            self._formats[-1] = start, self.after(), fill

    def style(self, number: int, *, marked: bool) -> int:
        """Return the number of the style that is as this one, and marked or without a mark."""
        number = number if number < len(self._formats) else 0
        if (number in self.marked) is marked:
            return number
        if (number, marked) not in self._made:
            start, end, _fill = self._formats[number]
            tag = tag_at(self.data, start)
            ours = len(self._fills) if marked else 0
            changed = with_attributes(tag, fillId=ours, applyFill=int(marked))
            self._made[number, marked] = len(self._formats) + len(self._new)
            self._new.append(changed + self.data[start + len(tag) : end])
        return self._made[number, marked]

    def written(self) -> bytes:
        """Return the styles with all that were asked for."""
        _place, p = self._starts["fills"]
        fill = (
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{COLOUR}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
        )
        cuts = []
        counts = {"fills": len(self._fills) + 1, "cellXfs": len(self._formats) + len(self._new)}
        for name, new in (("fills", fill.encode()), ("cellXfs", b"".join(self._new))):
            start, _prefix = self._starts[name]
            tag = tag_at(self.data, start)
            cuts.append(Cut(start, start + len(tag), with_attributes(tag, count=counts[name])))
            cuts.append(Cut(self._ends[name][0], self._ends[name][0], new))
        return spliced(self.data, cuts)
