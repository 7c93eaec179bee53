"""What lists and the autocompletion are asked: order, search, filters, and lookups that spell a text out."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.db import models

from tests.matrix.cell import FOUND, MOVED, NOT_FOUND, REFUSED
from tests.matrix.forms import NAMED_PLACES
from tests.matrix.pages import Page, pages
from tests.matrix.people import PLACES, Person, canary, reads
from tests.matrix.world import World


def key_of(world: World, place: str, name: str) -> int:
    code, number = PLACES[place]
    return world.cast.organisations[code].pk if name == "organisation" else world.cast.members[number].pk


def list_queries(world: World, page: Page) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What a list can be asked: order, search, every filter, and a lookup that spells a hidden text out."""
    assert page.model is not None
    yield "o=1", (FOUND,)
    yield "o=-2.1", (FOUND,)
    if page.admin.search_fields:
        for place in NAMED_PLACES:
            yield f"q={canary('records', place)[:2]}", (FOUND,)
    for place in NAMED_PLACES:
        organisation = key_of(world, place, "organisation")
        yield f"organisation__id__exact={organisation}", (FOUND, MOVED, 400)
        yield f"within={world.cast.organisations[PLACES[place][0]].code}", (FOUND, MOVED, 400)
    for path in ("member__name", "name", "title", "reason", "note", "username", "organisation__name"):
        if _has(page.model, path):
            for place in NAMED_PLACES:
                yield f"{path}__startswith={canary('records', place)[0]}", (400,)


def _has(model: type[models.Model], path: str) -> bool:
    from django.contrib.admin.utils import get_fields_from_path
    from django.core.exceptions import FieldDoesNotExist

    try:
        return bool(get_fields_from_path(model, path))
    except FieldDoesNotExist:
        return False


def autocomplete(world: World, person: Person) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Results for every relation of every model: whoever reads the related kind may be offered some."""
    subjects = {page.model: page.subject for page in pages() if page.kind == "changelist"}
    for model in admin.site._registry:
        for one in model._meta.concrete_fields:
            related = one.related_model
            if related is None or not one.is_relation or related not in admin.site._registry:
                continue
            answers = (FOUND, NOT_FOUND) if reads(person, subjects[related] or "") else (REFUSED, NOT_FOUND)
            asked = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}"
            for term in ("", *(canary("records", place)[:2] for place in NAMED_PLACES)):
                url = f"/admin/autocomplete/?{asked}&field_name={one.name}&term={term}"
                yield f"autocomplete {model._meta.label}.{one.name} {term}", url, answers
