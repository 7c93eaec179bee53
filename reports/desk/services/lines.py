"""The lines of a score as they are shown: each requirement with its quota, its formulas and its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from reports.desk.services import formulas
from reports.desk.services.clauses import Clause, Clauses
from reports.desk.services.evidence import Held, useless
from reports.desk.services.lacks import Absence, Absences, unrecorded
from reports.desk.services.pieces import Piece
from reports.tables import percent
from scoring.models import Judgement, Waiver
from scoring.querysets import YearlyQuerySet
from scoring.rules.exact import half_up, text
from scoring.rules.spans import count_months
from scoring.rules.terms import Applied, Kind, Line
from scoring.services.published import EffectiveRole, RequirementRow, scheme_rows
from scoring.services.scores import Scored


@dataclass(frozen=True, slots=True)
class LineShown:
    """One requirement as the page shows it; texts that do not apply are empty.

    `unrecorded` are the months of dues without an entry, `absences` what was not attended.
    `part` is how much of it is done, 0 to 100. `standard` is what the scheme itself asks where the branch
    has adjusted it. `url` leads to the judgement or the waiver.
    """

    code: str
    wording: str
    clause: Clause
    done: str
    quota: str
    quota_how: str
    points: str
    earned: str
    earned_how: str
    excess: str
    excess_how: str
    excess_rule: str
    excess_clause: Clause
    standard: str
    waived: bool
    presumed: bool
    remark: str
    url: str
    part: int
    short: bool
    pieces: tuple[Piece, ...]
    unrecorded: str
    absences: tuple[Absence, ...]

    @property
    def counted(self) -> int:
        """How many of the entries count."""
        return sum(piece.counts for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands beside a member's lines in a year, by indicator code."""

    judgements: Mapping[str, Judgement]
    waivers: Mapping[str, Waiver]
    excess_clauses: Mapping[str, str]


def read_notes(score: Scored, year: int) -> Notes:
    """The judgements and waivers of the year that the score is made of, and the excess rules' clauses."""
    record, role = score.record, score.role
    return Notes(
        judgements=_noted(Judgement.objects.of_year(year), score) if record.judged else {},
        waivers=_noted(Waiver.objects.of_year(year), score) if record.waived else {},
        excess_clauses=scheme_rows([role.scheme])[role.scheme.pk].excess_clauses,
    )


def _noted(rows: YearlyQuerySet, score: Scored) -> dict[str, Any]:
    """The member's rows by the code of their indicator; the last that was recorded stands."""
    mine = rows.filter(member=score.member_id).select_related("indicator").order_by("pk")
    return {row.indicator.code: row for row in mine}


def role_anchor(role: EffectiveRole) -> str:
    """Where the scheme's page has the role; a local one stands among the adjustments."""
    return f"role-{role.role.code}" if role.role.organisation_id is None else "adjustments"


def lines_shown(
    score: Scored,
    held: Held,
    ledger: Mapping[str, list[Piece]],
    missed: Absences,
    notes: Notes,
    clauses: Clauses,
) -> tuple[LineShown, ...]:
    """The lines of a score, in the scheme's order; none where there is no score."""
    if score.daily is None:
        return ()
    role = score.role
    unadjusted = {row.code: row for row in role.unadjusted}
    return tuple(
        _shown(
            line,
            applied,
            row,
            held,
            ledger.get(row.code, []),
            missed.get(row.indicator.pk, ()),
            notes,
            role,
            _standard(row, role, unadjusted),
            clauses,
        )
        for line, applied, row in zip(
            score.daily.lines, role.standard.applied(score.month_count), role.requirements, strict=True
        )
    )


def _shown(
    line: Line, applied: Applied, row: RequirementRow, held: Held, pieces: list[Piece],
    missed: Sequence[Absence], notes: Notes, role: EffectiveRole, standard: str, clauses: Clauses,
) -> LineShown:  # fmt: skip
    unit = row.indicator.measure
    judged = line.quota is None
    remark, url = _remark(line, notes)
    rule = applied.excess
    whole = 1000 if line.quota is None else line.quota
    part = half_up(100 * min(line.done, whole), whole)
    return LineShown(
        code=row.code,
        wording=row.wording,
        clause=clauses.linked(row.clause, role_anchor(role)),
        done=percent(line.done) if judged else f"{line.done} {unit}",
        quota="" if judged else f"{line.quota} {unit}",
        quota_how=formulas.quota(row.quota, count_months(held.months), line.quota)
        if row.quota and line.quota
        else "",
        points=formulas.plain(line.points),
        earned=text(line.earned),
        earned_how=_("waived: it earns nothing, and is left out of what the base is made of")
        if line.waived
        else formulas.earned(line),
        excess=text(line.excess) if line.excess else "",
        excess_how=formulas.excess(line, applied),
        excess_rule=formulas.excess_rule(rule, applied.threshold, unit) if rule and not line.waived else "",
        excess_clause=clauses.linked(notes.excess_clauses.get(row.code, ""), "bonus"),
        standard=standard,
        waived=line.waived,
        presumed=line.presumed,
        remark=remark,
        url=url,
        part=part,
        short=part < 100 and not line.waived,
        pieces=useless(pieces, _("the requirement is waived")) if line.waived else tuple(pieces),
        unrecorded=unrecorded(held, pieces) if row.indicator.kind == Kind.MONTHLY and not line.waived else "",
        absences=() if line.waived else tuple(missed),
    )


def _remark(line: Line, notes: Notes) -> tuple[str, str]:
    """What was recorded beside the line, and where the record is."""
    waiver = notes.waivers.get(line.indicator) if line.waived else None
    if waiver is not None:
        said = waiver.reason
        if waiver.agreed_by:
            said = _("%(reason)s (agreed by %(who)s)") % {"reason": waiver.reason, "who": waiver.agreed_by}
        return said, reverse("admin:scoring_waiver_change", args=[waiver.pk])
    judgement = notes.judgements.get(line.indicator) if line.quota is None else None
    if judgement is not None:
        url = reverse("admin:scoring_judgement_change", args=[judgement.pk])
        return judgement.note or _("recorded by the branch"), url
    if line.presumed:
        return _("presumed: the branch has recorded nothing else"), ""
    return "", ""


def _standard(row: RequirementRow, role: EffectiveRole, unadjusted: Mapping[str, RequirementRow]) -> str:
    """What the scheme itself asks, where the branch's adjustment differs; empty where it does not."""
    if role.adjustment is None:
        return ""
    own = unadjusted.get(row.code)
    if own is None:
        return _("not in the scheme's standard")
    if (own.quota, own.points, own.waivable) == (row.quota, row.points, row.waivable):
        return ""
    if own.quota is None:
        return _("the scheme's standard: %(points)s points") % {"points": formulas.plain(own.points)}
    return _("the scheme's standard: %(quota)s for the year, %(points)s points") % {
        "quota": own.quota,
        "points": formulas.plain(own.points),
    }
