"""Widgets of data entry."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

from members.text import is_key


class Autocomplete(AutocompleteSelect):
    """Django's own, which stumbles over a value that is no key; here such a value selects nothing."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [key for key in value if is_key(key)]
        return super().optgroups(name, keys, attr)
