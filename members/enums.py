"""Closed lists of the members app: kinds of organisation, standing, duties, what holds when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """Kinds of Party organisation, from the top of the tree downwards."""

    COMMITTEE = "committee", _("Committee")
    GENERAL_BRANCH = "general_branch", _("General branch")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Group")


class Standing(models.TextChoices):
    """Whether a member is a full or a probationary one."""

    FULL = "full", _("Full member")
    PROBATIONARY = "probationary", _("Probationary member")


class Currency(models.TextChoices):
    """How something that lasts from a day to a day stands to today."""

    IN_FORCE = "in_force", _("In force")
    TO_COME = "to_come", _("Yet to begin")
    ENDED = "ended", _("Ended")


class DutyKind(models.TextChoices):
    """What a user does here; with the organisation it decides what the user sees and writes."""

    SECRETARY = "secretary", _("Branch secretary")
    CONFIRMING_OFFICER = "confirming", _("Confirming officer")
    COMMITTEE = "committee", _("Sub-district committee")
    ADMINISTRATOR = "administrator", _("Administrator")


class Phase(models.TextChoices):
    """What is being done with an uploaded workbook."""

    READ = "read", _("Reading")
    CHECK = "check", _("Checking")
    WRITE = "write", _("Writing")


ALLOWED_PARENTS: dict[str, frozenset[str | None]] = {
    OrganisationKind.COMMITTEE: frozenset({None, OrganisationKind.COMMITTEE}),
    OrganisationKind.GENERAL_BRANCH: frozenset({None, OrganisationKind.COMMITTEE}),
    OrganisationKind.BRANCH: frozenset({None, OrganisationKind.COMMITTEE, OrganisationKind.GENERAL_BRANCH}),
    OrganisationKind.GROUP: frozenset(
        {
            OrganisationKind.COMMITTEE,
            OrganisationKind.GENERAL_BRANCH,
            OrganisationKind.BRANCH,
            OrganisationKind.GROUP,
        }
    ),
}
"""Which kinds may stand directly above each kind; None is the top of the tree."""
