"""Who acts and when: what every service takes as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from members.models import User
from members.scope import Scope


@dataclass(frozen=True, slots=True)
class By:
    """The hand behind an action: the user (None: the operator at the command line) and the moment."""

    user: User | None
    now: datetime
    scope: Scope = field(repr=False)

    @classmethod
    def person(cls, user: User, now: datetime) -> By:
        """A signed-in user."""
        return cls(user=user, now=now, scope=Scope.of(user, timezone.localdate(now)))

    @classmethod
    def operator(cls, now: datetime) -> By:
        """Whoever runs management commands on the machine."""
        return cls(user=None, now=now, scope=Scope.operator(timezone.localdate(now)))

    @property
    def today(self) -> date:
        """The day of the action, in local time."""
        return timezone.localdate(self.now)
