"""Forms of the kernel: the base that every data-entry form builds on, and the kernel's own."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordMixin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.errors import Refused, Stale
from members.models import Member, Organisation, Recorded, User
from members.resources.base import Sheet
from members.resources.limits import WorkbookRefused
from members.resources.workbook import read_workbook
from members.services import organisations
from members.text import plain_number


class Day(forms.DateInput):
    """Where a day is typed."""

    def __init__(self, attrs: Any = None) -> None:
        shown = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "2026-03-05"}
        super().__init__({**shown, **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in the ways in which a workbook may say it, typed in one go.

    There is no picker: a browser's own speaks the browser's language, not the page's, and has to be clicked
    through.
    """

    widget = Day
    input_formats = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")

    def to_python(self, value: Any) -> Any:
        """The day; digits of full width and blanks are no obstacle."""
        return super().to_python(plain_number(value) if isinstance(value, str) else value)


class Reporting(forms.BaseForm):
    """A form beside whose fields stands what a service refuses.

    What stands against a field that nobody sees is told above the form.
    """

    def full_clean(self) -> None:
        """What the page carries along has to come back as it went out."""
        super().full_clean()
        unseen = [field.name for field in self.hidden_fields() if field.name in self.errors]
        for name in unseen:
            del self.errors[name]
        if unseen:
            self.add_error(None, _("The page was not sent whole. Look at it again before you change it."))

    def report(self, refusal: ValidationError) -> None:
        """Show a service's refusal by field, and above the form what belongs to none of its fields."""
        if hasattr(refusal, "error_dict"):
            problems = refusal.error_dict
        else:
            problems = {NON_FIELD_ERRORS: refusal.error_list}
        for name, errors in problems.items():
            self.add_error(name if name in self.fields else None, errors)


class ServiceForm(Reporting, forms.ModelForm):
    """A form whose object is written by a service: what the service refuses stands beside the fields.

    The page that runs the service sets `refusal` and shows the form again.
    """

    refusal: Refused | None = None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal is not None:
            self.report(self.refusal)


class RecordedForm(ServiceForm):
    """A form over a recorded row: it carries the version that was read, so that a stale one is refused."""

    version_read = forms.IntegerField(label=gettext_lazy("version"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version_read"]
        else:
            self.fields["version_read"].initial = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        version = self.cleaned_data.get("version_read")
        if version is not None:
            self.instance.version = version
        return cleaned

    def report(self, refusal: ValidationError) -> None:
        """Show a refusal; beside a conflict stands what is stored now."""
        super().report(refusal)
        if isinstance(refusal, Stale):
            stored = type(self.instance).stored(self.instance.pk)
            if stored is not None:
                self._show_stored(stored)

    def _show_stored(self, stored: Recorded) -> None:
        columns = {field.name for field in stored._meta.fields}
        for name in columns.intersection(self.changed_data, self.cleaned_data):
            shown = getattr(stored, f"get_{name}_display", None)
            value = shown() if shown else getattr(stored, name)
            self.add_error(name, _("Now stored: %(value)s") % {"value": localize(value)})


class OrganisationChoice(forms.ModelChoiceField):
    """A choice among organisations, shown as the tree they form."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.depth - 1)}{obj.code} {obj.name}"


class AdmissionForm(RecordedForm):
    """A new member; the page adds the fields of the first posting. An empty number is assigned."""

    class Meta:
        model = Member
        fields = ["number", "name", "birth_date", "joined_on", "standing"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].help_text = _("Left empty, one is assigned.")


class SeenForm(ServiceForm):
    """A form over a row without a version: it carries a digest of what was shown, to the same end."""

    seen = forms.CharField(label=gettext_lazy("digest"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["seen"]
        else:
            self.now_stored = self._digest()
            self.fields["seen"].initial = self.now_stored

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "seen" in self.cleaned_data and self.cleaned_data["seen"] != self.now_stored:
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the form shows of the stored row."""
        raise NotImplementedError

    def _digest(self) -> str:
        text = json.dumps(self.facts(), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class OrganisationForm(SeenForm):
    """An organisation and its place in the tree."""

    parent = OrganisationChoice(
        label=gettext_lazy("above it"), queryset=Organisation.objects.none(), required=False
    )

    class Meta:
        model = Organisation
        fields = ["code", "name", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and "parent" in self.fields:
            self.fields["parent"].initial = Organisation.objects.get_parent(self.instance)

    def facts(self) -> dict[str, Any]:
        return organisations.facts(self.instance, Organisation.objects.get_parent(self.instance))


class AccountForm(SeenForm):
    """An account: its name, and whether it may sign in. What it may do are its duties."""

    class Meta:
        model = User
        fields = ["first_name", "is_active"]
        labels = {"first_name": gettext_lazy("full name"), "is_active": gettext_lazy("may sign in")}
        help_texts = {"is_active": gettext_lazy("Accounts are not deleted: who has left may not sign in.")}

    def facts(self) -> dict[str, Any]:
        return {"name": self.instance.first_name, "active": self.instance.is_active}


class NewAccountForm(ServiceForm, BaseUserCreationForm):
    """A new account with its first password."""

    class Meta:
        model = User
        fields = ["username", "first_name"]
        labels = {"first_name": gettext_lazy("full name")}


class PasswordForm(SetPasswordMixin, forms.Form):
    """A new password for somebody's account."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean()


class UploadForm(forms.Form):
    """A workbook of one kind, small enough, readable, and with the columns that are needed."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )

    def __init__(self, kind: type[Sheet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        self.content = b""

    def clean_file(self) -> Any:
        """The upload; its bytes are kept in `content`. A file that is no such workbook is refused."""
        upload = self.cleaned_data["file"]
        try:
            workbook = read_workbook(upload.file)
            self._kind().placed(workbook.header)
        except WorkbookRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        upload.file.seek(0)
        self.content = upload.file.read()
        return upload
