"""Forms of the desk's pages: they choose what is shown, and write nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EARLIEST = 2000


class DayForm(forms.Form):
    """A year and a day of it; left empty: the running year as of today, a past one as of its end."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=EARLIEST, max_value=9998)
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: today, or the end of a past year."),
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["year"].widget.attrs["placeholder"] = today.year

    def clean(self) -> dict[str, Any]:
        """The year and the day to show; refuses a year to come and a day of another year."""
        given: dict[str, Any] = super().clean() or {}
        day: date | None = given.get("as_of")
        year: int = given.get("year") or (day.year if day else self.today.year)
        if self.errors:
            return given
        if year > self.today.year:
            self.add_error("year", _("That year has not begun."))
        elif day is not None and day.year != year:
            self.add_error("as_of", _("That day does not lie in the year %(year)s.") % {"year": year})
        elif day is not None and day.year < EARLIEST:
            self.add_error("as_of", _("Nothing is kept of a year before %(year)s.") % {"year": EARLIEST})
        default = self.today if year == self.today.year else date(year, 12, 31)
        return {"year": year, "as_of": day or default}
