"""From the bytes of a scheme file to a document, with every problem of its shape."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from scoring.enums import BallotDivisor, BandCode, IndicatorKind
from scoring.services.schemefile.document import (
    ActivityKindDoc,
    ActivityRuleDoc,
    AwardDoc,
    BandDoc,
    CategoryDoc,
    ExcessDoc,
    Figures,
    IndicatorDoc,
    InterpretationDoc,
    Problem,
    RequirementDoc,
    RoleDoc,
    SchemeDocument,
)
from scoring.services.schemefile.table import CLAUSE_LENGTH, Table

LARGEST = 1024 * 1024
"""Bytes: many times what any scheme needs."""
WORDING_LENGTH = 120
UNIT_LENGTH = 16
PROSE_LENGTH = 2000
FIGURE_TABLES = (
    "adjustment",
    "bonus",
    "contribution",
    "ballot",
    "annual",
    "progress",
    "publicity",
    "rush",
    "warnings",
)
"""The tables of single figures; each has a clause."""


def text_of(source: bytes) -> str:
    """The file's text with line ends of one kind and no byte order mark, as it is kept and compared.

    Raises ValueError with a sentence for a file that is too large or is not UTF-8 text.
    """
    if len(source) > LARGEST:
        raise ValueError(_("larger than 1 MB; this is not a scheme file"))
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ValueError(_("not UTF-8 text (line %(line)s)") % {"line": line}) from error
    return text.replace("\r\n", "\n")


def digest_of(text: str) -> str:
    """SHA-256 of the text, by which a changed file is told from the same one."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> dict[str, Any]:
    """The file's tables. Raises ValueError with a sentence, and the line, for what is not TOML."""
    try:
        return tomllib.loads(text, parse_float=_exact)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise ValueError(_("not readable as TOML: %(reason)s") % {"reason": error}) from error


def read(data: dict[str, Any], problems: list[Problem]) -> SchemeDocument:
    """The document of the file's tables; what is not as it should be goes to `problems`."""
    root = Table(data, "", problems)
    head = root.table("scheme")
    tables = {name: root.table(name) for name in FIGURE_TABLES}
    document = SchemeDocument(
        code=head.code("code", longest=48),
        version=head.whole("version", least=1, most=9999),
        effective_from=head.day("effective_from"),
        names=head.names("name"),
        clauses={name: _clause(table) for name, table in tables.items()},
        figures=_figures(tables),
        categories=tuple(_category(row) for row in root.rows("category")),
        indicators=tuple(_indicator(row) for row in root.rows("indicator")),
        activity_kinds=tuple(_activity_kind(row) for row in root.rows("activity_kind", empty=True)),
        roles=tuple(_role(row) for row in root.rows("role")),
        excess=tuple(_excess(row) for row in root.rows("excess", named="indicator", empty=True)),
        awards=tuple(_award(row) for row in root.rows("award", empty=True)),
        bands=tuple(_band(row) for row in root.rows("band")),
        interpretations=tuple(
            _interpretation(row) for row in root.rows("interpretation", named="number", empty=True)
        ),
    )
    for table in (root, head, *tables.values()):
        table.close()
    return document


def _exact(number: str) -> Decimal:
    return Decimal(number)


def _clause(table: Table) -> str:
    return table.text("clause", longest=CLAUSE_LENGTH)


def _figures(tables: dict[str, Table]) -> Figures:
    bonus, contribution, ballot = tables["bonus"], tables["contribution"], tables["ballot"]
    annual, progress, warnings = tables["annual"], tables["progress"], tables["warnings"]
    return Figures(
        bonus_cap=bonus.number("cap", least="0", most="1000"),
        contribution_min=contribution.number("min", least="0.1", most="100", places=1),
        contribution_max=contribution.number("max", least="0.1", most="100", places=1),
        daily_weight=annual.whole("daily", least=0, most=100),
        appraisal_weight=annual.whole("appraisal", least=0, most=100),
        annual_cap=annual.cap("cap", least="0.01", most="1000"),
        ballot_excellent=ballot.number("excellent", least="0", most="1000"),
        ballot_good=ballot.number("good", least="0", most="1000"),
        ballot_passed=ballot.number("passed", least="0", most="1000"),
        ballot_poor=ballot.number("poor", least="0", most="1000"),
        ballot_passed_also=ballot.text("passed_also", longest=16) if ballot.given("passed_also") else "",
        ballot_divisor=ballot.choice("divisor", BallotDivisor.values),
        ballot_minimum=ballot.whole("minimum", least=1, most=1000),
        ballot_aspects=ballot.names_list("aspects", longest=40),
        ahead_share=progress.whole("ahead_share", least=1, most=100),
        behind_below=progress.number("behind_below", least="0.01", most="10"),
        behind_from_quarter=progress.whole("behind_from_quarter", least=1, most=4),
        publicity_days=tables["publicity"].whole("working_days", least=1, most=60),
        rush_days=tables["rush"].whole("days", least=1, most=366),
        late_days=tables["rush"].whole("late_days", least=1, most=366),
        warn_excellent=warnings.flag("excellent"),
        excellent_share=warnings.share("excellent_share"),
        warn_probationary=warnings.flag("probationary"),
    )


