"""Forms of a branch's year: what is seen before it is submitted, the posted notice, objections, decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from appraisal.models import Objection
from appraisal.models.year import REASON
from members.forms import DayField, RecordedForm, Reporting
from members.models import Recorded

_AREA = {"rows": 3}


class YearForm(Reporting, forms.Form):
    """A form about a branch's year, or its notice: it carries the version that was read, 0 without a row."""

    version_read = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, row: Recorded, **kwargs: Any) -> None:
        initial = {"version_read": version_of(row), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)
        self.row = row

    def full_clean(self) -> None:
        """Where no version came along the form carries that of the year as the page now shows it."""
        super().full_clean()
        if self.is_bound and "version_read" not in self.cleaned_data:
            self.data = {**dict(self.data.items()), "version_read": str(version_of(self.row))}

    @property
    def version(self) -> int:
        """The version of the year that the sender had read."""
        return int(self.cleaned_data["version_read"])


class SubmitForm(YearForm):
    """The year is submitted by somebody who has seen what is missing, where anything is."""

    seen = forms.BooleanField(label=gettext_lazy("I have seen what is missing, and submit it as it is"))

    def __init__(self, data: Any = None, *, row: Recorded, missing: bool, **kwargs: Any) -> None:
        super().__init__(data, row=row, **kwargs)
        if not missing:
            del self.fields["seen"]


class PostForm(YearForm):
    """Where the annual notice hangs, and from which day to which; left empty, for the usual time.

    `publicity` tells the last day of a notice posted on a day, which is not after `on`.
    """

    posted_on = DayField(label=gettext_lazy("Posted on"))
    place = forms.CharField(label=pgettext_lazy("of a notice", "Place"), max_length=120)
    until = DayField(label=gettext_lazy("Publicity until"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        row: Recorded,
        publicity: Callable[[date], date],
        on: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, row=row, **kwargs)
        self.publicity, self.on = publicity, on
        if on is not None:
            usual = publicity(on)
            self.fields["until"].widget.attrs["placeholder"] = usual.isoformat()
            self.fields["until"].help_text = _("Left empty: the usual time; posted today, until %(day)s.") % {
                "day": date_format(usual)
            }

    def clean_posted_on(self) -> date:
        """The day is not one to come: of a far one no last day can be reckoned."""
        posted_on: date = self.cleaned_data["posted_on"]
        if self.on is not None and posted_on > self.on:
            raise ValidationError(_("The date lies in the future."))
        return posted_on

    def clean(self) -> dict[str, Any]:
        """The last day is reckoned where it is not given, and is not before the first."""
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("posted_on"), said.get("until")
        if first and last and last < first:
            self.add_error("until", _("The last day is before the first."))
        elif first and not last and "until" not in self.errors:
            said["until"] = self.publicity(first)
        return said


class ReasonForm(YearForm):
    """Why a year is returned or reopened."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is returned"),
        max_length=REASON,
        widget=forms.Textarea(attrs=_AREA),
        error_messages={"required": gettext_lazy("Say why.")},
    )

    def __init__(self, data: Any = None, *, row: Recorded, reopens: bool = False, **kwargs: Any) -> None:
        super().__init__(data, row=row, **kwargs)
        if reopens:
            self.fields["reason"].label = _("Why it is reopened")


class ObjectionForm(RecordedForm):
    """An objection as it came in; whoever raised it need not be named."""

    raised_on = DayField(label=gettext_lazy("Raised on"))

    class Meta:
        model = Objection
        fields = ["raised_on", "raised_by", "text"]
        help_texts = {"raised_by": gettext_lazy("May stay empty.")}
        widgets = {"text": forms.Textarea(attrs=_AREA)}


class AnswerForm(RecordedForm):
    """The branch's answer to an objection."""

    answered_on = DayField(label=gettext_lazy("Answered on"))

    class Meta:
        model = Objection
        fields = ["answered_on", "answer"]
        widgets = {"answer": forms.Textarea(attrs=_AREA)}

    def clean_answer(self) -> str:
        """An answer says something."""
        said = str(self.cleaned_data["answer"]).strip()
        if not said:
            raise ValidationError(_("Write the answer."))
        return said


def version_of(row: Recorded) -> int:
    """The version of a year as forms carry it: 0 where there is no row yet."""
    return 0 if row.pk is None else int(row.version)
