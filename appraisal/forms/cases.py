"""Forms of what a committee keeps: an unqualified case with its filings, and which warnings it wants."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from appraisal.models import Case, ReviewSettings
from members.forms import RecordedForm
from members.models import Organisation
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