def _category(row: Table) -> CategoryDoc:
    category = CategoryDoc(row.place, row.code("code"), row.names("name"), _clause(row))
    row.close()
    return category


def _indicator(row: Table) -> IndicatorDoc:
    indicator = IndicatorDoc(
        place=row.place,
        code=row.code("code"),
        names=row.names("name"),
        unit=row.optional_names("unit", longest=UNIT_LENGTH),
        kind=row.choice("kind", IndicatorKind.values),
    )
    row.close()
    return indicator


def _activity_kind(row: Table) -> ActivityKindDoc:
    rules = []
    for rule in row.rows("rules", named="indicator", word="rule"):
        rules.append(
            ActivityRuleDoc(
                place=rule.place,
                indicator=rule.code("indicator"),
                category=rule.code("category") if rule.given("category") else None,
                role=rule.code("role", longest=48) if rule.given("role") else None,
            )
        )
        rule.close()
    kind = ActivityKindDoc(row.place, row.code("code"), row.names("name"), _clause(row), tuple(rules))
    row.close()
    return kind


def _role(row: Table) -> RoleDoc:
    clause = _clause(row)
    requirements = tuple(
        _requirement(asked, clause)
        for asked in row.rows("requirements", named="indicator", word="requirement", empty=True)
    )
    role = RoleDoc(
        place=row.place,
        code=row.code("code", longest=48),
        category=row.code("category"),
        names=row.names("name"),
        scored=row.flag("scored"),
        annual_is_daily=row.flag("annual_is_daily"),
        clause=clause,
        requirements=requirements,
    )
    row.close()
    return role


def _requirement(row: Table, clause: str) -> RequirementDoc:
    requirement = RequirementDoc(
        place=row.place,
        indicator=row.code("indicator"),
        quota=row.whole("quota", least=1, most=100_000) if row.given("quota") else None,
        points=row.number("points", least="0.01", most="100"),
        waivable=row.flag("waivable", default=False),
        wording=row.optional_names("wording", longest=WORDING_LENGTH),
        clause=_clause(row) if row.given("clause") else clause,
    )
    row.close()
    return requirement


def _excess(row: Table) -> ExcessDoc:
    excess = ExcessDoc(
        place=row.place,
        indicator=row.code("indicator"),
        rate=row.number("rate", least="0.01", most="100"),
        step=row.whole("step", least=1, most=100_000),
        cap=row.number("cap", least="0.01", most="100"),
        over=row.whole("over", least=1, most=100_000) if row.given("over") else None,
        clause=_clause(row),
    )
    row.close()
    return excess


def _award(row: Table) -> AwardDoc:
    award = AwardDoc(
        row.place,
        row.code("code"),
        row.names("name"),
        row.number("points", least="0.01", most="100"),
        _clause(row),
    )
    row.close()
    return award


def _band(row: Table) -> BandDoc:
    band = BandDoc(
        place=row.place,
        code=row.choice("code", BandCode.values),
        names=row.names("name"),
        lower=row.number("lower", least="0", most="1000"),
        eligible=row.flag("eligible", default=False),
        opens_case=row.flag("opens_case", default=False),
        clause=_clause(row),
    )
    row.close()
    return band


def _interpretation(row: Table) -> InterpretationDoc:
    interpretation = InterpretationDoc(
        place=row.place,
        number=row.code("number", longest=8),
        clause=_clause(row),
        plan_says=row.texts("plan_says", longest=500),
        taken=row.names("taken", longest=PROSE_LENGTH),
        why=row.names("why", longest=PROSE_LENGTH),
        effect=row.texts("effect", longest=120, empty=True),
    )
    row.close()
    return interpretation
