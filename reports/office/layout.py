"""How a page is laid out in a workbook: tables of like columns on one sheet, all words under the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.office.blocks import Block, Box, Grid, Page, Slip, Style, Words
from reports.tables import WIDTH_PARTS

ON_TOP = (Style.PROVISIONAL, Style.IMPRINT)
"""What must be seen before the figures stands over them."""


@dataclass(slots=True)
class Register:
    """A sheet: its name, header and widths of columns, and rows; words among these stand over a group."""

    name: str
    header: Sequence[Sequence[Box]] = ()
    shares: Sequence[int] = (WIDTH_PARTS,)
    lines: list[Words | Sequence[Box]] = field(default_factory=list)
    totalled: bool = False

    def fits(self, grid: Grid) -> bool:
        """Whether the rows of a table may follow: it has the same header and widths."""
        return self._head(self.header) == self._head(grid.header) and list(self.shares) == list(grid.shares)

    @staticmethod
    def _head(rows: Sequence[Sequence[Box]]) -> list[list[str]]:
        return [[box.text for box in row] for row in rows]


@dataclass(slots=True)
class Layout:
    """The sheets of one page: lines over each table, the tables, and what stands under the first of them."""

    title: Sequence[str]
    top: list[Words] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    _heading: Words | None = None
    _group: list[Words] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Layout:
        """The layout of a page."""
        made = cls([words.text for words in page.headings()] or [page.title])
        for block in page.blocks:
            made._take(block)
        if not made.registers:
            made.registers.append(Register(made.title[-1]))
        return made

    def _take(self, block: Block) -> None:
        match block:
            case Words(style=Style.TITLE):
                pass
            case Words() if block.style in ON_TOP:
                self.top.append(block)
            case Words(style=Style.HEADING):
                self._heading = block
            case Words(style=Style.SUBHEADING):
                self._group = [block]
            case Grid():
                self._register(block)
            case Slip():
                self._slip(block)
            case _:
                if self._heading is not None:
                    self.notes.append(self._heading)
                    self._heading = None
                self.notes.append(block)

    def _register(self, grid: Grid) -> None:
        """Rows go on where the columns are the same; the words before them stand over them as a group."""
        over = self._group or ([self._heading] if self._heading else [])
        if not self.registers or not self.registers[-1].fits(grid):
            name = (self._heading or (over[0] if over else None)) or Words(Style.TITLE, [])
            self.registers.append(
                Register(name.text or self.title[-1], grid.header, grid.shares, totalled=grid.totalled)
            )
        self.registers[-1].lines += [*over, *grid.rows]
        self._heading, self._group = None, []

    def _slip(self, slip: Slip) -> None:
        """A slip is a group: what it says, its rows, who says it."""
        for block in slip.blocks:
            if isinstance(block, Grid):
                self._register(block)
            elif isinstance(block, Words) and block.style in ON_TOP:
                self.top = self.top or [block]
            elif isinstance(block, Words) and block.style is Style.SIGNED:
                self.registers[-1].lines.append(block)
            elif isinstance(block, Words) and block.style is not Style.TITLE:
                self._group.append(block)
