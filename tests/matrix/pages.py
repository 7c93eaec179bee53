"""Every address of the site as the resolver knows it, with what it says it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import URLPattern, get_resolver

from tests.matrix.people import subject_name


@dataclass(frozen=True)
class Page:
    """One pattern: its whole route, its converters, the name of what it is about, and of an admin's page
    the model with its admin."""

    route: str
    name: str | None
    keys: tuple[str, ...]
    subject: str | None
    model: type[models.Model] | None

    @property
    def kind(self) -> str:
        """Of a model's page what is done there: changelist, add, change …; "redirect" for the bare key."""
        if self.model is None or self.name is None:
            return "redirect"
        return self.name.removeprefix(f"{self.model._meta.app_label}_{self.model._meta.model_name}_")

    @property
    def admin(self) -> Any:
        """The model's admin."""
        assert self.model is not None
        return admin.site._registry[self.model]

    def url(self, values: dict[str, object]) -> str:
        """The address with the keys filled in; patterns of the admin's own are written out."""
        path = self.route
        for name, converter in self._converters.items():
            path = path.replace(converter, str(values[name]))
        return f"/{path}"

    @property
    def _converters(self) -> dict[str, str]:
        return {name: whole for whole, name in re.findall(r"(<(?:\w+:)?(\w+)>)", self.route)}


def pages() -> list[Page]:
    """All of them."""
    return [_page(route, pattern) for route, pattern in _walk(get_resolver().url_patterns, "")]


def _walk(patterns: Any, above: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = above + _written(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _walk(pattern.url_patterns, route)


def _written(route: str) -> str:
    """A route, and the two regular expressions of Django's admin as routes."""
    if route.startswith("^(?P<app_label>"):
        return "<app_label>/"
    return "<url>" if route == "(?P<url>.*)$" else route


def _page(route: str, pattern: URLPattern) -> Page:
    about = getattr(pattern.callback, "about", None)
    page_of = {
        f"admin/{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry
    }
    model = next((model for start, model in page_of.items() if route.startswith(start)), None)
    return Page(
        route=route,
        name=pattern.name,
        keys=tuple(Page(route, None, (), None, None)._converters),
        subject=None if about is None else subject_name(about),
        model=model,
    )
