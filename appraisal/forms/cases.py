"""Forms of what a committee keeps: an unqualified case with its filings, and which warnings it wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Case, ReviewSettings
from members.forms import DayField, RecordedForm
from members.models import Organisation


class CaseForm(RecordedForm):
    """A case from opening to both filings; with both dated it is closed."""

    reviewed_on = DayField(label=gettext_lazy("Reviewed on"), required=False)
    filed_on = DayField(label=gettext_lazy("Case filed on"), required=False)
    handled_filed_on = DayField(
        label=gettext_lazy("Handling filed on"),
        required=False,
        help_text=gettext_lazy("With both filings dated the case is closed."),
    )

    class Meta:
        model = Case
        fields = ["education", "reviewed_on", "review", "measure", "filed_on", "handled_filed_on"]
        widgets = {
            "education": forms.Textarea(attrs={"rows": 4}),
            "review": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measure: Any = self.fields["measure"]
        measure.choices = [(value, label if value else _("Choose …")) for value, label in measure.choices]

    def clean(self) -> dict[str, Any] | None:
        """A case is filed before its handling is, or on the same day."""
        said = super().clean()
        filed, handled = self.cleaned_data.get("filed_on"), self.cleaned_data.get("handled_filed_on")
        if filed and handled and handled < filed:
            self.add_error("handled_filed_on", _("The handling is not filed before the case."))
        return said


class ReviewSettingsForm(RecordedForm):
    """Which optional warnings are shown when a year is decided on."""

    organisation: Organisation
    """Whose warnings they are, told by the page."""

    class Meta:
        model = ReviewSettings
        fields = ["warn_excellent", "warn_probationary"]
        labels = {
            "warn_excellent": gettext_lazy("Warn where more than a third are excellent"),
            "warn_probationary": gettext_lazy("Warn where probationary members are graded"),
        }
