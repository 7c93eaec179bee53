"""A list page as its template shows it: headings that sort, rows of plain cells, pages to turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, DateField, DateTimeField, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from members.addresses import KEY, addresses
from members.markup import cell_attributes, short, short_moment, unbroken

Headings = list[dict[str, Any]]
WIDE = ' class="wide"'
"""The attributes of first cells."""


class Cell(NamedTuple):
    """One value of a row: its text, and its element's attributes."""

    text: Any
    attributes: str


@dataclass(frozen=True, slots=True)
class Row:
    """One object: the address of its page, its first cell, which leads there, and the others."""

    url: str
    first: Cell
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of a column come about, settled before the rows are gone through.

    `read` takes the value from an object, `write` makes its text; `empty` stands where there is none.
    `countable` columns hold figures where their values are numbers.
    """

    name: str
    title: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    empty: str
    countable: bool

    def cells(self, objects: Iterable[Any]) -> tuple[list[Cell], bool]:
        """The cells of these objects, and whether figures are among them: then the blank ones stand so."""
        values = [self.read(obj) for obj in objects]
        figures = self.countable and any(map(_is_figure, values))
        end = " end" if figures else ""
        usual = cell_attributes(f"cell-{self.name}", self.title)
        figure = cell_attributes(f"cell-{self.name}{end}", self.title)
        blank = Cell(self.empty, cell_attributes(f"cell-{self.name} blank{end}", self.title))
        found = [
            blank
            if value is None or (isinstance(value, str) and not value.strip())
            else Cell(self.write(value), figure if figures and _is_figure(value) else usual)
            for value in values
        ]
        return found, figures


@dataclass(frozen=True, slots=True)
class Turn:
    """One page to turn to; without an address where pages are left out."""

    label: str
    url: str
    current: bool


class Listing(ChangeList):
    """Django's list, whose cells come as values, so that the template decides how they look."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.model_admin.complete(request, self.result_list)  # type: ignore[attr-defined]  # a ScopedAdmin

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = super().get_queryset(request, *args, **kwargs)
        # Django leaves the days of the date hierarchy in, by lookups that an address may not ask for.
        self.clear_all_filters_qs = self.get_query_string(remove=list(self.get_filters_params()))
        return found

    @cached_property
    def headings(self) -> Headings:
        """The columns, with the addresses that sort by them."""
        shown = zip(self._headers, self._columns, strict=True)
        return [{**heading, "figure": figure} for heading, (_cells, figure) in shown]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        address = self._addresses()
        return [
            Row(address(getattr(obj, self.pk_attname)), first._replace(attributes=WIDE), cells)
            for obj, (first, *cells) in zip(
                self.result_list, zip(*(cells for cells, _figure in self._columns), strict=True), strict=True
            )
        ]

    @cached_property
    def _columns(self) -> list[tuple[list[Cell], bool]]:
        """The columns of this page, as the cells of each, and whether it holds figures."""
        titles = (capfirst(str(heading["text"])) for heading in self._headers)
        columns = [self._column(*pair) for pair in zip(self.list_display, titles, strict=True)]
        return [column.cells(self.result_list) for column in columns]

    @cached_property
    def _headers(self) -> Headings:
        return list(result_headers(self))

    @property
    def turns(self) -> Iterator[Turn]:
        """The pages to turn to, none where all is on one."""
        if self.paginator.num_pages > 1:
            for number in self.paginator.get_elided_page_range(self.page_num):
                url = self.get_query_string({PAGE_VAR: number}) if isinstance(number, int) else ""
                yield Turn(str(number), url, number == self.page_num)

    def _addresses(self) -> Callable[[object], str]:
        """The address of each object's page by its key."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        filters: dict[str, Any] = {"preserved_filters": self.preserved_filters, "opts": self.opts}
        address = reverse(name, args=[KEY], current_app=self.model_admin.admin_site.name)
        return addresses(add_preserved_filters(filters, address))

    def _column(self, name: Any, title: str) -> Column:
        nothing = self.model_admin.get_empty_value_display()
        try:
            field: Any = self.opts.get_field(name)
        except FieldDoesNotExist:
            method = getattr(self.model_admin, name)
            empty = getattr(method, "empty_value_display", nothing)
            return Column(name, title, method, partial(_told, method), empty, countable=True)
        countable = not (field.is_relation or field.choices)
        return Column(name, title, attrgetter(name), _writer(field), nothing, countable)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _told(method: Any, value: Any) -> Any:
    """What a method of the page gave, as text."""
    if isinstance(value, str):
        return value
    return display_for_value(value, "", getattr(method, "boolean", False))


def _writer(field: Any) -> Callable[[Any], Any]:
    """What makes the text of a field's value, settled once for all rows."""
    if field.choices:
        return dict(field.flatchoices).get
    if field.is_relation or isinstance(field, CharField | TextField):
        return str
    if isinstance(field, DateField):
        written = short_moment if isinstance(field, DateTimeField) else short
        return lambda value: unbroken(written(value))
    return lambda value: display_for_field(value, field, "", avoid_link=True)
