"""Who may see and write what: the one place that turns a user's duties into a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from members.enums import DutyKind

if TYPE_CHECKING:
    from members.models import Organisation


STEP = 4
"""Characters of a tree path for each level of the tree."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one user may see and write on one day.

    `secretary_of` and `committee_of` hold tree paths: a duty reaches the organisation and all below.
    A secretary reads and writes there; the committee reads there. `administrator` manages users,
    duties and organisations and reads no scores. `everything` is the operator at the command line.
    """

    on: date
    user_id: int | None = None
    secretary_of: tuple[str, ...] = ()
    committee_of: tuple[str, ...] = ()
    administrator: bool = False
    everything: bool = False

    @classmethod
    def operator(cls, on: date) -> Scope:
        """The scope of whoever runs management commands on the machine itself."""
        return cls(on=on, administrator=True, everything=True)

    @classmethod
    def of(cls, user: Any, on: date) -> Scope:
        """The scope of `user` on the day `on`: one query for the duties in force."""
        if not getattr(user, "is_active", False) or not user.is_authenticated:
            return cls(on=on)
        secretary, committee, administrator = [], [], bool(user.is_superuser)
        for kind, path in user.duties.in_force(on).values_list("kind", "organisation__path"):
            if kind == DutyKind.SECRETARY:
                secretary.append(path)
            elif kind == DutyKind.COMMITTEE:
                committee.append(path)
            else:
                administrator = True
        return cls(
            on=on,
            user_id=user.pk,
            secretary_of=tuple(sorted(secretary)),
            committee_of=tuple(sorted(committee)),
            administrator=administrator,
        )

    @property
    def reads(self) -> tuple[str, ...]:
        """Paths of the organisations whose subtrees are read."""
        return self.secretary_of + self.committee_of

    @property
    def anyone(self) -> bool:
        """Whether there is any duty at all; without one, nothing is seen."""
        return bool(self.everything or self.administrator or self.reads)

    def reading(self, path_lookup: str) -> Q:
        """The condition that a row's organisation path lies in what is read."""
        return self._below(self.reads, path_lookup)

    def writing(self, path_lookup: str) -> Q:
        """The condition that a row's organisation path lies in what is written."""
        return self._below(self.secretary_of, path_lookup)

    def reached(self, path_lookup: str) -> Q:
        """The condition that a row's organisation lies above what is read: what holds there reaches down."""
        steps = {path[:end] for path in self.reads for end in range(STEP, len(path) + 1, STEP)}
        return Q((f"{path_lookup}__in", sorted(steps)))

    def reviewing(self, path_lookup: str) -> Q:
        """The condition that a row's organisation path lies in what a committee's duty reads."""
        return self._below(self.committee_of, path_lookup)

    def may_read(self, organisation: Organisation) -> bool:
        """Whether the organisation lies in what is read."""
        return self.everything or organisation.path.startswith(self.reads)

    def may_write(self, organisation: Organisation) -> bool:
        """Whether the organisation lies in what is written."""
        return self.everything or organisation.path.startswith(self.secretary_of)

    def _below(self, paths: tuple[str, ...], path_lookup: str) -> Q:
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q((f"{path_lookup}__startswith", path))
        return condition
