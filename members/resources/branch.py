"""Whose template it is: the members and organisations that its cells may name."""

from __future__ import annotations

from dataclasses import dataclass

from members.models import Member, Organisation, Posting
from members.resources.columns import labelled
from members.scope import Scope


@dataclass(frozen=True, slots=True)
class Branch:
    """What a user writes, or of it one organisation and all below."""

    scope: Scope
    organisation: Organisation | None = None

    def members(self) -> list[str]:
        """Return the names, with their numbers, of the members who hold a posting this year or later."""
        members = Member.objects.writable_by(self.scope)
        if self.organisation is not None:
            members = members.kept_by(self.organisation, self.scope.on)
        posted = Posting.objects.overlapping(self.scope.on.replace(month=1, day=1), None)
        members = members.filter(pk__in=posted.values("member")).order_by("initials", "number")
        return [labelled(name, number) for name, number in members.values_list("name", "number")]

    def organisations(self) -> list[str]:
        """Return the names, with their codes, of the organisations, from above downwards."""
        organisations = Organisation.objects.all()
        if not self.scope.administrator:
            organisations = organisations.writable_by(self.scope)
        if self.organisation is not None:
            organisations = organisations.filter(path__startswith=self.organisation.path)
        rows = organisations.order_by("path").values_list("name", "code")
        return [labelled(name, code) for name, code in rows]
