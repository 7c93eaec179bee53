"""Who may see and write what: the one place that turns a user's duties into a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from members.enums import DutyKind

if TYPE_CHECKING:
    from members.models import Duty, Organisation


STEP = 4
"""Characters of a tree path for each level of the tree."""


def duties_in_force(user: Any, on: date) -> list[Duty]:
    """The duties of a user that hold on the day, by kind and place; none of who may not sign in."""
    if not _signed_in(user):
        return []
    held = user.duties.in_force(on).select_related("organisation")
    return list(held.order_by("kind", "organisation__path", "pk"))


def _signed_in(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and user.is_authenticated)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one user may see and write on one day.

    `secretary_of` and `committee_of` hold tree paths: a duty reaches the organisation and all below.
    A secretary reads and writes there; the committee reads there. A confirming officer's duty is a
    ballot meeting and opens none of this. `administrator` manages users, duties and organisations and
    reads no scores. `everything` is the operator at the command line.
    """

    on: date
    user_id: int | None = None
    secretary_of: tuple[str, ...] = ()
    committee_of: tuple[str, ...] = ()
    confirming_for: tuple[str, ...] = ()
    administrator: bool = False
    everything: bool = False

    @classmethod
    def operator(cls, on: date) -> Scope:
        """The scope of whoever runs management commands on the machine itself."""
        return cls(on=on, administrator=True, everything=True)

    @classmethod
    def of(cls, user: Any, on: date) -> Scope:
        """The scope of `user` on the day `on`: one query for the duties in force."""
        return cls.holding(user, duties_in_force(user, on), on)

    @classmethod
    def holding(cls, user: Any, duties: Iterable[Duty], on: date) -> Scope:
        """The scope of `user` with these duties, those in force on the day `on`: no query."""
        if not _signed_in(user):
            return cls(on=on)
        held: dict[str, list[str]] = {kind: [] for kind in DutyKind}
        for duty in duties:
            held[duty.kind].append(duty.organisation.path if duty.organisation else "")
        return cls(
            on=on,
            user_id=user.pk,
            secretary_of=tuple(sorted(held[DutyKind.SECRETARY])),
            committee_of=tuple(sorted(held[DutyKind.COMMITTEE])),
            confirming_for=tuple(sorted(held[DutyKind.CONFIRMING_OFFICER])),
            administrator=bool(user.is_superuser or held[DutyKind.ADMINISTRATOR]),
        )

    @property
    def reads(self) -> tuple[str, ...]:
        """Paths of the organisations whose subtrees are read."""
        return self.secretary_of + self.committee_of

    @property
    def anyone(self) -> bool:
        """Whether any duty opens records, rules or the installation; without one, nothing is seen."""
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

    def confirming(self, path_lookup: str) -> Q:
        """The condition that a row's organisation is one whose ballot is confirmed: it, and none below."""
        return Q((f"{path_lookup}__in", self.confirming_for))

    def may_read(self, organisation: Organisation) -> bool:
        """Whether the organisation lies in what is read."""
        return self.everything or organisation.path.startswith(self.reads)

    def may_write(self, organisation: Organisation) -> bool:
        """Whether the organisation lies in what is written."""
        return self.everything or organisation.path.startswith(self.secretary_of)

    def may_review(self, organisation: Organisation) -> bool:
        """Whether the organisation lies in what a committee's duty reads."""
        return self.everything or organisation.path.startswith(self.committee_of)

    def _below(self, paths: tuple[str, ...], path_lookup: str) -> Q:
        if self.everything:
            return Q()
        if not paths:
            return Q(pk__in=[])
        return reduce(or_, (Q((f"{path_lookup}__startswith", path)) for path in paths))
