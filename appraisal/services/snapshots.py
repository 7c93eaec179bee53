"""Freezing results under a digest, and checking later that what is frozen still holds together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from appraisal.models import Snapshot, SnapshotRow
from appraisal.rules.annual import annual, annual_of_daily, grade
from appraisal.rules.tally import Votes, appraisal
from appraisal.services.results import Result, Terms, UnitResults
from members.models import LogRow
from members.services import guards, log, recording, stored
from members.services.by import By
from scoring.models import Scheme
from scoring.rules.daily import FULFILLED, FULL_MARKS, excess_points
from scoring.rules.exact import half_up
from scoring.rules.terms import Excess, Line

FREEZE = "freeze figures"


def freeze(
    *, by: By, unit: UnitResults, purpose: str, period: str, as_of: date, anew: bool = False
) -> Snapshot:
    """Freeze the results of a unit; the newest frozen ones are kept where they say the same.

    With `anew` they are frozen in any case, as every submission has its own. Raises OutOfScope when `by` does
    not write the organisation.
    """
    with guards.writing():
        recording.permit_organisation(by, unit.organisation.pk)
        snapshot, rows = reckoned(unit=unit, purpose=purpose, period=period, as_of=as_of)
        snapshot.frozen_at, snapshot.actor = by.now, by.user
        newest = Snapshot.objects.filter(
            organisation=unit.organisation, purpose=purpose, period=period
        ).first()
        if not anew and newest is not None and newest.digest == snapshot.digest:
            return newest
        snapshot.save()
        for row in rows:
            row.snapshot_id = snapshot.pk
        SnapshotRow.objects.bulk_create(rows)
        log.record(by=by, verb=FREEZE, obj=snapshot, organisation=unit.organisation,
                   after={"purpose": purpose, "period": period, "digest": snapshot.digest})  # fmt: skip
    return snapshot


def reckoned(
    *, unit: UnitResults, purpose: str, period: str, as_of: date
) -> tuple[Snapshot, list[SnapshotRow]]:
    """The results of a unit as they would be frozen, with their digest; nothing is stored."""
    snapshot = Snapshot(
        organisation=unit.organisation,
        organisation_name=unit.organisation.name,
        purpose=purpose,
        period=period,
        as_of=as_of,
        scheme=unit.scheme,
        adjustments=adjustments(unit),
    )
    rows = [
        SnapshotRow(snapshot=snapshot, position=position, member_id=result.score.member_id,
                    figures=figures(result), lines=lines(result))
        for position, result in enumerate(unit.results, start=1)
    ]  # fmt: skip
    snapshot.digest = digest(snapshot, rows)
    return snapshot, rows


def adjustments(unit: UnitResults) -> list[dict[str, Any]]:
    """The branch adjustments by which any of the unit's members is scored, as they are frozen (I23)."""
    found = {}
    for result in unit.results:
        role = result.score.role
        if role.adjustment is not None:
            found[role.adjustment.organisation_id, role.role.code] = role
    return [
        {
            "organisation": role.adjustment.organisation.code,
            "role": role.role.code,
            "resolution_on": role.adjustment.resolution_on.isoformat(),
            "present": role.adjustment.present,
            "votes_for": role.adjustment.votes_for,
            "requirements": [[row.code, row.quota, row.points, row.waivable] for row in role.requirements],
            "unadjusted": [[row.code, row.quota, row.points, row.waivable] for row in role.unadjusted],
        }
        for _, role in sorted(found.items())
        if role.adjustment is not None
    ]


def figures(result: Result) -> dict[str, Any]:
    """A result's figures as they are frozen: hundredths of a point, names as printed, votes as counted."""
    score = result.score
    role, scheme = score.role, score.role.scheme
    return {
        "number": score.number,
        "name": score.name,
        "organisation": score.organisation.code,
        "scheme": [scheme.code, scheme.version],
        "role": role.role.code,
        "role_hans": role.role.name_hans,
        "role_hant": role.role.name_hant,
        "category": role.role.category.code,
        "annual_is_daily": role.annual_is_daily,
        "months": score.month_count,
        "status": result.status.value,
        "awards": score.record.awards,
        "contributions": score.record.contributions,
        "base": result.base,
        "bonus": result.bonus,
        "daily": result.daily,
        "votes": _votes(result.votes),
        "appraisal": result.appraisal,
        "annual": result.annual,
        "grade": result.grade,
        "rank": result.rank,
    }


def lines(result: Result) -> list[dict[str, Any]]:
    """The lines a result came from, as they are frozen."""
    daily, role = result.score.daily, result.score.role
    if daily is None:
        return []
    applied = role.standard.applied(result.score.month_count)
    return [
        {**line._asdict(), "kind": line.kind.value, "threshold": terms.threshold, "clause": row.clause}
        for line, terms, row in zip(daily.lines, applied, role.requirements, strict=True)
    ]


