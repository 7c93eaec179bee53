"""Pages of the ledger: entries, judged standards, bonus points, waivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import models
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.access import scope_of
from members.admin.base import Groups
from members.admin.filters import PeriodFilter, WithinFilter
from members.admin.of_member import OfMemberAdmin
from members.admin.paging import KeysFirst
from members.markup import short, stretch, unbroken
from members.services.by import By
from scoring.admin.rush import RushFilter
from scoring.enums import IndicatorKind
from scoring.forms.asking import EntryForm
from scoring.forms.bonus import BonusForm
from scoring.models import AwardLevel, Bonus, Entry, Indicator, Judgement, SchemeScope, Waiver
from scoring.resources.bonus import BonusSheet
from scoring.resources.entries import Entries
from scoring.resources.judged import Judged
from scoring.resources.waivers import Waivers
from scoring.rules.exact import Hundredths, text
from scoring.services import ledger
from scoring.services.checks import plain
from scoring.services.standards import awards_offered

STORED_FILE = ("remove_file", "evidence_link")
"""What a form of bonus points says of a file that is stored already."""
UPLOAD = ("remove_file", "evidence")
"""What it takes."""
NUMBER_HELP = gettext_lazy("Left empty, the system gives one; files refer to the record by it.")
PERIOD_HELP = gettext_lazy("The day it happened; of dues any day of the month paid for.")


class OriginFilter(admin.SimpleListFilter):
    """Entries by how they got into the ledger."""

    title = gettext_lazy("how recorded")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("hand", _("By hand")), ("import", _("Imported")), ("activity", _("List of an activity"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None:
                return queryset
            case "hand":
                return queryset.filter(activity__isnull=True, batch__isnull=True)
            case "import":
                return queryset.filter(activity__isnull=True, batch__isnull=False)
            case "activity":
                return queryset.filter(activity__isnull=False)
        raise IncorrectLookupParameters


def _from_list(entry: Entry | None) -> bool:
    """Whether an entry is what a list of who came has put into the ledger; it is written there alone."""
    return entry is not None and entry.activity_id is not None


@admin.register(Entry)
class EntryAdmin(OfMemberAdmin):
    """Entries, the newest recorded first; those that come from an activity's list are corrected there."""

    sheet = Entries
    form = EntryForm
    fieldsets = (
        (gettext_lazy("Who and what"), {"fields": ("member", "indicator", "title")}),
        (gettext_lazy("When and how much"), {"fields": ("date", "quantity", "until", "on_time")}),
        (gettext_lazy("Further details"), {"fields": ("note", "record_no")}),
    )
    help_texts = {
        "date": PERIOD_HELP,
        "quantity": gettext_lazy("In the indicator's unit; of pairings and posts 1."),
        "record_no": NUMBER_HELP,
    }
    list_display = (
        "member",
        "organisation_now",
        "indicator",
        "when",
        "amount",
        "title",
        "origin",
        "recorded",
        "reference",
    )
    list_filter = (WithinFilter, PeriodFilter, "indicator", OriginFilter, RushFilter)
    list_select_related = ("member", "indicator")
    ordering = ("-pk",)
    paginator = KeysFirst
    search_fields = (*OfMemberAdmin.search_fields, "title_key")
    search_help_text = gettext_lazy("Name, number or pinyin initials; activity or label")

    def groups(self, obj: Entry | None) -> Groups:
        """The groups of fields; that it is on time and in full is said of dues alone."""
        if obj is None or obj.indicator.kind == IndicatorKind.MONTHLY:
            return super().groups(obj)
        return [
            (title, {**said, "fields": [name for name in said["fields"] if name != "on_time"]})
            for title, said in super().groups(obj)
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _from_list(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _from_list(obj) and super().has_delete_permission(request, obj)

    def choices_to_see(self, request: HttpRequest, related: type[models.Model]) -> Any:
        """Of indicators those that are recorded; what is judged is not."""
        choices = super().choices_to_see(request, related)
        return choices.exclude(kind=IndicatorKind.JUDGED) if related is Indicator else choices

    def store(self, by: By, obj: Entry, form: Any, *, new: bool) -> None:
        """Ask once what is allowed and may be a mistake."""
        ledger.check_entry(by=by, entry=obj)
        form.ask()
        ledger.save_entry(by=by, entry=obj)

    def withdraw(self, by: By, obj: Entry) -> None:
        ledger.withdraw_entry(by=by, entry=obj)

    @admin.display(description=gettext_lazy("date"), ordering="date")
    def when(self, entry: Entry) -> SafeString | str:
        """The day; of what lasts the first and the last one."""
        if entry.indicator.kind == IndicatorKind.STANDING:
            return stretch(entry.date, entry.until)
        return unbroken(short(entry.date))

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def amount(self, entry: Entry) -> str:
        """How much in the indicator's unit; of dues also whether they count."""
        amount = f"{entry.quantity} {entry.indicator.measure}".strip()
        if entry.indicator.kind == IndicatorKind.MONTHLY and not entry.on_time:
            return _("%(amount)s, late or short") % {"amount": amount}
        return amount

    @admin.display(description=gettext_lazy("how recorded"))
    def origin(self, entry: Entry) -> str:
        """From an activity's list, from a spreadsheet, or by hand."""
        if entry.activity_id is not None:
            return _("List of an activity")
        return _("Imported") if entry.batch_id is not None else _("By hand")

    @admin.display(description=gettext_lazy("recorded at"), ordering="recorded_at")
    def recorded(self, entry: Entry) -> SafeString:
        """The day on which it got into the ledger."""
        return unbroken(short(localtime(entry.recorded_at).date()))

    @admin.display(description=gettext_lazy("record number"), ordering="pk")
    def reference(self, entry: Entry) -> str:
        """The record number, given or made."""
        return entry.reference


@admin.register(Judgement)
class JudgementAdmin(OfMemberAdmin):
    """Judged standards (I9)."""

    sheet = Judged
    fieldsets = (
        (gettext_lazy("Who and what"), {"fields": ("member", "year", "indicator")}),
        (gettext_lazy("How far fulfilled"), {"fields": ("fulfilment", "note")}),
    )
    help_texts = {
        "fulfilment": gettext_lazy("0 to 100; without a record the standard counts as met in full."),
    }
    list_display = ("member", "organisation_now", "year", "indicator", "percentage", "note")
    list_filter = (WithinFilter, "year", "indicator")
    list_select_related = ("member", "indicator")

    def choices_to_see(self, request: HttpRequest, related: type[models.Model]) -> Any:
        """Of indicators those that are judged."""
        choices = super().choices_to_see(request, related)
        return choices.filter(kind=IndicatorKind.JUDGED) if related is Indicator else choices

    def store(self, by: By, obj: Judgement, form: Any, *, new: bool) -> None:
        ledger.save_judgement(by=by, judgement=obj)

    def withdraw(self, by: By, obj: Judgement) -> None:
        ledger.withdraw(by=by, row=obj)

    @admin.display(description=gettext_lazy("fulfilment"), ordering="fulfilment")
    def percentage(self, judgement: Judgement) -> str:
        """The fulfilment in per cent."""
        return f"{plain(judgement.fulfilment)}%"


def _with_points(worth: Mapping[int, Sequence[Hundredths]], level: AwardLevel) -> str:
    """A level with what an award of it earns; with several figures where several schemes hold."""
    if level.pk not in worth:
        return str(level)
    told = " / ".join(text(points).rstrip("0").rstrip(".") for points in worth[level.pk])
    return f"{level} · {_('%(points)s points') % {'points': told}}"


@admin.register(Bonus)
class BonusAdmin(OfMemberAdmin):
    """Awards and contributions 【四1】."""

    sheet = BonusSheet
    form = BonusForm
    fieldsets = (
        (gettext_lazy("Who and what for"), {"fields": ("member", "kind", "date", "reason")}),
        (
            gettext_lazy("How much"),
            {
                "fields": ("level", "points"),
                "description": gettext_lazy(
                    "An award has a level, which the scheme turns into points; a contribution has "
                    "the points that the branch decided on."
                ),
            },
        ),
        (
            gettext_lazy("Further details"),
            {"fields": ("evidence", "remove_file", "evidence_link", "record_no")},
        ),
    )
    help_texts = {
        "level": gettext_lazy("Awards only."),
        "points": gettext_lazy("Contributions only; at most one decimal."),
        "evidence": gettext_lazy("PDF, PNG or JPEG, up to 10 MB."),
        "record_no": NUMBER_HELP,
    }
    readonly_fields = ("evidence_link",)
    list_display = (
        "member",
        "organisation_now",
        "date",
        "kind",
        "worth",
        "reason",
        "recorded_at",
        "reference",
    )
    list_filter = (WithinFilter, "kind", "level")
    list_select_related = ("member", "level")
    date_hierarchy = "date"

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.evidence_view)
        return [path("<path:object_id>/evidence/", page, name="scoring_bonus_evidence"), *super().get_urls()]

    def evidence_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The evidence, to download."""
        bonus = self.get_object(request, object_id)
        if not bonus.evidence:
            raise Http404
        name = bonus.evidence.name.rpartition("/")[2]
        return FileResponse(bonus.evidence.open("rb"), as_attachment=True, filename=name)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, whose choice of a level says what an award of it earns this year."""
        form = super().get_form(request, obj, change, **kwargs)
        level = form.base_fields.get("level")
        if level is not None:
            scope = scope_of(request)
            scopes = SchemeScope.objects.visible_to(scope).begun(scope.on.year)
            level.label_from_instance = partial(_with_points, awards_offered(scopes))
        return form

    def groups(self, obj: Any) -> Groups:
        """The groups of fields; the stored file only where there is one."""
        if obj is not None and obj.evidence:
            return super().groups(obj)
        *others, (title, options) = super().groups(obj)
        fields = [name for name in options["fields"] if name not in STORED_FILE]
        return [*others, (title, {**options, "fields": fields})]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The groups of fields; who only reads finds the way to the file, not the name it is kept under."""
        groups = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return groups
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in UPLOAD]})
            for title, options in groups
        ]

    @admin.display(description=gettext_lazy("stored evidence"))
    def evidence_link(self, bonus: Bonus) -> SafeString:
        """Where the evidence is downloaded."""
        url = reverse("admin:scoring_bonus_evidence", args=[bonus.pk])
        return format_html('<a href="{}">{}</a>', url, _("Download"))

    def store(self, by: By, obj: Bonus, form: Any, *, new: bool) -> None:
        ledger.save_bonus(by=by, bonus=obj)

    def withdraw(self, by: By, obj: Bonus) -> None:
        ledger.withdraw(by=by, row=obj)

    @admin.display(description=gettext_lazy("level or points"))
    def worth(self, bonus: Bonus) -> str:
        """An award's level, or the points of a contribution."""
        if bonus.points is None:
            return str(bonus.level)
        return _("%(points)s points") % {"points": plain(bonus.points)}

    @admin.display(description=gettext_lazy("record number"), ordering="pk")
    def reference(self, bonus: Bonus) -> str:
        """The record number, given or made."""
        return bonus.reference


@admin.register(Waiver)
class WaiverAdmin(OfMemberAdmin):
    """Waivers (I12)."""

    sheet = Waivers
    fieldsets = (
        (gettext_lazy("Who and what"), {"fields": ("member", "year", "indicator")}),
        (gettext_lazy("Why"), {"fields": ("reason", "agreed_by")}),
    )
    help_texts = {
        "indicator": gettext_lazy("Only what the scheme lets be waived for the member's role."),
        "agreed_by": gettext_lazy("Who or which meeting agreed."),
    }
    list_display = ("member", "organisation_now", "year", "indicator", "reason", "agreed_by")
    list_filter = (WithinFilter, "year", "indicator")
    list_select_related = ("member", "indicator")

    def choices_to_see(self, request: HttpRequest, related: type[models.Model]) -> Any:
        """Of indicators those that some requirement lets be waived."""
        choices = super().choices_to_see(request, related)
        return choices.filter(requirements__waivable=True).distinct() if related is Indicator else choices

    def store(self, by: By, obj: Waiver, form: Any, *, new: bool) -> None:
        ledger.save_waiver(by=by, waiver=obj)

    def withdraw(self, by: By, obj: Waiver) -> None:
        ledger.withdraw(by=by, row=obj)
