"""The history of one object, read from the project's log: what changed, in the words of its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import LogRow, Member
from members.scope import Scope
from members.text import listed

VERBS = {
    "found organisation": gettext_lazy("organisation founded"),
    "correct organisation": gettext_lazy("organisation corrected"),
    "move organisation": gettext_lazy("organisation moved"),
    "open account": gettext_lazy("account opened"),
    "correct account": gettext_lazy("account corrected"),
    "set password": gettext_lazy("password set"),
    "set second factor": gettext_lazy("second factor set up"),
    "use recovery code": gettext_lazy("recovery code used"),
    "reset second factor": gettext_lazy("second factor reset"),
    "assign duty": gettext_lazy("duty assigned"),
    "withdraw duty": gettext_lazy("duty withdrawn"),
    "admit": gettext_lazy("member admitted"),
    "correct member": gettext_lazy("member corrected"),
    "transfer": gettext_lazy("posting given"),
    "end posting": gettext_lazy("end of the posting set"),
    "grant leave": gettext_lazy("leave granted"),
    "correct leave": gettext_lazy("leave corrected"),
    "withdraw leave": gettext_lazy("leave withdrawn"),
    "undo import": gettext_lazy("import undone"),
    "import organisations": gettext_lazy("organisations imported"),
    "import members": gettext_lazy("roster imported"),
    "import leaves": gettext_lazy("leaves imported"),
}
"""What the log's verbs are called; the admin modules of other apps add theirs."""

SHEETS = {
    "organisations": gettext_lazy("Organisations"),
    "members": gettext_lazy("Roster"),
    "leaves": gettext_lazy("Leaves"),
}
"""What the kinds of spreadsheet are called; added in the same way."""

WORDS: dict[str, Any] = {}
"""What codes inside the log's lists are called; added in the same way."""

LABELS: dict[str, Any] = {"file": gettext_lazy("file"), "left": gettext_lazy("recovery codes left")}
"""What keys of the log that are no fields are called; added in the same way."""

WITHHELD: dict[str, frozenset[str]] = {}
"""Fields that an import may have changed and that the history of the import tells no secretary, by model."""

UNTOLD = {"id", "name_key", "title_key", "initials", "path"}
"""Fields that the system keeps for itself."""

CODES: list[Callable[[], Mapping[str, str]]] = []
"""What gives the names of codes that a scheme brings along; asked where a history holds such a code."""

_IMPORTED = re.compile(r"(?P<model>[a-z]+\.[a-z]+)\.(?P<key>[0-9]+)\.(?P<field>[a-z_]+)")
_ADDED, _REMOVED, _VERSIONS = "added.", "removed.", "versions."
_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)?")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an action, before and after, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the log as a page shows it."""

    at: datetime
    by: str
    verb: str
    changes: list[Change]


def actions(rows: Iterable[LogRow], scope: Scope) -> list[Action]:
    """The rows of the log as pages show them; related objects that the scope does not see stay unnamed."""
    rows = list(rows)
    names = _Names(rows, scope)
    return [
        Action(
            at=row.at,
            by=str(row.actor) if row.actor else _("operator"),
            verb=verb_name(row.verb),
            changes=list(_changes(row, names)),
        )
        for row in rows
    ]


def verb_name(verb: str) -> str:
    """A verb of the log in the user's language."""
    return str(VERBS.get(verb, verb))


def object_name(object_type: str) -> str:
    """A kind of object of the log in the user's language."""
    model = _model(object_type)
    return object_type if model is None else str(model._meta.verbose_name)


def names_of_objects(rows: Iterable[LogRow], scope: Scope) -> dict[tuple[str, str], str]:
    """The objects of these rows by type and key, as far as they stand and the scope sees them.

    A query for each kind of object, however many rows there are.
    """
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.object_id.isdecimal():
            wanted.setdefault(row.object_type, set()).add(int(row.object_id))
    return {
        (label, str(key)): name
        for label, keys in wanted.items()
        if (model := _model(label)) is not None
        for key, name in _named(model, keys, scope).items()
    }


def sheet_name(kind: str) -> str:
    """A kind of spreadsheet in the user's language."""
    return str(SHEETS.get(kind, kind))


def _changes(row: LogRow, names: _Names) -> Iterator[Change]:
    before, after = _said(row)
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was != now and key.rpartition(".")[2] not in UNTOLD and not names.withholds(key):
            field = names.field(row, key)
            yield Change(names.label(field, key), names.text(field, was), names.text(field, now))


