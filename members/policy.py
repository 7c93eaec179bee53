"""Which kinds of duty read and write each kind of record: the policy, from which permissions are derived."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from members.enums import DutyKind
from members.models import Member, Organisation, Recorded
from members.scope import Scope

EVERYBODY = frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE, DutyKind.ADMINISTRATOR})
"""Whoever has a duty over more than a ballot meeting, which is all that a confirming officer sees."""
NOBODY: frozenset[DutyKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """The kinds of duty that read a kind of record, and those that write it; each within its own scope.

    What is `own` is read by whoever is signed in, with a duty or without; what is `public`, by everybody.
    """

    readers: frozenset[DutyKind] = NOBODY
    writers: frozenset[DutyKind] = NOBODY
    own: bool = False
    public: bool = False

    def reads(self, scope: Scope) -> bool:
        """Whether the scope reads records of this kind at all."""
        signed_in = scope.user_id is not None
        return self.public or (self.own and signed_in) or bool(self.readers & kinds_held(scope))

    def writes(self, scope: Scope) -> bool:
        """Whether the scope writes records of this kind at all."""
        return bool(self.writers & kinds_held(scope))


PUBLIC = Policy(public=True)
"""Signing in and choosing a language: for everybody, and about nobody."""

SIGNED_IN = Policy(own=True)
"""What is a user's own: the first page, the password."""

SITE = Policy(EVERYBODY)
"""The data entry as a whole, before it is about any kind of record."""

SECOND_FACTOR = Policy(frozenset({DutyKind.COMMITTEE, DutyKind.ADMINISTRATOR}))
"""What is asked for after the password: the own one of committee and administrators."""

ACCOUNTS = Policy(frozenset({DutyKind.ADMINISTRATOR}), frozenset({DutyKind.ADMINISTRATOR}))
"""Users and their duties: the administrator's, and nobody else's."""

TREE = Policy(EVERYBODY, frozenset({DutyKind.ADMINISTRATOR}))
"""Organisations: everybody reads what the duty reaches, the administrator builds the tree."""

RULES = Policy(EVERYBODY)
"""Schemes and the words they bring: no secret of any branch, and altered by nobody."""

RECORDS = Policy(frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}), frozenset({DutyKind.SECRETARY}))
"""The roster and the ledger: the secretary writes them, the committee reads them down to the entries."""

FIGURES = Policy(frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}))
"""What has been frozen or closed: nobody writes it by hand."""

NOTICES = Policy(frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}), frozenset({DutyKind.SECRETARY}))
"""Pages for the wall: the secretary issues them, which freezes their figures; the committee prints them."""

CHECKED = Policy(public=True)
"""What the code on a notice tells everybody who stands before it: kind, day and digest, and no member."""

JOBS = Policy(
    frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}),
    frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}),
)
"""Orders of such pages for all organisations below: whoever prints there gives them, each the own ones."""

BALLOTS = Policy(
    frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE, DutyKind.CONFIRMING_OFFICER}),
    frozenset({DutyKind.SECRETARY}),
)
"""The count of a ballot: the secretary enters it, and the officer of the one meeting reads it as well."""

CONFIRMATION = Policy(frozenset({DutyKind.CONFIRMING_OFFICER}), frozenset({DutyKind.CONFIRMING_OFFICER}))
"""Confirming the count of the one meeting, or sending it back."""

FROZEN = Policy(frozenset({DutyKind.COMMITTEE}))
"""Frozen results with the votes behind them: outside the committee nobody reads how votes were spread."""

SUBMISSION = Policy(frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}), frozenset({DutyKind.SECRETARY}))
"""A branch's year as the branch has it: the secretary submits, posts, registers objections and answers."""

REVIEW = Policy(frozenset({DutyKind.SECRETARY, DutyKind.COMMITTEE}), frozenset({DutyKind.COMMITTEE}))
"""What a committee decides and files of a branch's year: the branch reads it, the committee writes it."""

INBOX = Policy(frozenset({DutyKind.COMMITTEE}), frozenset({DutyKind.COMMITTEE}))
"""The years of all branches below a committee, and what the committee alone sees of each."""

IMPORTS = Policy(frozenset({DutyKind.SECRETARY, DutyKind.ADMINISTRATOR}))
"""Imports that were made."""

LOG = Policy(frozenset({DutyKind.COMMITTEE, DutyKind.ADMINISTRATOR}))
"""The log: the committee reads its subtree's, the administrator what concerns the installation."""


def kinds_held(scope: Scope) -> frozenset[DutyKind]:
    """The kinds of duty in a scope; the operator at the command line holds them all."""
    if scope.everything:
        return frozenset(DutyKind)
    held = {
        DutyKind.SECRETARY: bool(scope.secretary_of),
        DutyKind.CONFIRMING_OFFICER: bool(scope.confirming_for),
        DutyKind.COMMITTEE: bool(scope.committee_of),
        DutyKind.ADMINISTRATOR: scope.administrator,
    }
    return frozenset(kind for kind, has in held.items() if has)


def may_write_seen(scope: Scope, member: Member) -> bool:
    """Whether a member whom the scope sees is one that it writes: no query where it reads nothing else."""
    if scope.committee_of and scope.secretary_of:
        return may_write(scope, member)
    return scope.everything or bool(scope.secretary_of)


def may_write(scope: Scope, obj: models.Model) -> bool:
    """Whether the object lies in what the scope writes; the services ask again when it is written.

    Objects of no member and no organisation are their policy's affair alone.
    """
    if scope.everything or not isinstance(obj, Recorded) or obj.administered:
        return True
    member, organisation = obj.belongs_to_member(), obj.belongs_to_organisation()
    if obj.reviewed:
        return Organisation.objects.reviewable_by(scope).filter(pk=organisation).exists()
    if member is not None:
        return Member.objects.writable_by(scope).filter(pk=member).exists()
    return Organisation.objects.writable_by(scope).filter(pk=organisation).exists()
