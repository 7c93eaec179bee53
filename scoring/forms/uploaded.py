"""Files that are kept with a record: their kind is told by what is in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms import RecordedForm

FILE_BYTES = 10_000_000
"""How large a photo or document may be."""

SIGNATURES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
"""How files of the kinds that are taken begin."""


ACCEPTED = ".pdf,.png,.jpg,.jpeg"
"""What a browser offers to choose from."""


class FileForm(RecordedForm):
    """A form over a record with a file: it stays until another takes its place or it is to be removed."""

    file_field: ClassVar[str]

    remove_file = forms.BooleanField(label=gettext_lazy("remove the stored file"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not getattr(self.instance, self.file_field):
            del self.fields["remove_file"]

    def full_clean(self) -> None:
        """A browser does not send a file again with a refused form, so that is asked for."""
        super().full_clean()
        sent = self.is_bound and self.files.get(self.add_prefix(self.file_field))
        if sent and self.errors and self.file_field not in self.errors:
            self.add_error(self.file_field, _("Choose the file again: nothing of this form is stored yet."))

    def clean(self) -> dict[str, Any] | None:
        """A new file is checked by what is in it."""
        said = super().clean() or {}
        file, removed = said.get(self.file_field), said.get("remove_file")
        if isinstance(file, UploadedFile):
            if removed:
                self.add_error("remove_file", _("Either another file takes its place, or none."))
                return said
            try:
                said[self.file_field] = checked(file, stem=self.file_field)
            except ValidationError as error:
                self.add_error(self.file_field, error)
        elif removed:
            said[self.file_field] = False  # thus a form tells its model that there is none
        return said


def checked(upload: Any, *, stem: str) -> Any:
    """The upload under a name of ours, with the ending of what it is.

    Raises ValidationError where it is too large or of another kind.
    """
    if upload.size > FILE_BYTES:
        raise ValidationError(_("The file is larger than 10 MB."))
    begins = upload.read(16)
    upload.seek(0)
    ending = next((end for end, mark in SIGNATURES.items() if begins.startswith(mark)), None)
    if ending is None:
        raise ValidationError(_("This is neither a PDF nor a PNG or JPEG picture."))
    upload.name = f"{stem}.{ending}"
    return upload
