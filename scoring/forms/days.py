"""Days as people type them."""

from __future__ import annotations

from typing import Any

from django import forms

from members.text import plain_number


class DayField(forms.DateField):
    """A day in the ways in which a workbook may say it, typed in one go: no picker to click through."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "2026-03-05"}
        super().__init__(
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        """The day; digits of full width and blanks are no obstacle."""
        return super().to_python(plain_number(value) if isinstance(value, str) else value)
