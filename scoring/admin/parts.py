"""Pages of the parts of schemes, to look at: roles, requirements, bonus tables, bands, interpretations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from scoring.admin.schemes import RulesAdmin
from scoring.models import (
    ActivityRule,
    AwardPoints,
    Band,
    ExcessRule,
    Interpretation,
    Requirement,
    SchemeRole,
)


@admin.register(SchemeRole)
class SchemeRoleAdmin(RulesAdmin):
    """Roles of schemes."""

    fields = ("scheme", "role", "scored", "annual_is_daily", "clause")
    list_display = ("role", "scheme", "scored", "annual_is_daily", "clause")
    list_filter = ("scheme",)
    list_select_related = ("scheme", "role__category")


@admin.register(Requirement)
class RequirementAdmin(RulesAdmin):
    """Quotas and points."""

    fields = (
        "scheme_role",
        "indicator",
        "quota",
        "points",
        "waivable",
        "wording_hans",
        "wording_hant",
        "clause",
    )
    list_display = ("role_shown", "wording", "quota", "points", "waivable", "clause")
    list_filter = ("scheme_role__scheme", "scheme_role__role")
    list_select_related = ("scheme_role__scheme", "scheme_role__role__category", "indicator")

    @admin.display(description=_("role"), ordering="scheme_role")
    def role_shown(self, requirement: Requirement) -> str:
        """The role and its scheme."""
        return str(requirement.scheme_role)

    @admin.display(description=_("requirement"))
    def wording(self, requirement: Requirement) -> str:
        """Its own wording, or the indicator's name."""
        return requirement.wording


@admin.register(ExcessRule)
class ExcessRuleAdmin(RulesAdmin):
    """Points beyond a quota (I8)."""

    fields = ("scheme", "indicator", "rate", "step", "cap", "over", "clause")
    list_display = ("indicator", "scheme", "rate", "step", "cap", "over", "clause")
    list_filter = ("scheme",)
    list_select_related = ("scheme", "indicator")


@admin.register(AwardPoints)
class AwardPointsAdmin(RulesAdmin):
    """Points of awards 【四1】."""

    fields = ("scheme", "level", "points", "clause")
    list_display = ("level", "scheme", "points", "clause")
    list_filter = ("scheme",)
    list_select_related = ("scheme", "level")


@admin.register(ActivityRule)
class ActivityRuleAdmin(RulesAdmin):
    """For which indicator events count (I29)."""

    fields = ("scheme", "kind", "category", "role", "indicator", "clause")
    list_display = ("kind", "scheme", "category", "role", "indicator", "clause")
    list_filter = ("scheme", "kind")
    list_select_related = ("scheme", "kind", "category", "role__category", "indicator")


@admin.register(Band)
class BandAdmin(RulesAdmin):
    """Grade bands 【四3】."""

    fields = ("scheme", "code", "name_hans", "name_hant", "lower", "eligible", "opens_case", "clause")
    list_display = ("name", "scheme", "lower", "eligible", "opens_case", "clause")
    list_filter = ("scheme",)
    list_select_related = ("scheme",)


@admin.register(Interpretation)
class InterpretationAdmin(RulesAdmin):
    """Interpretations of the plan."""

    fields = ("scheme", "number", "clause", "plan_shown", "taken", "why")
    readonly_fields = ("plan_shown", "taken", "why")
    list_display = ("number", "scheme", "clause", "taken")
    list_filter = ("scheme",)
    list_select_related = ("scheme",)

    @admin.display(description=_("the plan says"))
    def plan_shown(self, interpretation: Any) -> str:
        """The plan's words, passage by passage."""
        return "\n".join(map(str, interpretation.plan_says))

    @admin.display(description=_("taken as"))
    def taken(self, interpretation: Interpretation) -> str:
        """What was taken."""
        return interpretation.taken

    @admin.display(description=pgettext_lazy("interpretation", "reason"))
    def why(self, interpretation: Interpretation) -> str:
        """Why."""
        return interpretation.why
