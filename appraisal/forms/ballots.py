"""Forms of a ballot meeting: when it was, who came, what became of the slips; and the written opinions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.enums import MeetingState
from appraisal.models import BallotMeeting, Opinions
from appraisal.models.ballot import CAME, SLIPS
from members.forms import DayField, RecordedForm


class MeetingForm(RecordedForm):
    """A ballot meeting; with `void` what is sent makes it void, and may then not add up."""

    date = DayField(label=gettext_lazy("Date"))
    reason = forms.CharField(
        label=gettext_lazy("Why it is void"), required=False, max_length=200, widget=forms.TextInput
    )

    class Meta:
        model = BallotMeeting
        fields = ["date", "place", *CAME, *SLIPS, "blind"]
        help_texts = {
            "members_came": gettext_lazy("Of each kind how many signed in; all votes weigh the same."),
            "issued": gettext_lazy("Issued = returned + not returned. Leave all four empty until counted."),
            "spoiled": gettext_lazy("Numbered, marked or illegible as a whole; they are in nobody’s count."),
            "blind": gettext_lazy(
                "Two accounts enter the count, neither sees the other’s numbers, and a third confirms it."
            ),
        }

    def __init__(self, *args: Any, void: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.void = void
        for name in (*CAME, *SLIPS):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self) -> dict[str, Any] | None:
        """More slips back than issued make the ballot void, which is said before anything else."""
        said = super().clean() or {}
        if self.void:
            self.instance.state = MeetingState.VOID
            self.instance.void_reason = said.get("reason", "")
            if not said.get("reason"):
                self.add_error("reason", _("Say why."))
        elif self.too_many:
            raise ValidationError(
                _(
                    "More slips came back than were issued: the ballot is void. Record it as void below, and"
                    " hold another."
                ),
                code="too_many",
            )
        return said

    @property
    def too_many(self) -> bool:
        """Whether more slips came back than were issued."""
        said = getattr(self, "cleaned_data", {})
        issued, returned = said.get("issued"), said.get("returned")
        return issued is not None and returned is not None and returned > issued


class ReasonForm(forms.Form):
    """Why something is void."""

    reason = forms.CharField(label=gettext_lazy("Why it is void"), max_length=200)


class OpinionsForm(RecordedForm):
    """What was written at a meeting, an opinion a line."""

    class Meta:
        model = Opinions
        fields = ["text"]
        labels = {"text": gettext_lazy("Opinions, one a line")}
        help_texts = {
            "text": gettext_lazy(
                "Copied without a name, a date or anything else by which a writer could be known. They are"
                " sorted when they are saved."
            )
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 14})}