def digest(snapshot: Snapshot, rows: list[SnapshotRow]) -> str:
    """SHA-256 over everything the snapshot says but when and by whom it was made."""
    said = {
        "organisation": [snapshot.organisation.code, snapshot.organisation_name],
        "purpose": snapshot.purpose,
        "period": snapshot.period,
        "as_of": snapshot.as_of.isoformat(),
        "scheme": [snapshot.scheme.code, snapshot.scheme.version, snapshot.scheme.digest],
        "adjustments": snapshot.adjustments,
        "rows": [[row.position, row.member_id, row.figures, row.lines] for row in rows],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults() -> Iterator[tuple[int, str]]:
    """Everything frozen that no longer holds together, as (snapshot key, what is wrong).

    The digest is made again, and is what the log says was frozen; every total is made again from the frozen
    lines under the frozen scheme.
    """
    unread = {one.pk for one in stored.strange(Snapshot)}
    unread |= {one.raw["snapshot_id"] for one in stored.strange(SnapshotRow)}
    for key in sorted(unread, key=str):
        yield key, _("is not as it was written")
    rules = _SchemeRules()
    snapshots = Snapshot.objects.exclude(pk__in=unread).order_by("pk")
    astray = set(snapshots.values_list("pk", flat=True))
    joined = snapshots.select_related("organisation", "scheme").prefetch_related("rows")
    for snapshot in joined.iterator(chunk_size=20):
        astray.discard(snapshot.pk)
        rows = list(snapshot.rows.all())
        if digest(snapshot, rows) != snapshot.digest:
            yield snapshot.pk, _("does not match its digest")
            continue
        if not _in_the_log(snapshot):
            yield snapshot.pk, _("is not what the log says was frozen")
        for row in rows:
            for what in _recheck(row, rules):
                facts = {"row": row.position, "what": what}
                yield snapshot.pk, _("row %(row)s: %(what)s does not follow from the frozen lines") % facts
    for key in sorted(astray):
        yield key, _("names an organisation or a scheme that does not exist")


def _in_the_log(snapshot: Snapshot) -> bool:
    """Whether the log has it frozen at that moment, by that person, under that digest."""
    try:
        row = LogRow.objects.of_object(snapshot).filter(verb=FREEZE).first()
    except (ValueError, DatabaseError):  # it cannot be read: the chain names it
        return False
    return (
        row is not None
        and (row.at, row.actor_id) == (snapshot.frozen_at, snapshot.actor_id)
        and isinstance(row.after, dict)
        and row.after.get("digest") == snapshot.digest
    )


class _SchemeRules:
    """Terms and excess rules of schemes, read once each."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], tuple[Scheme, Terms, dict[str, Excess]]] = {}

    def of(self, code: str, version: int) -> tuple[Scheme, Terms, dict[str, Excess]]:
        """The scheme, its terms, and its excess rules by indicator code."""
        if (code, version) not in self.known:
            scheme = Scheme.objects.get(code=code, version=version)
            excess = {
                rule.indicator.code: Excess(int(rule.rate * 100), rule.step, int(rule.cap * 100), rule.over)
                for rule in scheme.excess_rules.select_related("indicator")
            }
            self.known[code, version] = (scheme, Terms.of(scheme, scheme.bands.all()), excess)
        return self.known[code, version]


def _recheck(row: SnapshotRow, rules: _SchemeRules) -> Iterator[str]:
    frozen = row.figures
    if frozen["base"] is None:
        return
    scheme, terms, excess_rules = rules.of(*frozen["scheme"])
    earned = excess = possible = 0
    for item in row.lines:
        line = Line(**{name: item[name] for name in Line._fields})
        rule = excess_rules.get(line.indicator)
        if line.waived:
            expected = (0, 0)
        elif line.quota is None:
            expected = (half_up(line.points * line.done, FULFILLED), 0)
        else:
            expected = (
                half_up(line.points * min(line.done, line.quota), line.quota),
                excess_points(rule, line.done, item["threshold"]) if rule else 0,
            )
        if (line.earned, line.excess) != expected:
            yield _("the line %(indicator)s") % {"indicator": line.indicator}
        earned, excess = earned + line.earned, excess + line.excess
        possible += 0 if line.waived else line.points
    if not possible or frozen["base"] != half_up(earned * FULL_MARKS, possible):
        yield _("base")
    if frozen["bonus"] != min(
        int(scheme.bonus_cap * 100), excess + frozen["awards"] + frozen["contributions"]
    ):
        yield _("bonus")
    if frozen["daily"] != frozen["base"] + frozen["bonus"]:
        yield _("daily")
    yield from _recheck_annual(frozen, terms)


def _recheck_annual(frozen: dict[str, Any], terms: Terms) -> Iterator[str]:
    points = appraisal(Votes(*frozen["votes"]), terms.values) if frozen["votes"] else None
    if frozen["appraisal"] not in (None, points):
        yield _("appraisal")
    if frozen["annual"] is None:
        return
    if frozen["annual_is_daily"]:
        total = annual_of_daily(frozen["daily"], terms.weights)
    else:
        total = annual(frozen["daily"], frozen["appraisal"], terms.weights)
    if frozen["annual"] != total:
        yield _("annual")
    if frozen["grade"] != grade(total, terms.bands):
        yield _("grade")


def _votes(votes: Votes | None) -> list[int] | None:
    return (
        None
        if votes is None
        else [votes.excellent, votes.good, votes.passed, votes.poor, votes.blank, votes.invalid]
    )
