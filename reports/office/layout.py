"""How a page is laid out in a workbook: a sheet for tables of like columns, and words in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from members.resources.writing import LONGEST_TITLE
from reports.office.blocks import Block, Box, Grid, Opinions, Origin, Page, Signature, Slip, Style, Words
from reports.tables import WIDTH_PARTS

ON_TOP = (Style.PROVISIONAL, Style.IMPRINT)
"""What must be seen before the figures: it stands on every sheet."""
JOINED = "、"


@dataclass(slots=True)
class Register:
    """A sheet: lines of its title, what stands before its table, the table, and what stands after it.

    Among its `lines` words stand over a group of rows. The `first` sheet begins a document, or a part of one
    with a title of its own; the others hold a `section`, or rows of the `groups`.
    """

    title: Sequence[str]
    first: bool
    section: str = ""
    groups: list[str] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    header: Sequence[Sequence[Box]] = ()
    shares: Sequence[int] = (WIDTH_PARTS,)
    lines: list[Words | Sequence[Box]] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    totalled: bool = False

    @property
    def name(self) -> str:
        """What it holds, in a few words."""
        if self.first:
            return self.title[-1]
        if self.section and len(self.groups) != 1:
            return self.section
        groups = JOINED.join(self.groups)
        if len(groups) > LONGEST_TITLE:
            groups = self.groups[0]
        return " ".join(filter(None, (self.section, groups))) or self.title[-1]

    def takes(self, grid: Grid, title: Sequence[str]) -> bool:
        """Whether the rows of a table may follow: it has the same title, header and widths."""
        like = self._head(self.header) == self._head(grid.header) and list(self.shares) == list(grid.shares)
        return like and self.title == title

    @staticmethod
    def _head(rows: Sequence[Sequence[Box]]) -> list[list[str]]:
        return [[box.text for box in row] for row in rows]


@dataclass(slots=True)
class Layout:
    """The sheets of one page, made block by block in the order of the page.

    What stands before the first table and after it is on its sheet. A table of other columns has a sheet of
    its own, with the words that follow it; a section without a table, and whatever is signed, on the first.
    """

    title: Sequence[str]
    registers: list[Register] = field(default_factory=list)
    _top: list[Block] = field(default_factory=list)
    _before: list[Block] = field(default_factory=list)
    _heading: Words | None = None
    _group: list[Words] = field(default_factory=list)
    _section: str = ""
    _first: Register | None = None
    _placed: bool = False

    @classmethod
    def of(cls, page: Page) -> Layout:
        """The layout of a page."""
        made = cls([page.title])
        for block in page.blocks:
            made._take(block)
        if not made.registers:
            made.registers.append(Register(made.title, first=True, before=made._before))
        return made

    def _take(self, block: Block) -> None:
        match block:
            case Words(style=Style.TITLE):
                self._begin(block.each_line)
            case Words() if block.style in ON_TOP:
                if self._first is None:
                    self._top.append(block)
                self._before.append(block)
            case Words(style=Style.HEADING):
                self._heading, self._section, self._placed = block, "", False
            case Words(style=Style.SUBHEADING):
                self._group = [block]
            case Grid():
                self._register(block)
            case Slip():
                self._slip(block)
            case _:
                self._place(block)

    def _begin(self, title: Sequence[str]) -> None:
        """A title: of the page, or of a part that goes on where the one before had the same."""
        self.title, self._first, self._before = title, None, []

    def _place(self, block: Block) -> None:
        """Words and figures outside of tables, with the heading that they stand under."""
        on_first = (
            self._heading is not None or self._placed or isinstance(block, Signature | Opinions | Origin)
        )
        if self._first is None:
            place = self._before
        else:
            place = (self._first if on_first else self.registers[-1]).after
        if self._heading is not None:
            place.append(self._heading)
            self._heading, self._placed = None, True
        place.append(block)

    def _register(self, grid: Grid) -> None:
        """Rows go on where the columns are the same; the words before them stand over them as a group."""
        heading, group = self._heading, self._group
        if heading is not None and group:
            self._section = heading.text
        last = self.registers[-1] if self.registers else None
        if last is None or not last.takes(grid, self.title):
            first = self._first is None
            before = self._before if first else [*self._top, *self._before]
            if first and heading is not None:
                before, heading = [*before, heading], None
            last = Register(
                self.title, first, self._section, [], before, grid.header, grid.shares, totalled=grid.totalled
            )
            self.registers.append(last)
            self._first = self._first or last
        elif self._first is None:
            self._first = last
        over = group or ([heading] if heading is not None else [])
        last.groups += [words.text for words in over]
        last.lines += [*over, *grid.rows]
        self._heading, self._group, self._before, self._placed = None, [], [], False

    def _slip(self, slip: Slip) -> None:
        """A slip is a group: what it says, its rows, who says it."""
        for block in slip.blocks:
            if isinstance(block, Grid):
                self._register(block)
            elif isinstance(block, Words) and block.style in ON_TOP:
                if not self.registers:
                    self._before = [block]
            elif isinstance(block, Words) and block.style is Style.SIGNED:
                self.registers[-1].lines.append(block)
            elif isinstance(block, Words) and block.style is Style.TITLE:
                self.title = [*self.title[:1], block.text]
            elif isinstance(block, Words):
                self._group.append(block)
