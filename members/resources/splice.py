"""Changing XML where it stands: every byte that is not meant stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.parsers import expat

from members.resources.markup import DEPTH, NAMES
from members.resources.package import damaged

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


class Cut(NamedTuple):
    """Bytes from `start` up to `end` that are replaced."""

    start: int
    end: int
    new: bytes


def spliced(data: bytes, cuts: Iterable[Cut]) -> bytes:
    """Return the bytes with the cuts made; what is put in at one place in the order given."""
    pieces, last = [], 0
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        pieces += [data[last : cut.start], cut.new]
        last = cut.end
    return b"".join([*pieces, data[last:]])


def tag_at(data: bytes, place: int) -> bytes:
    """Return the tag that begins at a place."""
    found = _TAG.match(data, place)
    if found is None:
        raise damaged()
    return found[0]


def with_attributes(tag: bytes, **attributes: object) -> bytes:
    """Return a tag with other values of attributes; None takes one away."""
    for name, value in attributes.items():
        there = re.compile(rb"\s+" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""")
        said = b"" if value is None else f' {name}="{value}"'.encode()
        if there.search(tag):
            tag = there.sub(lambda _match, said=said: said, tag, count=1)  # type: ignore[misc]
        elif said:
            end = -2 if tag.endswith(b"/>") else -1
            tag = tag[:end] + said + tag[end:]
    return tag


def prefix_of(name: str) -> str:
    """Return the prefix of an element's name, with its colon."""
    return name[: name.rfind(":") + 1]


def into_root(data: bytes, make: Callable[[str], str]) -> bytes:
    """Return the XML with more at its end, inside its root; `make` says what, given the root's prefix."""
    place = data.rfind(b"</")
    if place < 0:
        raise damaged()
    name = data[place + 2 : data.find(b">", place)].decode(errors="replace").strip()
    return data[:place] + make(prefix_of(name)).encode() + data[place:]


class Walk:
    """A walk over XML by the bytes: subclasses say what to do where an element begins and where it ends.

    A document type refuses the file.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.path: list[str] = []
        self._starts_at: list[int] = []
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8", None, self._names)
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse

    def run(self) -> None:
        """Walk from the first byte to the last."""
        try:
            self._parser.Parse(self.data, True)
        except (expat.ExpatError, ValueError) as error:
            raise damaged() from error

    @property
    def place(self) -> int:
        """Where in the bytes the tag begins at which the walk is."""
        return self._parser.CurrentByteIndex

    def after(self) -> int:
        """Return where the element ends that is ending."""
        start = self._starts_at[-1]
        first = tag_at(self.data, start)
        # Of an element of one tag the parser says that it ends where its tag ends.
        return (
            start + len(first) if first.endswith(b"/>") else self.place + len(tag_at(self.data, self.place))
        )

    def begin(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; `name` is without its prefix, `tag` with it."""

    def end(self, name: str) -> None:
        """An element ends."""

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > DEPTH or len(self._names) > NAMES:
            raise damaged()
        self._starts_at.append(self.place)
        self.begin(name, tag, attributes)

    def _end(self, tag: str) -> None:
        self.end(tag.rpartition(":")[2])
        self.path.pop()
        self._starts_at.pop()


def _refuse(*_arguments: object) -> None:
    raise damaged()
