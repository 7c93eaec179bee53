"""Finding a role by its code, or by its name and its category's."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from members.models import Role
from members.scope import Scope
from members.text import fold


class _Known(NamedTuple):
    key: int
    code: str
    category: frozenset[str]
    path: str
    place: str


class Roles:
    """All roles with their names folded; found are those that a scope sees, local ones included."""

    def __init__(self, scope: Scope) -> None:
        self._by_word: dict[str, list[_Known]] = {}
        self._by_key: dict[int, Role] = {}
        roles = Role.objects.all()
        seen = set((roles if scope.everything else roles.visible_to(scope)).values_list("pk", flat=True))
        for role in roles.select_related("category", "organisation"):
            category = role.category
            words = frozenset(map(fold, (category.code, category.name_hans, category.name_hant)))
            local = role.organisation
            known = _Known(
                role.pk, role.code, words, local.path if local else "", local.name if local else ""
            )
            self._by_key[role.pk] = role
            if role.pk not in seen:
                continue
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

    def words(self, key: int, path: str) -> tuple[str, str]:
        """Return how a sheet calls a role in the organisation at a tree path: name or code, and category."""
        role = self._by_key[key]
        names = role.name, role.category.name
        return names if self.find(*names, path)[0] == key else (role.code, role.category.name)
