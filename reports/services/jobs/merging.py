"""Many PDFs as one, written one after the other: no more than one of them is in memory at a time.

pypdf's own writer keeps all objects of all files until the end, which is 500 MB for 300 branches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, cast

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

Numbering = Callable[[IndirectObject], int]

CATALOG, PAGES, OUTLINE = 1, 2, 3
"""The numbers of the objects that the merged file has of its own."""


class Merger:
    """Writes the pages of one file after the other, and in the end what leads to them."""

    def __init__(self, into: IO[bytes]) -> None:
        self._into = into
        self._offsets: dict[int, int] = {}
        self._next = OUTLINE + 1
        self._trees: list[tuple[int, int]] = []
        self._titles: list[tuple[str, int]] = []
        into.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, file: IO[bytes], title: str) -> None:
        """Append all pages of a file, found in the outline under the title."""
        reader = PdfReader(file)
        numbers: dict[int, int] = {}
        waiting: list[IndirectObject] = []

        def number(reference: IndirectObject) -> int:
            if reference.idnum not in numbers:
                numbers[reference.idnum] = self._taken()
                waiting.append(reference)
            return numbers[reference.idnum]

        tree = reader.root_object.raw_get("/Pages")
        first = cast(IndirectObject, reader.pages[0].indirect_reference)
        self._trees.append((number(tree), len(reader.pages)))
        self._titles.append((title, number(first)))
        while waiting:
            reference = waiting.pop()
            found = reference.get_object()
            _renumber(found, number)
            if reference.idnum == tree.idnum:
                found[NameObject("/Parent")] = _reference(PAGES)  # type: ignore[index]
            self._write(numbers[reference.idnum], found)

    def close(self) -> None:
        """Write the page tree, the outline and the table of all objects."""
        self._write(
            PAGES,
            _dictionary(
                Type=NameObject("/Pages"),
                Kids=ArrayObject(_reference(tree) for tree, _pages in self._trees),
                Count=NumberObject(sum(pages for _tree, pages in self._trees)),
            ),
        )
        self._write_outline()
        self._write(
            CATALOG,
            _dictionary(
                Type=NameObject("/Catalog"),
                Pages=_reference(PAGES),
                Outlines=_reference(OUTLINE),
                PageMode=NameObject("/UseOutlines"),
            ),
        )
        at = self._into.tell()
        self._into.write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next)
        for number in range(1, self._next):
            self._into.write(b"%010d 00000 n \n" % self._offsets[number])
        trailer = _dictionary(Size=NumberObject(self._next), Root=_reference(CATALOG))
        self._into.write(b"trailer\n")
        trailer.write_to_stream(self._into)
        self._into.write(b"\nstartxref\n%d\n%%%%EOF\n" % at)

    def _write_outline(self) -> None:
        places = [self._taken() for _title in self._titles]
        for place, ((title, page), number) in enumerate(zip(self._titles, places, strict=True)):
            entry = _dictionary(
                Title=TextStringObject(title),
                Parent=_reference(OUTLINE),
                Dest=ArrayObject([_reference(page), NameObject("/Fit")]),
            )
            if place:
                entry[NameObject("/Prev")] = _reference(places[place - 1])
            if number != places[-1]:
                entry[NameObject("/Next")] = _reference(places[place + 1])
            self._write(number, entry)
        ends = {"First": _reference(places[0]), "Last": _reference(places[-1])}
        self._write(OUTLINE, _dictionary(**ends, Count=NumberObject(len(places))))

    def _taken(self) -> int:
        self._next += 1
        return self._next - 1

    def _write(self, number: int, found: PdfObject | None) -> None:
        self._offsets[number] = self._into.tell()
        self._into.write(b"%d 0 obj\n" % number)
        if found is None:
            self._into.write(b"null")
        else:
            found.write_to_stream(self._into)
        self._into.write(b"\nendobj\n")


def _renumber(value: object, number: Numbering) -> object:
    """The value with all references in it as they are numbered in the merged file; containers in place."""
    if isinstance(value, IndirectObject):
        return _reference(number(value))
    if isinstance(value, DictionaryObject):
        for key in list(value):
            dict.__setitem__(value, key, _renumber(value.raw_get(key), number))
    elif isinstance(value, ArrayObject):
        for place, one in enumerate(list.__iter__(value)):
            list.__setitem__(value, place, _renumber(one, number))
    return value


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})
