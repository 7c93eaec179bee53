"""Verbs on the tree of organisations: found, rename, move; treebeard's own methods do the moving."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.enums import ALLOWED_PARENTS, OrganisationKind
from members.errors import Refused
from members.models import Organisation
from members.services import guards, log, moving, recording
from members.services.by import By


def found(*, by: By, code: str, name: str, kind: str, parent: Organisation | None) -> Organisation:
    """Create an organisation under `parent` (None: at the top). Raises Refused with the reason."""
    organisation = Organisation(code=code, name=name, kind=kind)
    check_place(organisation, parent)
    with guards.writing():
        recording.permit_administration(by)
        if parent is None:
            Organisation.objects.add_root(instance=organisation)
        else:
            Organisation.objects.add_child(parent, instance=organisation)
        log.record(by=by, verb="found organisation", obj=organisation, organisation=organisation,
                   after=facts(organisation, parent))  # fmt: skip
    return organisation


def correct(*, by: By, organisation: Organisation, name: str, kind: str) -> None:
    """Change an organisation's name or kind; code and place stay.

    Raises Refused also where its members would be ranked elsewhere in a closed year.
    """
    with guards.writing():
        recording.permit_administration(by)
        stored = Organisation.objects.select_for_update().get(pk=organisation.pk)
        parent = Organisation.objects.get_parent(stored)
        before = facts(stored, parent)
        moving.refuse_kind(stored, kind)
        stored.name, stored.kind = name, kind
        check_place(stored, parent)
        for child in Organisation.objects.get_children(stored):
            check_place(child, stored)
        after = facts(stored, parent)
        if after != before:
            stored.save()
            log.record(
                by=by,
                verb="correct organisation",
                obj=stored,
                organisation=stored,
                before=before,
                after=after,
            )


def move(*, by: By, organisation: Organisation, parent: Organisation | None) -> None:
    """Hang an organisation and all below it under another parent (None: at the top).

    Raises Refused also where other rules would come to hold in a closed year, or another unit.
    """
    with guards.writing():
        recording.permit_administration(by)
        stored = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if parent is not None and parent.path.startswith(stored.path):
            raise Refused({"parent": _("An organisation cannot stand below itself.")})
        before = facts(stored, Organisation.objects.get_parent(stored))
        check_place(stored, parent)
        moving.refuse_move(stored, parent)
        if parent is None:
            Organisation.objects.move(stored, Organisation.objects.get_last_root_node(), "last-sibling")
        else:
            Organisation.objects.move(stored, Organisation.objects.get(pk=parent.pk), "last-child")
        stored = Organisation.objects.get(pk=stored.pk)
        log.record(by=by, verb="move organisation", obj=stored, organisation=stored, before=before,
                   after=facts(stored, parent))  # fmt: skip


def check_place(organisation: Organisation, parent: Organisation | None) -> None:
    """Raise Refused unless the kind may stand under the parent's, and the facts are in order."""
    try:
        organisation.full_clean(exclude=["path", "depth", "numchild"])
    except ValidationError as error:
        raise Refused(error) from error
    above = parent.kind if parent is not None else None
    if above not in ALLOWED_PARENTS[organisation.kind]:
        child = OrganisationKind(organisation.kind).label
        if above is None:
            raise Refused({"parent": _("A %(kind)s needs an organisation above it.") % {"kind": child}})
        raise Refused(
            {
                "parent": _("A %(kind)s cannot stand under a %(above)s.")
                % {"kind": child, "above": OrganisationKind(above).label}
            }
        )


def facts(organisation: Organisation, parent: Organisation | None) -> dict[str, str | None]:
    """What the log keeps of an organisation."""
    return {
        "code": organisation.code,
        "name": organisation.name,
        "kind": organisation.kind,
        "parent": parent.code if parent else None,
    }
