"""The form of an unqualified case: what was done, the measure, and the two filings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from appraisal.models import Case
from members.forms import RecordedForm
from scoring.forms.days import DayField


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
