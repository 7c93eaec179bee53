"""The import of organisations: new ones made, stored ones renamed and moved, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import ImportBatch, Organisation
from members.services import moving, organisations, recording
from members.services.by import By
from members.services.importing import Source, importing


@dataclass(frozen=True, slots=True)
class Founding:
    """An organisation to be made; `parent` is a code, None at the top."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Reform:
    """A stored organisation with its new facts; `parent` is the code to hang it under, None: it stays."""

    code: str
    name: str
    kind: str
    parent: str | None


def import_organisations(
    *, by: By, source: Source, foundings: Sequence[Founding], reforms: Sequence[Reform]
) -> ImportBatch:
    """Make and change organisations; `foundings` come parents first, `reforms` in the order of the new tree.

    The tree's own methods do the moving: in that order no organisation is ever moved below itself.
    Raises Refused, OutOfScope or Stale; then nothing is written.
    """
    recording.permit_administration(by)
    label = Organisation._meta.label_lower
    added: list[int] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    with importing(by=by, source=source) as writing:
        writing.added[label] = added
        if reforms:
            writing.before[label], writing.after[label] = before, after
        # Names and kinds first: what is made may stand under an organisation of its new kind only.
        for reform in reforms:
            stored = _organisation(reform.code)
            before[str(stored.pk)] = _placed(stored, Organisation.objects.get_parent(stored))
            moving.refuse_kind(stored, reform.kind)
            stored.name, stored.kind = reform.name, reform.kind
            stored.save(update_fields=["name", "kind"])
            writing.written()
        for founding in foundings:
            parent = _organisation(founding.parent) if founding.parent else None
            made = Organisation(code=founding.code, name=founding.name, kind=founding.kind)
            organisations.check_place(made, parent)
            if parent is None:
                Organisation.objects.add_root(instance=made)
            else:
                Organisation.objects.add_child(parent, instance=made)
            added.append(made.pk)
            writing.written()
        for reform in reforms:
            stored = _organisation(reform.code)
            if reform.parent is not None and reform.parent != before[str(stored.pk)]["parent"]:
                parent = _organisation(reform.parent)
                moving.refuse_move(stored, parent)
                Organisation.objects.move(stored, parent, "last-child")
        for reform in reforms:
            stored = _organisation(reform.code)
            parent = Organisation.objects.get_parent(stored)
            organisations.check_place(stored, parent)
            for child in Organisation.objects.get_children(stored):
                organisations.check_place(child, stored)
            after[str(stored.pk)] = _placed(stored, parent)
    return writing.batch


def _placed(organisation: Organisation, parent: Organisation | None) -> dict[str, str | None]:
    """What the log keeps of a changed organisation: with its path, it can be put back to where it stood."""
    return {**organisations.facts(organisation, parent), "path": organisation.path}


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise Refused(_("There is no organisation “%(code)s”."), params={"code": code})
    return found