def _said(row: LogRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values before and after by key; of rows that an import added or lost, how many they are."""
    after = {
        key.removeprefix("changed."): len(value)
        if key.startswith(_ADDED) and isinstance(value, list)
        else value
        for key, value in _flat(row.after)
        if not key.startswith(_VERSIONS)
    }
    # Of removed rows the log says the columns first, as a sheet does.
    before = {
        key: len(value) - 1 if key.startswith(_REMOVED) and isinstance(value, list) else value
        for key, value in _flat(row.before)
    }
    return before, after


def _flat(said: dict[str, Any] | None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a row by field; objects inside it (a posting with its member) one level down."""
    for key, value in (said or {}).items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


class _Names:
    """Turns the log's keys into labels and its values into text, a query for each related model."""

    def __init__(self, rows: list[LogRow], scope: Scope) -> None:
        self.keeps_records = bool(scope.secretary_of)
        wanted: dict[type[models.Model], set[int]] = {}
        for row in rows:
            for said in _said(row):
                for key, value in said.items():
                    field = self.field(row, key)
                    if key.isdigit():
                        wanted.setdefault(Member, set()).add(int(key))
                    elif (imported := _IMPORTED.fullmatch(key)) and field is not None:
                        wanted.setdefault(field.model, set()).add(int(imported["key"]))
                    if field is not None and field.many_to_one and value is not None:
                        wanted.setdefault(field.related_model, set()).add(value)
                    if field is not None and field.many_to_many:
                        wanted.setdefault(field.related_model, set()).update(value)
        self.known = {model: _named(model, keys, scope) for model, keys in wanted.items()}

    def withholds(self, key: str) -> bool:
        """Whether an imported value is not for a secretary, who could read there what was stored before."""
        imported = _IMPORTED.fullmatch(key) if self.keeps_records else None
        return imported is not None and imported["field"] in WITHHELD.get(imported["model"], ())

    def field(self, row: LogRow, key: str) -> Any:
        """The model's field that the key names, or None."""
        *above, name = key.split(".")
        model = _model(row.object_type)
        if imported := _IMPORTED.fullmatch(key):
            model, name = _model(imported["model"]), imported["field"]
        else:
            for part in above:
                model = _model(f"{row.object_type.partition('.')[0]}.{part}") or model
        if model is None:
            return None
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            return None

    def label(self, field: Any, key: str) -> str:
        """The field's name; a list of marks is kept by the keys of members."""
        if key.isdigit():
            return self.known[Member].get(int(key), _("(not visible to you)"))
        if key.startswith(_ADDED) and (model := _model(key.removeprefix(_ADDED))) is not None:
            return _("Added: %(kind)s") % {"kind": model._meta.verbose_name_plural}
        if key.startswith(_REMOVED) and (model := _model(key.removeprefix(_REMOVED))) is not None:
            return _("Removed: %(kind)s") % {"kind": model._meta.verbose_name_plural}
        if field is not None and (imported := _IMPORTED.fullmatch(key)):
            name = self.known[field.model].get(int(imported["key"]), _("(not visible to you)"))
            return f"{name} · {field.verbose_name}"
        if field is not None and field.one_to_many:
            return str(capfirst(field.related_model._meta.verbose_name_plural))
        return str(capfirst(LABELS.get(key, key) if field is None else field.verbose_name))

    def text(self, field: Any, value: Any) -> str:
        """A value as people read it."""
        if value is None or value == "":
            return ""
        if field is not None and field.many_to_many:
            known = self.known[field.related_model]
            return listed(known.get(key, _("(not visible to you)")) for key in value)
        if isinstance(value, list):
            return listed(filter(None, (self.text(None, item) for item in value)))
        if field is not None and field.many_to_one:
            return self.known[field.related_model].get(value, _("(not visible to you)"))
        if isinstance(field, models.DateTimeField):
            return str(localize(localtime(datetime.fromisoformat(value))))
        if isinstance(field, models.DateField):
            return str(localize(date.fromisoformat(value)))
        if field is not None and field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if value not in WORDS and isinstance(value, str) and _CODE.fullmatch(value):
            return self.names_of_codes.get(value, value)
        return str(WORDS.get(value, localize(value)))

    @cached_property
    def names_of_codes(self) -> dict[str, str]:
        """Every code of the schemes with its name."""
        return {code: name for ask in CODES for code, name in ask().items()}


def _named(model: type[models.Model], keys: set[int], scope: Scope) -> dict[int, str]:
    manager: Any = model._default_manager
    visible = manager.visible_to(scope) if hasattr(manager, "visible_to") else manager.none()
    return {row.pk: str(row) for row in visible.filter(pk__in=keys).select_related(*_joins(model))}


def _joins(model: type[models.Model]) -> list[str]:
    """Relations that the text of a row may need, two steps far."""
    own = _relations(model)
    return [*own, *(f"{name}__{further}" for name, near in own.items() for further in _relations(near))]


def _relations(model: type[models.Model]) -> dict[str, type[models.Model]]:
    fields = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    return {field.name: field.related_model for field in fields}  # type: ignore[misc]


def _model(label: str) -> type[models.Model] | None:
    from django.apps import apps

    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
