"""The form of a visit to somebody in care: who, when, by whom, and what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.errors import Refused
from members.forms import DayField, RecordedForm
from members.models import Member
from scoring.models import CareVisit
from scoring.services.naming import meant


class CareVisitForm(RecordedForm):
    """A visit; people are typed as name, number or initials.

    `in_care` are those whom a visit may be to, `people` all of the branch, `contacts` by member key the
    names of those who keep contact.
    """

    member = forms.CharField(
        label=gettext_lazy("Visited"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "data-people": "in-care"}
        ),
        help_text=gettext_lazy("Name, number or initials"),
    )
    date = DayField(label=gettext_lazy("Date"))
    field_order = ("member", "date", "visitor", "passed_on", "heard")

    class Meta:
        model = CareVisit
        fields = ["date", "visitor", "passed_on", "heard"]
        labels = {
            "visitor": gettext_lazy("Visitor"),
            "passed_on": gettext_lazy("Passed on"),
            "heard": gettext_lazy("Opinions heard"),
        }
        help_texts = {"visitor": gettext_lazy("Empty: the contact member.")}
        widgets = {
            "visitor": forms.TextInput(
                attrs={"autocomplete": "off", "spellcheck": "false", "data-people": "people"}
            ),
            "passed_on": forms.TextInput(attrs={"autocomplete": "off"}),
            "heard": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(
        self,
        *args: Any,
        in_care: Sequence[Member],
        people: Sequence[Member],
        contacts: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.in_care, self.people, self.contacts = in_care, people, contacts
        if self.instance.pk is not None:
            self.initial["member"] = str(self.instance.member)
        else:
            self.fields["member"].widget.attrs["autofocus"] = True

    def clean_member(self) -> Member:
        """Who was visited. Somebody in an ordinary role has no care visits, and is told apart from nobody."""
        text = self.cleaned_data["member"]
        try:
            return meant(text, self.in_care)
        except Refused:
            other = meant(text, self.people)
            if other in self.in_care:
                raise
        raise Refused(
            _("%(member)s has an ordinary role: visits that count are entered as quick rows.")
            % {"member": other}
        )

    def clean_visitor(self) -> str:
        """Who went: somebody of the branch by name, or another person as typed, who is not in its roster."""
        text: str = self.cleaned_data["visitor"]
        try:
            return meant(text, self.people).name if text else ""
        except Refused:
            if text.isascii():
                raise
        return text

    def clean(self) -> dict[str, Any] | None:
        """The visit is the member's; where nobody is named, the contact member went."""
        said = super().clean() or {}
        if "member" in said:
            self.instance.member = said["member"]
            if said.get("visitor") == "":
                said["visitor"] = self.contacts.get(said["member"].pk, "")
        return said
