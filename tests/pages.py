"""The pages of the site, derived from the URL resolver: a page that is added is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

QUERIES = {
    "admin:autocomplete": "?app_label=scoring&model_name=entry&field_name=member",
    "branch_print": "?kind=summary&period=2026Q2",
}
"""What an address is asked with where it says nothing without."""


@dataclass(frozen=True)
class Address:
    """A named address of the site with its arguments filled in."""

    name: str
    path: str


@dataclass(frozen=True)
class Page:
    """An address at which somebody reads a page, and who that is."""

    name: str
    path: str
    reader: str


@dataclass(frozen=True)
class Found:
    """What stands at the addresses: pages, files to take away, and, where nobody reads, what each is told."""

    pages: list[Page]
    files: list[Page]
    closed: dict[str, dict[str, int]]


def patterns(resolver: URLResolver | None = None) -> Iterator[tuple[str, list[str]]]:
    """The name, namespace included, of every named address, with the names of its arguments."""
    resolver = resolver or get_resolver()
    space = f"{resolver.namespace}:" if resolver.namespace else ""
    for part in resolver.url_patterns:
        inner: list[tuple[str, list[str]]]
        if isinstance(part, URLPattern):
            inner = [(part.name, [])] if part.name else []
        else:
            inner = list(patterns(part))
        for name, arguments in inner:
            yield space + name, [*_arguments(part), *arguments]


def _arguments(part: URLPattern | URLResolver) -> list[str]:
    regex = part.pattern.regex
    return list(regex.groupindex)


def addresses(
    rows: Mapping[type[models.Model], models.Model], values: Mapping[str, object]
) -> tuple[list[Address], list[str]]:
    """Every named address, filled in; and those with an argument that nothing fills in.

    `rows` has a row of every model of the admin; `values` has arguments by name, or by "address.argument"
    where the same name means different things.
    """
    filled, unknown = [], []
    for name, arguments in sorted(dict(patterns()).items()):
        given = {argument: _value(name, argument, rows, values) for argument in arguments}
        unknown += [f"{name}: nothing fills in “{key}”" for key, value in given.items() if value is None]
        if None not in given.values():
            filled.append(Address(name, reverse(name, kwargs=given) + QUERIES.get(name, "")))
    return filled, unknown


def _value(
    name: str,
    argument: str,
    rows: Mapping[type[models.Model], models.Model],
    values: Mapping[str, object],
) -> object:
    if argument == "object_id":
        model = model_of(name)
        return rows[model].pk if model in rows else None
    return values.get(f"{name}.{argument}", values.get(argument))


def model_of(name: str) -> type[models.Model] | None:
    """The model whose page in the admin has this name, if it is one."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


def found(at: list[Address], readers: Mapping[str, Client]) -> Found:
    """What stands at each address, asked for by each reader in turn until one may read it."""
    seen = Found([], [], {})
    for address in at:
        told = {}
        for reader, client in readers.items():
            answer = client.get(address.path)
            if answer.streaming:
                answer.getvalue()  # read to its end, a file is closed
            if answer.status_code == 200:
                html = answer.headers["Content-Type"].startswith("text/html")
                (seen.pages if html else seen.files).append(Page(address.name, address.path, reader))
                break
            told[reader] = answer.status_code
        else:
            seen.closed[address.name] = told
    return seen
