"""Files that rows keep: stored with their row or not at all, and deleted once no stored row names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

_written: ContextVar[list[FieldFile] | None] = ContextVar("files written so far", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What goes around a transaction: where it fails, the files that were written within are deleted.

    Inside another, a failure of the outer one still takes all files along.
    """
    outer = _written.get()
    written: list[FieldFile] = []
    token = _written.set(written)
    try:
        yield
    except BaseException:
        for file in written:
            file.storage.delete(str(file.name))
        raise
    else:
        if outer is not None:
            outer += written
    finally:
        _written.reset(token)


def save(row: models.Model, **how: Any) -> None:
    """Save the row with the files that were uploaded for it; must run inside `together`."""
    written = _written.get()
    if written is None:
        raise RuntimeError("files are written together with their row's transaction")
    uploads = [file for file in _files(row) if not _stored(file)]
    try:
        row.save(**how)
    finally:
        written += [file for file in uploads if _stored(file)]


def drop(row: models.Model, *, kept: models.Model | None = None) -> None:
    """Once the transaction is committed, delete the files of a row as it was; not those still `kept`."""
    names = {file.name for file in _files(kept)} if kept is not None else set()
    for file in _files(row):
        if file.name not in names:
            transaction.on_commit(partial(file.storage.delete, str(file.name)), robust=True)


def orphans(*, before: datetime) -> list[str]:
    """Names of kept files that no row names, of those last written before the moment.

    A process that is killed between a file and its row leaves one. Only where rows keep files is looked.
    """
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]
    places = {str(field.upload_to).partition("/")[0] for _model, field in fields}
    # The files first: what is written meanwhile is younger than any moment that is asked for.
    found = [name for place in sorted(places) for name in _within(place)]
    named: set[str] = set()
    for model, field in fields:
        named.update(model._base_manager.order_by().values_list(field.attname, flat=True))
    return [name for name in found if name not in named and _last_written_before(name, before)]


def sweep(*, before: datetime) -> list[str]:
    """Delete the kept files that no row names, of those last written before the moment; their names."""
    gone = orphans(before=before)
    for name in gone:
        default_storage.delete(name)
    return gone


def _last_written_before(name: str, moment: datetime) -> bool:
    """Whether the file is there and has not been written since; another process may delete it meanwhile."""
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:
        return False


def _within(place: str) -> Iterator[str]:
    """The names of all files that are kept in a folder or below."""
    if not default_storage.exists(place):
        return
    folders, files = default_storage.listdir(place)
    yield from (f"{place}/{name}" for name in sorted(files))
    for folder in sorted(folders):
        yield from _within(f"{place}/{folder}")


def _stored(file: FieldFile) -> bool:
    """Whether the file lies where it is kept; one that was just uploaded does not yet."""
    return file._committed  # type: ignore[attr-defined]


def _files(row: models.Model) -> list[FieldFile]:
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.FileField)]
    return [file for field in fields if (file := getattr(row, field.attname))]
