"""The XML of a sheet with wrong cells marked and, in one more column, a note on each of their rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

from members.resources.scan import column_letters, column_number
from members.resources.splice import Cut, Walk, prefix_of, spliced, tag_at, with_attributes

_BEHIND = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst",
}  # fmt: skip
"""What follows the drawing of the comments in a sheet."""

Place = tuple[int, int]
"""Row and column, from 1."""


class _Cell(NamedTuple):
    """Where a cell stands: its column, and its first byte and the one after its last."""

    column: int
    start: int
    end: int


class MarkedSheet(Walk):
    """A sheet that is walked over once; then it is told what to mark.

    `wrong` are the cells to mark, `noted` the notes by row, the header among them. `restyle` gives, for the
    number of a style and whether it is to be marked, the number of the style to take; `marked` are the
    styles of earlier marks. `column` is the one with the earlier notes, 0: there is none.
    """

    def __init__(
        self,
        data: bytes,
        *,
        wrong: Collection[Place],
        noted: Mapping[int, str],
        column: int,
        marked: Collection[int],
        restyle: Callable[..., int],
    ) -> None:
        super().__init__(data)
        self.widest = 0
        self.drawing = ""
        self._wrong, self._noted, self._column = set(wrong), noted, column
        self._marked, self._restyle = set(marked), restyle
        self._rows: dict[int, list[int]] = {row: [] for row in noted}
        for row, place in sorted(wrong):
            self._rows.setdefault(row, []).append(place)
        self._cuts: list[Cut] = []
        self._styles: list[tuple[int, int, int]] = []
        self._row = self._place = self._start = 0
        self._prefix = ""
        self._drawn: Cut | None = None
        self._root = ""
        self._ends: dict[int, int] = {}
        self._cells: dict[int, list[_Cell]] = {row: [] for row in self._rows}
        self.run()

    def begin(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        match self.path:
            case [_]:
                self._root = prefix_of(tag)
            case [_, "cols", "col"]:
                first, last, style = (int(attributes.get(key, 0)) for key in ("min", "max", "style"))
                self._styles.append((first, last, style))
            case [_, "sheetData", "row"]:
                self._row, self._place = int(attributes.get("r", self._row + 1)), 0
                self._prefix = prefix_of(tag)
                if self._row in self._rows:
                    self._change(with_attributes(tag_at(self.data, self.place), spans=None))
            case [_, "sheetData", "row", "c"]:
                self._cell(attributes)
            case [_, "sheetData", "row", "c", "v" | "is"] if self._place != self._column:
                self.widest = max(self.widest, self._place)
            case [_, "legacyDrawing"]:
                self.drawing = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            case [_, inside] if inside in _BEHIND and self._drawn is None:
                self._drawn = Cut(self.place, self.place, b"")

    def end(self, name: str) -> None:
        if name == "row" and len(self.path) == 3:
            if self._row in self._rows:
                self._ends[self._row] = self.place
        elif name == "c" and len(self.path) == 4:
            if self._place == self._column:
                self._cuts.append(Cut(self._start, self.after(), b""))
            elif self._row in self._rows:
                self._cells[self._row].append(_Cell(self._place, self._start, self.after()))
        elif len(self.path) == 1 and self._drawn is None:
            self._drawn = Cut(self.place, self.place, b"")

    def _cell(self, attributes: dict[str, str]) -> None:
        """Mark a cell that is wrong, or take an earlier mark from one that is not any more."""
        letters = attributes.get("r", "").rstrip("0123456789")
        self._place = column_number(letters) if letters else self._place + 1
        self._start = self.place
        style = int(attributes.get("s", 0))
        wrong = (self._row, self._place) in self._wrong
        if self._place != self._column and (wrong or style in self._marked):
            tag = tag_at(self.data, self.place)
            self._change(with_attributes(tag, s=self._restyle(style, marked=wrong)))

    def _change(self, tag: bytes) -> None:
        start = self.place
        self._cuts.append(Cut(start, start + len(tag_at(self.data, start)), tag))

    def written(self, notes: int, drawing: str | None) -> bytes:
        """Return the sheet with its marks, and the notes in this column (0: nowhere).

        `drawing` is the relation of the comments' drawing where the sheet has none yet.
        """
        cuts = [*self._cuts]
        for row, missing in self._rows.items():
            have = {cell.column: cell for cell in self._cells[row]}
            new = [(column, self._empty(row, column)) for column in missing if column not in have]
            if notes and row in self._noted:
                new.append((notes, self._note(row, notes, self._noted[row])))
            for column, cell in new:
                if column in have:
                    cuts.append(Cut(have[column].start, have[column].end, cell))
                    continue
                place = next((one.start for one in have.values() if one.column > column), self._ends.get(row))
                if place is not None:
                    cuts.append(Cut(place, place, cell))
        if drawing is not None and not self.drawing and self._drawn is not None:
            relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            new_tag = f'<{self._root}legacyDrawing xmlns:r="{relations}" r:id="{drawing}"/>'
            cuts.append(self._drawn._replace(new=new_tag.encode()))
        return spliced(self.data, cuts)

    def _empty(self, row: int, column: int) -> bytes:
        """Return a cell that is marked and holds nothing, as its column looks."""
        styles = (style for first, last, style in self._styles if first <= column <= last)
        style = self._restyle(next(styles, 0), marked=True)
        return f'<{self._prefix}c r="{column_letters(column)}{row}" s="{style}"/>'.encode()

    def _note(self, row: int, column: int, text: str) -> bytes:
        p = self._prefix
        said = f'<{p}is><{p}t xml:space="preserve">{escape(text)}</{p}t></{p}is>'
        return f'<{p}c r="{column_letters(column)}{row}" t="inlineStr">{said}</{p}c>'.encode()
