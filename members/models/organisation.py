"""The tree of Party organisations, and the categories and roles that schemes create."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from members.enums import OrganisationKind
from members.models.base import Plausible, TwoScripts, WriteOnce, choices_check
from members.querysets import CategoryQuerySet, OrganisationManager, RoleQuerySet
from members.scope import STEP

CODE = RegexValidator(r"^\w[\w.-]*\Z", _("A code has letters, digits, dots and dashes only."))


class Organisation(Plausible, MP_Node):
    """A Party organisation 党组织, a node of the tree, known by its unique code."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)

    steplen = STEP

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        constraints = [choices_check("kind", OrganisationKind, "organisation_kind_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        """Whether it is a group, whose members are ranked with the organisation above."""
        return self.kind == OrganisationKind.GROUP


class Category(WriteOnce, TwoScripts):
    """One of a scheme's categories of members 【二】."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE])
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "code"]


class Role(WriteOnce, TwoScripts):
    """A role a posting gives 【二】; local to one organisation where an adjustment made it (I23)."""

    code = models.CharField(_("code"), max_length=48, unique=True, validators=[CODE])
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="roles", verbose_name=_("category")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="local_roles",
        verbose_name=_("local to"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name if self.name == self.category.name else f"{self.category.name} · {self.name}"
