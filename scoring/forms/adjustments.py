"""Forms of branch adjustments 微调: what is to be adjusted, and the adjustment with its list (I23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms import DayField, Reporting
from members.models import Organisation, Role
from members.querysets import RoleQuerySet
from scoring.enums import IndicatorKind
from scoring.forms.uploaded import ACCEPTED, FileForm
from scoring.models import Adjustment, AdjustmentLine, Indicator
from scoring.services.adjustments import LocalRole
from scoring.services.standards import EffectiveRole, StandardsBook

RESOLUTION = ["resolution_on", "present", "votes_for", "resolution", "scan"]

MOST_OF_A_QUOTA = 99_999
"""As much as one entry may count."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: an indicator with the quota and points to begin with, None where it has none."""

    indicator: Indicator
    wording: str
    quota: int | None
    points: Decimal | None
    waivable: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The form's fields of this line; what is judged has no quota."""
        points = f"points_{self.indicator.pk}"
        if self.indicator.kind == IndicatorKind.JUDGED:
            return (points,)
        return (f"quota_{self.indicator.pk}", points)


class SubjectForm(forms.Form):
    """What is to be adjusted in an organisation: year and role, or a local role like that one."""

    book: StandardsBook
    effective: EffectiveRole

    year = forms.IntegerField(label=gettext_lazy("year"), min_value=2000, max_value=2100)
    role = forms.ModelChoiceField(
        label=gettext_lazy("role"), queryset=Role.objects.none(), empty_label=gettext_lazy("Choose …")
    )
    local = forms.CharField(
        label=gettext_lazy("name of a local role"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only to add a role to this branch, in the category of the role above."),
    )

    def __init__(self, data: Any, *, organisation: Organisation, roles: RoleQuerySet, year: int) -> None:
        super().__init__(data)
        self.organisation = organisation
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        self.fields["year"].initial = year

    def clean(self) -> dict[str, Any] | None:
        """Look up what holds for the role there; without anything there is nothing to adjust."""
        said = super().clean() or {}
        if {"year", "role"} <= said.keys():
            self.book = StandardsBook.for_year(said["year"])
            effective = self.book.role(self.organisation.path, said["role"].pk)
            if effective is None or not effective.scored:
                self.add_error("role", _("Nothing is required of this role there in that year."))
            else:
                self.effective = effective
        return said

    def rows(self) -> list[Row]:
        """The list to begin with: what holds now; a local role may take any indicator of the scheme."""
        said = self.cleaned_data
        rows = list(requirement_rows(self.effective))
        if said["local"]:
            known = {row.indicator.pk for row in rows}
            for other in self.book.roles(self.organisation.path):
                for row in other.unadjusted:
                    if row.indicator.pk not in known:
                        known.add(row.indicator.pk)
                        rows.append(Row(row.indicator, row.indicator.name, None, None, row.waivable))
        return rows

    def adjustment(self) -> Adjustment:
        """The adjustment to be filled in."""
        said = self.cleaned_data
        return Adjustment(organisation=self.organisation, year=said["year"], role=said["role"])

    def local_role(self) -> LocalRole | None:
        """The role to be made first, if there is one."""
        name = self.cleaned_data["local"]
        return LocalRole(category=self.cleaned_data["role"].category, name_hans=name) if name else None


class MatrixForm(Reporting, forms.Form):
    """For each line of the list quota and points; `with_rows` makes the class."""

    rows: ClassVar[Sequence[Row]] = ()

    @classmethod
    def with_rows(cls, rows: Iterable[Row], *, optional: bool) -> type[Self]:
        """The form for these lines; where `optional`, a line left empty is not required of the role."""
        listed = tuple(rows)
        parts: dict[str, Any] = {"rows": listed}
        for row in listed:
            parts |= _fields(row, required=not optional)
        return type(cls.__name__, (cls,), parts)

    def lines(self) -> list[AdjustmentLine]:
        """The lines as they were filled in."""
        said = self.cleaned_data
        lines = []
        for row in self.rows:
            quota, points = said.get(f"quota_{row.indicator.pk}"), said.get(f"points_{row.indicator.pk}")
            if quota is not None or points is not None:
                lines.append(
                    AdjustmentLine(
                        indicator=row.indicator, quota=quota, points=points or 0, waivable=row.waivable
                    )
                )
        return lines


class AdjustmentForm(FileForm, MatrixForm):
    """The resolution and, for each line of the list, quota and points."""

    file_field = "scan"
    field_order = (*RESOLUTION, "remove_file")

    class Meta:
        model = Adjustment
        fields = RESOLUTION
        field_classes = {"resolution_on": DayField}
        widgets = {
            "scan": forms.FileInput(attrs={"accept": ACCEPTED}),
            "resolution": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "present": gettext_lazy("Members who were at the general meeting."),
            "votes_for": gettext_lazy("More than half of those present."),
            "resolution": gettext_lazy("Its words; not needed where a scan is given."),
            "scan": gettext_lazy("PDF, PNG or JPEG, up to 10 MB; not needed where the words are given."),
        }


def requirement_rows(effective: EffectiveRole) -> Iterable[Row]:
    """What is in force for a role, as lines to begin with."""
    for row in effective.requirements:
        yield Row(row.indicator, row.wording, row.quota, Decimal(row.points) / 100, row.waivable)


def _fields(row: Row, *, required: bool) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for name in row.names:
        if name.startswith("quota"):
            fields[name] = forms.IntegerField(
                label=_("%(indicator)s: quota") % {"indicator": row.wording},
                min_value=1,
                max_value=MOST_OF_A_QUOTA,
                required=required,
                initial=row.quota,
            )
        else:
            fields[name] = forms.DecimalField(
                label=_("%(indicator)s: points") % {"indicator": row.wording},
                max_digits=5,
                decimal_places=2,
                min_value=0,
                required=required,
                initial=row.points,
            )
    return fields
