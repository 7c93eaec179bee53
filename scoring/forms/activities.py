"""Forms of activities: what is held, when, where and for whom; and the photo or document kept with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms import DayField, OrganisationChoice
from members.models import Member, Organisation
from members.scope import Scope
from members.text import is_key, listed
from scoring.enums import Audience
from scoring.forms.asking import AskingForm
from scoring.forms.naming import People, cells
from scoring.forms.uploaded import ACCEPTED, checked
from scoring.models import Activity, ActivityKind
from scoring.services.questions import Question, same_activity


class UnitsChoice(forms.ModelMultipleChoiceField):
    """A choice of several organisations."""

    def clean(self, value: Any) -> Any:
        """The units; a key that no database takes is none."""
        keys = [key for key in value or () if is_key(key)]
        if len(keys) < len(value or ()):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(keys)

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.depth - 2)}{obj.name}"


class ActivityForm(AskingForm):
    """An activity and its audience; a stored one stays with its organisation."""

    organisation = OrganisationChoice(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    below = UnitsChoice(
        label=gettext_lazy("Groups or branches"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    date = DayField(label=gettext_lazy("date"))
    names = forms.CharField(
        label=gettext_lazy("Members invited"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Names or member numbers, one a line or as cells of a spreadsheet."),
    )

    class Meta:
        model = Activity
        fields = ["title", "date", "kind", "place", "state", "organisation", "audience"]
        widgets = {
            "audience": forms.RadioSelect,
        }
        help_texts = {
            "kind": gettext_lazy(
                "It decides for which indicator taking part counts, by each member's category."
            ),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        writable = Organisation.objects.writable_by(scope)
        tops = Q(path__in=scope.secretary_of)
        self.fields["organisation"].queryset = writable  # type: ignore[attr-defined]
        self.fields["below"].queryset = writable.exclude(tops)  # type: ignore[attr-defined]
        self.fields["kind"].queryset = ActivityKind.objects.visible_to(scope)  # type: ignore[attr-defined]
        self.fields["kind"].empty_label = None  # type: ignore[attr-defined]
        self.fields["title"].widget.attrs["autofocus"] = True
        if self.instance.pk is None:
            del self.fields["state"]
        else:
            del self.fields["organisation"]
            self.initial["below"] = self.instance.chosen["units"]
            invited = Member.objects.visible_to(scope).filter(pk__in=self.instance.chosen["invited"])
            numbers = invited.order_by("number").values_list("number", flat=True)
            self.initial["names"] = "\n".join(numbers)
        if self.instance.pk is None and writable.count() == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = writable.get().pk
        if not writable.exclude(tops).exists():
            del self.fields["below"]
            self.fields["audience"].choices = [  # type: ignore[attr-defined]
                choice for choice in Audience.choices if choice[0] != Audience.UNITS
            ]

    def clean(self) -> dict[str, Any] | None:
        """Find the members who are named; whoever is not found or not the only one is an error."""
        said = super().clean() or {}
        audience, units = said.get("audience"), said.get("below") or []
        invited: list[int] = []
        organisation = said.get("organisation") if self.instance.pk is None else self.instance.organisation
        if audience == Audience.MEMBERS and said.get("date") and organisation is not None:
            posted = Member.objects.writable_by(self.scope).posted_within(organisation, said["date"])
            found = People(posted).find(cells(said.get("names", "")))
            invited = [member.pk for member in found.members]
            if found.unknown:
                self.add_error("names", _("Not found: %(names)s") % {"names": listed(found.unknown)})
            if found.ambiguous:
                names = {"names": listed(found.ambiguous)}
                self.add_error("names", _("Several have this name, give the number: %(names)s") % names)
        self.instance.choose(units=[unit.pk for unit in units], invited=invited)
        return said

    def questions(self) -> list[Question]:
        """Whether it is another meeting than one of the same day and title."""
        if self.instance.pk is not None and not {"date", "title"}.intersection(self.changed_data):
            return []
        same = same_activity(self.instance)
        return [] if same is None else [same]

    def report(self, refusal: ValidationError) -> None:
        """Show a refusal beside the fields in which the audience is given."""
        if hasattr(refusal, "error_dict"):
            for stored, shown in (("units", "below"), ("invited", "names")):
                if stored in refusal.error_dict:
                    refusal.error_dict[shown] = refusal.error_dict.pop(stored)
        super().report(refusal)


class VersionForm(forms.Form):
    """Which version of the activity somebody looked at who changes the file kept with it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AttachmentForm(VersionForm):
    """A photo or a document: its kind is told by what is in it, and so is the ending of its name."""

    file = forms.FileField(
        label=gettext_lazy("Photo or document"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("PDF, PNG or JPEG, up to 10 MB."),
    )

    def clean_file(self) -> Any:
        """The upload under a name of ours; refused where it is too large or of another kind."""
        return checked(self.cleaned_data["file"], stem="attachment")
