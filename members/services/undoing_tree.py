"""An import of organisations taken back: those that it made are removed, others named and placed as before.

The tree is worked out before anything is written: what stands now, and what the import did turned back.
Organisations have no version; that somebody has written one since, its log tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.enums import ALLOWED_PARENTS, OrganisationKind
from members.errors import Refused
from members.models import ImportBatch, LogRow, Organisation
from members.services import log, moving, organisations, recording
from members.services.by import By
from members.services.importing import UNDO, Undoing, later_import, portions
from members.text import listed

LABEL = Organisation._meta.label_lower
GROUP = OrganisationKind.GROUP


@dataclass(frozen=True, slots=True)
class _Place:
    """An organisation and where it hangs; `above` is a key, None at the top."""

    key: int
    code: str
    name: str
    kind: str
    above: int | None


class TreeWork:
    """An import of organisations that is looked at to be undone; every check is made on the way."""

    def __init__(self, by: By, batch: ImportBatch, row: LogRow, *, lock: bool = False) -> None:
        recording.permit_administration(by)
        self._by, self._batch, self._row = by, batch, row
        after = row.after or {}
        self._added: list[int] = after.get("added", {}).get(LABEL, [])
        self._before = _by_key((row.before or {}).get(LABEL, {}))
        self._after = _by_key(after.get("changed", {}).get(LABEL, {}))
        everywhere = Organisation.objects.select_for_update() if lock else Organisation.objects.all()
        stored = {one.path: one for one in everywhere}
        self._paths = {one.pk: path for path, one in stored.items()}
        self._now = {one.pk: _placed(one, stored) for one in stored.values()}
        self._refuse()
        self._then = self._turned_back()
        self._check_tree()
        self._check_closed_years(stored)

    def counts(self) -> Undoing:
        """Return how many organisations there are of either kind."""
        return Undoing(
            {Organisation: len(self._added)} if self._added else {},
            {Organisation: len(self._before)} if self._before else {},
        )

    def write(self) -> None:
        """Put back and remove, and log it in one row."""
        removed = [list(self._facts(self._now[key]).values()) for key in self._added]
        now = {str(key): self._facts(self._now[key]) for key in self._before}
        moved = [key for key in _downwards(self._then) if self._then[key].above != self._now[key].above]
        for key in self._before:
            place = self._then[key]
            Organisation.objects.filter(pk=key).update(name=place.name, kind=place.kind)
        for key in moved:
            _hang(key, self._then[key].above)
        while sum(self._to_its_slot(key) for key in moved):
            pass
        # Those below go first.
        for key in sorted(self._added, key=lambda key: -len(self._paths[key])):
            Organisation.objects.filter(pk=key).delete()
        columns = list(organisations.facts(Organisation(), None))
        log.record(
            by=self._by,
            verb=UNDO,
            obj=self._batch,
            organisation=self._row.organisation_id,
            before={"removed": {LABEL: [columns, *removed]} if removed else {}, LABEL: now},
            after={
                "file": self._batch.file_name,
                "changed": {LABEL: {str(key): said for key, said in self._before.items()}},
            },
        )

    def _facts(self, place: _Place) -> dict[str, str | None]:
        """What the log keeps of an organisation as it stands now."""
        parent = self._now[place.above].code if place.above is not None else None
        return {"code": place.code, "name": place.name, "kind": place.kind, "parent": parent}

    def _to_its_slot(self, key: int) -> bool:
        """Put an organisation where it stood among its siblings, if that is free; say whether it moved."""
        path = self._before[key].get("path")
        stored = Organisation.objects.get(pk=key)
        if path is None:
            return False
        slot = stored.path[: -Organisation.steplen] + path[-Organisation.steplen :]
        if slot == stored.path or Organisation.objects.filter(path=slot).exists():
            return False
        Organisation.objects.within(stored).put_at(stored.path, slot)
        return True

    # --- what forbids it --------------------------------------------------------------------------

    def _refuse(self) -> None:
        """Raise Refused for the first reason that lies in what has happened since."""
        later = later_import(self._row, LogRow.objects.all())
        if self._batch.undone_at is not None:
            raise Refused(_("This import has been undone already."))
        if later is not None:
            raise Refused(
                _("“%(file)s” was imported after it: undo that first."), params={"file": later.file_name}
            )
        touched = [*self._added, *self._before]
        missing = len(set(touched) - set(self._now))
        if missing:
            raise Refused(
                ngettext(
                    "%(rows)s of its rows was withdrawn since the import.",
                    "%(rows)s of its rows were withdrawn since the import.",
                    missing,
                ),
                params={"rows": missing},
            )
        for key in touched:
            said = self._after.get(key)
            facts = self._facts(self._now[key])
            if said is not None and facts != {name: said[name] for name in facts}:
                raise self._changed(key)
        for keys in portions(touched):
            rows = LogRow.objects.filter(pk__gt=self._row.pk, object_type=LABEL, object_id__in=map(str, keys))
            first = rows.order_by("pk").first()
            if first is not None:
                raise self._changed(int(first.object_id))
        self._refuse_what_is_used()

    def _changed(self, key: int) -> Refused:
        return Refused(_("“%(record)s” was changed since the import."), params={"record": self._named(key)})

    def _refuse_what_is_used(self) -> None:
        """Raise Refused where anything at all refers to an organisation that would be removed.

        What the log names can be withdrawn, but stays in the log.
        """
        for key in self._added:
            uses = {
                table: f"{name} {rows}"
                for name, table, column in _references()
                if (rows := table._base_manager.filter(**{column: key}).count())
            }
            said = {"record": self._named(key), "uses": listed(uses.values())}
            if LogRow in uses:
                raise Refused(
                    _("“%(record)s” is in use since the import (%(uses)s): what the log names stays."),
                    params=said,
                )
            if uses:
                raise Refused(
                    _("“%(record)s” is in use since the import (%(uses)s): withdraw that first."), params=said
                )

    def _named(self, key: int) -> str:
        place = self._now[key]
        return f"{place.code} {place.name}"

    # --- the tree as it will be -------------------------------------------------------------------

    def _turned_back(self) -> dict[int, _Place]:
        """The tree without what was added, and with what was changed as it was before."""
        by_code = {place.code: place.key for place in self._now.values()}
        then = {key: place for key, place in self._now.items() if key not in set(self._added)}
        for key, said in self._before.items():
            above = by_code.get(said["parent"]) if said["parent"] is not None else None
            if said["parent"] is not None and above not in then:
                raise Refused(_("There is no organisation “%(code)s”."), params={"code": said["parent"]})
            then[key] = replace(then[key], name=said["name"], kind=said["kind"], above=above)
        return then

    def _check_tree(self) -> None:
        """Raise Refused where the tree cannot stand so any more."""
        standing = set(_downwards(self._then))
        for key, place in self._then.items():
            above = self._then.get(place.above) if place.above is not None else None
            if place.above is not None and above is None:
                raise Refused(
                    _("“%(record)s” has “%(below)s” below it since the import: move that first."),
                    params={"record": self._named(place.above), "below": self._named(key)},
                )
            if key not in standing:
                raise Refused(_("An organisation cannot stand below itself."))
            if (above.kind if above else None) not in ALLOWED_PARENTS[place.kind]:
                raise Refused(
                    _("“%(record)s” cannot be put back: a %(kind)s cannot stand there any more."),
                    params={"record": self._named(key), "kind": OrganisationKind(place.kind).label},
                )

    def _check_closed_years(self, stored: dict[str, Organisation]) -> None:
        """Raise Refused where a closed year would be scored by other rules, or ranked elsewhere."""
        organisations_by_key = {one.pk: one for one in stored.values()}
        for key in self._before:
            old, new = self._above(key, self._now), self._above(key, self._then)
            turned = (self._now[key].kind == GROUP) != (self._then[key].kind == GROUP)
            moved = self._then[key].kind == GROUP and _unit(old) != _unit(new)
            places = {one.key for one in old} ^ {one.key for one in new}
            moving.refuse(organisations_by_key[key], places, regrouped=turned or moved)
            if moved or (turned and self._then[key].kind == GROUP):
                into = organisations_by_key.get(_unit(new) or 0)
                moving.refuse_joining_of(organisations_by_key[key], into)

    def _above(self, key: int, tree: dict[int, _Place]) -> list[_Place]:
        """What stands above an organisation in a tree, the nearest first."""
        found = []
        above = tree[key].above
        while above is not None:
            found.append(tree[above])
            above = tree[above].above
        return found


def _unit(above: Iterable[_Place]) -> int | None:
    return next((one.key for one in above if one.kind != GROUP), None)


def _by_key(said: dict[str, Any]) -> dict[int, Any]:
    return {int(key): values for key, values in said.items()}


def _placed(one: Organisation, stored: dict[str, Organisation]) -> _Place:
    above = stored.get(one.path[: -Organisation.steplen])
    return _Place(one.pk, one.code, one.name, one.kind, above.pk if above else None)


def _downwards(tree: dict[int, _Place]) -> Iterator[int]:
    """Yield the keys that hang on a root, each after the one above it."""
    below: dict[int | None, list[int]] = {}
    for place in tree.values():
        below.setdefault(place.above, []).append(place.key)
    waiting = below.get(None, [])[::-1]
    while waiting:
        key = waiting.pop()
        yield key
        waiting.extend(below.get(key, [])[::-1])


def _hang(key: int, above: int | None) -> None:
    stored = Organisation.objects.get(pk=key)
    if above is None:
        Organisation.objects.move(stored, Organisation.objects.get_last_root_node(), "last-sibling")
    else:
        Organisation.objects.move(stored, Organisation.objects.get(pk=above), "last-child")


def _references() -> Iterable[tuple[str, type[models.Model], str]]:
    """Every column that holds an organisation fast: what its rows are called, its table, its name."""
    for table in apps.get_models(include_auto_created=True):
        of: Any = table._meta.auto_created or table
        for column in table._meta.concrete_fields:
            relation: Any = column.remote_field
            held = table._meta.auto_created or getattr(relation, "on_delete", None) is not models.CASCADE
            if column.related_model is Organisation and held:
                yield str(of._meta.verbose_name_plural), table, column.name
