"""Forms of the desk's pages: they choose what is shown, and write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.forms import DayField, OrganisationChoice
from members.models import Organisation
from members.querysets import OrganisationQuerySet
from members.text import tidy
from reports.desk.services.analysis import asked
from reports.desk.services.branch import ORDERS
from reports.desk.services.choosing import Choice, Going
from reports.desk.services.printable import printable
from reports.enums import JobKind, ListOrder
from reports.periods import Period

EARLIEST = 2000


class YearForm(forms.Form):
    """A year; left empty, the running one."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=EARLIEST, max_value=9998)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["year"].widget.attrs["placeholder"] = today.year

    def clean(self) -> dict[str, Any]:
        """The year to show."""
        given: dict[str, Any] = super().clean() or {}
        return {**given, "year": given.get("year") or self.usual_year(given)}

    def usual_year(self, given: dict[str, Any]) -> int:
        """The year that is meant where none is given."""
        return self.today.year


class BegunYearForm(YearForm):
    """A year that has begun; left empty, the running one."""

    def clean(self) -> dict[str, Any]:
        """The year to show; refuses one to come."""
        given = super().clean()
        if not self.errors and given["year"] > self.today.year:
            self.add_error("year", _("That year has not begun."))
        return given


class SearchForm(forms.Form):
    """What is looked for: names, numbers, pinyin initials, codes."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        help_text=_("Name, number or pinyin initials of a member; name or code of an organisation"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def clean_q(self) -> str:
        """The words without what nobody sees."""
        return tidy(self.cleaned_data["q"])


class AdjustmentsForm(YearForm):
    """Of which year and around which organisation adjustments are shown; left empty: all that is read."""

    organisation = OrganisationChoice(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("All that you read"),
    )

    def __init__(self, data: Any, *, today: date, organisations: OrganisationQuerySet) -> None:
        super().__init__(data, today=today)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class DayForm(BegunYearForm):
    """A year and a day of it; left empty: the running year as of today, a past one as of its end."""

    as_of = DayField(
        label=_("As of"), required=False, help_text=_("Empty: today, or the end of a past year.")
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, today=today)
        self.fields["as_of"].widget.attrs["placeholder"] = today.isoformat()

    def hidden_fields(self) -> list[forms.BoundField]:
        """Those alone that say something: what is not asked for is not in the address either."""
        return [field for field in super().hidden_fields() if field.value()]

    def usual_year(self, given: dict[str, Any]) -> int:
        """The year of the day, where one is given."""
        day: date | None = given.get("as_of")
        return day.year if day else self.today.year

    def clean(self) -> dict[str, Any]:
        """The year and the day to show; refuses a year to come and a day of another year."""
        given = super().clean()
        day: date | None = given.get("as_of")
        year: int = given["year"]
        if self.errors:
            return given
        if day is not None and day.year != year:
            self.add_error("as_of", _("That day does not lie in the year %(year)s.") % {"year": year})
        elif day is not None and day.year < EARLIEST:
            self.add_error("as_of", _("Nothing is kept of a year before %(year)s.") % {"year": EARLIEST})
        default = self.today if year == self.today.year else date(year, 12, 31)
        return {"year": year, "as_of": day or default}


class ScoresForm(DayForm):
    """A year and a day, whom to show of those there are, and by which column they are ordered."""

    q = forms.CharField(
        label=_("Whom"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("Name, number or pinyin initials"),
    )
    category = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    going = forms.ChoiceField(required=False, choices=[(one, one) for one in Going], widget=forms.HiddenInput)
    order = forms.ChoiceField(
        required=False, choices=[(one, one) for one in ORDERS], widget=forms.HiddenInput
    )
    listed = forms.ChoiceField(required=False, choices=ListOrder.choices, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Also the choice that it makes."""
        given, said = super().clean(), self.cleaned_data
        if self.errors:
            return given
        words = tidy(said["q"])
        choice = Choice(
            given["year"],
            given["as_of"],
            words,
            said["category"],
            said["going"],
            said["order"],
            said["listed"],
        )
        return {**given, "choice": choice}


class AnalysisForm(DayForm):
    """A year and a day, which part is shown of an analysis of many members, how its units are ordered."""

    show = forms.ChoiceField(
        required=False, choices=[(one, one) for one in asked.Show], widget=forms.HiddenInput
    )
    order = forms.ChoiceField(
        required=False, choices=[(one, one) for one in asked.ORDERS], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Also what is asked with it."""
        given, said = super().clean(), self.cleaned_data
        if self.errors:
            return given
        return {**given, "asked": asked.Asked(given["year"], given["as_of"], said["show"], said["order"])}


class JobForm(forms.Form):
    """Which pages are ordered for all organisations below: what the year and the one before it offer.

    What ended last comes first, what still runs at the end. `issued` says how many notices there are by kind
    and code of the period: who issues none gets these alone of a period that is over.
    """

    page = forms.ChoiceField(label=_("What to print"))

    def __init__(self, data: Any, *, today: date, issued: Mapping[tuple[str, str], int]) -> None:
        super().__init__(data)
        kinds = (one for year in (today.year, today.year - 1) for one in printable(year, today))
        pages = [one for one in kinds if one.kind in JobKind.values]
        pages.sort(key=lambda page: (page.period.last >= today, -page.period.last.toordinal()))
        self.offered = {f"{one.kind}-{one.period.code}": (str(one.kind), one.period) for one in pages}
        choices = []
        for one in pages:
            label = f"{one.title} · {one.period.title}"
            if one.freezes and one.period.last < today:
                made = issued.get((str(one.kind), one.period.code), 0)
                said = ngettext("%(notices)s notice issued", "%(notices)s notices issued", made)
                label += f" · {said % {'notices': made}}"
            choices.append((f"{one.kind}-{one.period.code}", label))
        self.fields["page"].choices = choices  # type: ignore[attr-defined]

    def clean_page(self) -> tuple[str, Period]:
        """The kind and the period."""
        return self.offered[self.cleaned_data["page"]]
