"""The sheet of organisations 党组织: known by 组织编码; parents may come after their children."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.enums import ALLOWED_PARENTS, OrganisationKind
from members.errors import OutOfScope
from members.models import ImportBatch, Organisation
from members.resources import cells, columns, hints
from members.resources.base import Change, Column, Preview, SheetRow, Verb
from members.resources.branch import Branch
from members.resources.kind import Kind
from members.resources.repeats import Repeats
from members.resources.stored import values_of
from members.scope import Scope
from members.services.by import By
from members.services.import_tree import Founding, Reform, import_organisations
from members.services.importing import Source

KINDS = {
    "街道工委": OrganisationKind.COMMITTEE,
    "党委": OrganisationKind.COMMITTEE,
    "党总支": OrganisationKind.GENERAL_BRANCH,
    "党支部": OrganisationKind.BRANCH,
    "党小组": OrganisationKind.GROUP,
}


@dataclass(slots=True)
class _Place:
    """An organisation as it stands, or as it will; `row` is the row that says so, 0 when none does."""

    name: str
    kind: str
    parent: str | None
    row: int = 0


class Organisations(Kind):
    """The tree of Party organisations."""

    code = "organisations"
    title = gettext_lazy("Organisations")
    columns = (
        Column("code", "组织编码", columns.code, required=True, holds=hints.CODE, example="DT0101"),
        Column("name", "名称", cells.text(120), required=True, example="东塘第一党支部"),
        Column(
            "kind",
            "类型",
            cells.choice({**KINDS, **{kind.value: kind for kind in OrganisationKind}}, shown=KINDS),
            required=True,
            show=lambda kind: str(OrganisationKind(kind).label),
            holds=hints.KIND_OF_ORGANISATION,
            example="党支部",
            words=tuple(KINDS),
        ),
        Column("parent", "上级编码", columns.known_code, holds=hints.ABOVE, example="DT01"),
    )

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        return {"parent": branch.organisations()}

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        if not by.scope.administrator:
            raise OutOfScope
        stored = _stored()
        tree = {code: _Place(place.name, place.kind, place.parent) for code, place in stored.items()}
        repeats = Repeats(("name", "kind", "parent"))
        for row in rows:
            values = row.values
            code = values["code"]
            if repeats.check(code, row, preview, "code"):
                preview.change(Change(row.number, Verb.SAME, f"{code} {values['name']}", values))
                continue
            old = stored.get(code)
            place = _Place(values["name"], values["kind"], values["parent"], row.number)
            before = {}
            if old is not None:
                place.parent = place.parent or old.parent
                before = {"code": code, "name": old.name, "kind": old.kind, "parent": old.parent}
            verb = Verb.NEW
            if old is not None:
                same = (old.name, old.kind, old.parent) == (place.name, place.kind, place.parent)
                verb = Verb.SAME if same else Verb.CHANGED
            tree[code] = place
            change = Change(row.number, verb, f"{code} {place.name}", values, before, self.columns)
            preview.change(change)
        self._check(tree, preview)
        preview.plan = tree, stored

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        tree, stored = plan
        foundings, reforms = [], []
        for code in _downwards(tree):
            place, old = tree[code], stored.get(code)
            if old is None:
                foundings.append(Founding(code, place.name, place.kind, place.parent))
            elif (old.name, old.kind, old.parent) != (place.name, place.kind, place.parent):
                reforms.append(Reform(code, place.name, place.kind, place.parent))
        return import_organisations(by=by, source=source, foundings=foundings, reforms=reforms)

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        """Yield the organisations; the code of one above that is not seen stays out."""
        codes = dict(Organisation.objects.visible_to(scope).values_list("path", "code"))
        words = {kind: word for word, kind in reversed(KINDS.items())}
        for path, code, name, kind in values_of(chosen, "path", "code", "name", "kind"):
            above = path[: -Organisation.steplen]
            word = "党委" if above and kind == OrganisationKind.COMMITTEE else words[kind]
            yield code, name, word, codes.get(above)

    def _check(self, tree: dict[str, _Place], preview: Preview) -> None:
        """Note where the tree that the file asks for cannot stand."""
        loose = set(tree) - set(_downwards(tree))
        for code, place in tree.items():
            above = tree.get(place.parent) if place.parent else None
            if place.parent and above is None:
                preview.problem(place.row, "parent", _("there is no organisation of this code"))
            elif code in loose:
                if place.row and _goes_round(tree, code):
                    preview.problem(place.row, "parent", _("an organisation cannot stand below itself"))
            elif (above.kind if above else None) not in ALLOWED_PARENTS[place.kind]:
                row = place.row or (above.row if above else 0)
                preview.problem(row, "parent" if place.row else "kind", _misplaced(code, place, above))


def _misplaced(code: str, place: _Place, above: _Place | None) -> str:
    kind = OrganisationKind(place.kind).label
    if above is None:
        return _("a %(kind)s needs an organisation above it") % {"kind": kind}
    return _("%(code)s: a %(kind)s cannot stand under a %(above)s") % {
        "code": code,
        "kind": kind,
        "above": OrganisationKind(above.kind).label,
    }


def _stored() -> dict[str, _Place]:
    by_path: dict[str, str] = {}
    found: dict[str, _Place] = {}
    for path, code, name, kind in Organisation.objects.order_by("path").values_list(
        "path", "code", "name", "kind"
    ):
        by_path[path] = code
        found[code] = _Place(name, kind, by_path.get(path[: -Organisation.steplen]))
    return found


def _downwards(tree: dict[str, _Place]) -> Iterator[str]:
    """Yield the codes that hang on a root, every organisation after the one above it."""
    below: dict[str | None, list[str]] = {}
    for code, place in tree.items():
        below.setdefault(place.parent, []).append(code)
    waiting = below.get(None, [])[::-1]
    while waiting:
        code = waiting.pop()
        yield code
        waiting.extend(below.get(code, [])[::-1])


def _goes_round(tree: dict[str, _Place], code: str) -> bool:
    """Say whether the way up from an organisation leads back to it."""
    above = tree[code].parent
    for _step in tree:
        if above is None or above not in tree or above == code:
            break
        above = tree[above].parent
    return above == code
