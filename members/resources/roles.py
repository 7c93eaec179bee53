"""Finding a role by its code, or by its name and its category's."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from members.models import Role
from members.text import fold


class _Known(NamedTuple):
    key: int
    code: str
    category: frozenset[str]
    path: str
    place: str


class Roles:
    """All roles, local ones included, with their names folded."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[_Known]] = {}
        self._codes: dict[int, str] = {}
        for role in Role.objects.select_related("category", "organisation"):
            category = role.category
            words = frozenset(map(fold, (category.code, category.name_hans, category.name_hant)))
            local = role.organisation
            known = _Known(
                role.pk, role.code, words, local.path if local else "", local.name if local else ""
            )
            self._codes[role.pk] = role.code
            for word in {fold(role.code), fold(role.name_hans), fold(role.name_hant)}:
                self._by_word.setdefault(word, []).append(known)

    def find(self, word: str, category: str | None, path: str) -> tuple[int | None, str]:
        """Return the key of the role that is meant in the organisation at a tree path, or None and why."""
        found = self._by_word.get(fold(word), [])
        if not found:
            return None, _("there is no such role")
        exact = [role for role in found if fold(role.code) == fold(word)]
        if category is not None:
            found = [role for role in found if fold(category) in role.category]
            exact = [role for role in exact if role in found]
            if not found:
                return None, _("there is no such role in this category")
        here = [role for role in exact or found if path.startswith(role.path)]
        if not here:
            return None, _("this role exists in %(place)s only") % {"place": found[0].place}
        if len(here) > 1:
            return None, _("several roles have this name: give the category (类别) or the code")
        return here[0].key, ""

    def code(self, key: int) -> str:
        """Return the code of a role."""
        return self._codes[key]
