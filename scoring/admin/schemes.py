"""Pages of schemes and of the words they bring, to look at: scheme files alone make them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members import policy
from members.admin.base import ScopedAdmin
from members.text import listed
from scoring.models import ActivityKind, AwardLevel, Indicator, Scheme, SchemeScope


class RulesAdmin(ScopedAdmin):
    """Pages that everybody with a duty reads and nobody writes."""

    policy = policy.RULES


@admin.register(Scheme)
class SchemeAdmin(RulesAdmin):
    """Schemes."""

    list_display = ("name", "code", "version", "effective_from", "published_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "code",
                    "version",
                    "name_hans",
                    "name_hant",
                    "effective_from",
                    "published_at",
                    "digest",
                )
            },
        ),
        (
            _("Annual score"),
            {
                "fields": (
                    "daily_weight",
                    "appraisal_weight",
                    "annual_cap",
                    "bonus_cap",
                    "contribution_min",
                    "contribution_max",
                )
            },
        ),
        (
            _("Appraisal"),
            {
                "fields": (
                    "ballot_excellent",
                    "ballot_good",
                    "ballot_passed",
                    "ballot_poor",
                    "ballot_passed_also",
                    "ballot_divisor",
                    "ballot_minimum",
                    "aspects_shown",
                )
            },
        ),
        (
            _("Through the year"),
            {
                "fields": (
                    "ahead_share",
                    "behind_below",
                    "behind_from_quarter",
                    "publicity_days",
                    "rush_days",
                    "late_days",
                    "warn_excellent",
                    "excellent_part",
                    "excellent_whole",
                    "warn_probationary",
                )
            },
        ),
        (_("The file"), {"fields": ("source",)}),
    )
    readonly_fields = ("aspects_shown",)

    @admin.display(description=_("aspects to judge by"))
    def aspects_shown(self, scheme: Scheme) -> str:
        """The aspects as the ballot names them (I26)."""
        return listed(scheme.aspects)


@admin.register(SchemeScope)
class SchemeScopeAdmin(RulesAdmin):
    """Where schemes apply."""

    fields = ("scheme", "organisation")
    list_display = ("scheme", "organisation")
    list_select_related = ("scheme", "organisation")


class WordAdmin(RulesAdmin):
    """Words that scheme files bring."""

    fields = ("code", "name_hans", "name_hant")
    list_display = ("name", "code")
    search_fields = ("code", "name_hans", "name_hant")


@admin.register(Indicator)
class IndicatorAdmin(RulesAdmin):
    """Indicators."""

    fields = ("code", "name_hans", "name_hant", "unit_hans", "unit_hant", "kind")
    list_display = ("name", "code", "kind", "unit")
    list_filter = ("kind",)
    search_fields = ("code", "name_hans", "name_hant")

    @admin.display(description=_("unit"))
    def unit(self, indicator: Indicator) -> str:
        """What it is counted in."""
        return indicator.unit


admin.site.register(ActivityKind, WordAdmin)
admin.site.register(AwardLevel, WordAdmin)
