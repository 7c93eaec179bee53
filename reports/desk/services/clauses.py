"""Clauses as they are printed in brackets, each leading to where the scheme's page tells of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString

from scoring.models import Scheme
from scoring.services.published import scheme_rows

DIVIDER = "、"


@dataclass(frozen=True, slots=True)
class Part:
    """One mark of a clause with its bracket, and where it leads; empty where it leads nowhere."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause 【…】, which templates print as it is; one without parts prints nothing."""

    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        """Its marks, each leading where it says. A page has some forty clauses, too many for a template."""
        if not self.parts:
            return SafeString()
        marks = [
            f'<a href="{escape(part.url)}">{escape(part.text)}</a>' if part.url else escape(part.text)
            for part in self.parts
        ]
        return SafeString(f'<span class="clause">{DIVIDER.join(marks)}</span>')


def address(scheme: Scheme) -> str:
    """Where the scheme's page is."""
    return reverse("scheme", args=[scheme.code, scheme.version])


class Clauses:
    """The clauses of one scheme: interpretations lead to their own words, the rest to a section of its page.

    `numbers` are the scheme's interpretations; `page` is empty on the scheme's page itself.
    """

    def __init__(self, numbers: Collection[str], page: str = "") -> None:
        self.numbers = frozenset(numbers)
        self.page = page

    @classmethod
    def of(cls, scheme: Scheme) -> Clauses:
        """The clauses of a scheme as other pages print them."""
        return cls(scheme_rows([scheme])[scheme.pk].interpretations, address(scheme))

    def linked(self, clause: str, section: str = "") -> Clause:
        """A clause as the scheme has it, such as `四1、I8`; what is the plan's own leads to the section."""
        marks = [mark for mark in clause.split(DIVIDER) if mark]
        if not marks:
            return Clause()
        texts = marks.copy()
        texts[0] = f"【{texts[0]}"
        texts[-1] = f"{texts[-1]}】"
        return Clause(
            tuple(Part(text, self._url(mark, section)) for text, mark in zip(texts, marks, strict=True))
        )

    def interpretation(self, number: str) -> Clause:
        """An interpretation behind what the program does; nothing where the scheme has none such."""
        return self.linked(number) if number in self.numbers else Clause()

    def _url(self, mark: str, section: str) -> str:
        anchor = mark if mark in self.numbers else section
        return f"{self.page}#{anchor}" if anchor else ""
