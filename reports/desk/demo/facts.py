"""What the demo takes from the scheme file: quotas, what activities count for, names for people to read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

SCHEME_FILE = Path(settings.BASE_DIR) / "fixtures" / "schemes" / "dongtang-2015.toml"


@dataclass(frozen=True, slots=True)
class Facts:
    """By role its quotas (None: judged) and what it may be excused from; names by code."""

    quotas: dict[str, dict[str, int | None]]
    waivable: dict[str, list[str]]
    categories: dict[str, str]
    daily_only: frozenset[str]
    unscored: frozenset[str]
    rules: dict[str, list[dict[str, str]]]
    indicator_names: dict[str, str]
    role_names: dict[str, tuple[str, str]]
    level_names: dict[str, str]

    @classmethod
    def read(cls) -> Facts:
        """Read the scheme file of the sub-district."""
        scheme = tomllib.loads(SCHEME_FILE.read_text(encoding="utf-8"))
        roles: list[dict[str, Any]] = scheme["role"]
        categories = {row["code"]: row["name"]["hans"] for row in scheme["category"]}
        asked = {role["code"]: role.get("requirements", []) for role in roles}
        return cls(
            quotas={
                code: {row["indicator"]: row.get("quota") for row in rows} for code, rows in asked.items()
            },
            waivable={
                code: [row["indicator"] for row in rows if row.get("waivable")]
                for code, rows in asked.items()
            },
            categories={role["code"]: role["category"] for role in roles},
            daily_only=frozenset(role["code"] for role in roles if role["annual_is_daily"]),
            unscored=frozenset(role["code"] for role in roles if not role["scored"]),
            rules={row["code"]: row["rules"] for row in scheme["activity_kind"]},
            indicator_names={row["code"]: row["name"]["hans"] for row in scheme["indicator"]},
            role_names={role["code"]: (categories[role["category"]], role["name"]["hans"]) for role in roles},
            level_names={row["code"]: row["name"]["hans"] for row in scheme["award"]},
        )

    def quota(self, role: str, indicator: str) -> int:
        """How many of it a whole year asks of the role; 0 where it is not asked."""
        return self.quotas[role].get(indicator) or 0

    def indicator_of(self, kind: str, role: str) -> str | None:
        """For which indicator an activity counts in the role (I29)."""
        category = self.categories[role]
        for rule in sorted(self.rules[kind], key=lambda rule: ("role" not in rule, "category" not in rule)):
            if rule.get("role", role) == role and rule.get("category", category) == category:
                return rule["indicator"]
        return None
