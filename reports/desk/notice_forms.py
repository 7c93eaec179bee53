"""Forms of a notice: where it hangs with a photo of the board, and objections to a half-year notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.forms.years import PostForm
from scoring.forms.uploaded import checked

PICTURES = ".png,.jpg,.jpeg"


class NoticePostForm(PostForm):
    """Where a notice hangs and from which day to which, with a photo of the board if there is one."""

    photo = forms.FileField(
        label=gettext_lazy("Photo of the board"),
        required=False,
        help_text=gettext_lazy("May stay empty. PNG or JPEG, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
    )

    def clean_photo(self) -> Any:
        """A picture, told by what is in it."""
        photo = self.cleaned_data["photo"]
        if photo is None:
            return None
        found = checked(photo, stem="board")
        if found.name.endswith(".pdf"):
            raise ValidationError(_("This is no PNG or JPEG picture."))
        return found
