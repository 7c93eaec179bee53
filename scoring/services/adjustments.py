"""The verbs of branch adjustments 微调: adopt, replace, withdraw, and what one changes (I23)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from members.errors import Refused, Stale
from members.models import Category, Organisation, Posting, Role, YearLock
from members.services import files, guards, log, recording
from members.services.by import By
from members.text import fold, tidy
from scoring.models import Adjustment, AdjustmentLine
from scoring.rules.spans import MONTHS
from scoring.rules.terms import Kind
from scoring.services.standards import Difference, EffectiveRole, StandardsBook, hundredths

FULL_POINTS = 100
"""What the lines of a role total."""


@dataclass(frozen=True, slots=True)
class LocalRole:
    """A role that a branch adds for itself under one of the scheme's categories."""

    category: Category
    name_hans: str
    name_hant: str = ""


def adopt_adjustment(
    *, by: By, adjustment: Adjustment, lines: Sequence[AdjustmentLine], local: LocalRole | None = None
) -> None:
    """Store a branch's adjustment with its complete list of requirements 【二】.

    `lines` need indicator, quota and points; for a role of the scheme they name the same indicators,
    and what is waivable stays as it is. With `local` a role is made first and `adjustment.role` set.
    Raises Refused (points not 100, no majority, a closed year, …) or OutOfScope.
    """
    with files.together(), guards.writing():
        recording.permit_organisation(by, adjustment.organisation_id)
        _refuse_closed(adjustment)
        if local is not None:
            adjustment.role = _make_role(adjustment, local)
        _settle(by, adjustment, lines)
        files.save(adjustment, force_insert=True)
        after = _store_lines(adjustment, lines)
        log.record(by=by, verb="adopt adjustment", obj=adjustment, organisation=adjustment.organisation_id,
                   after=after)  # fmt: skip


def replace_adjustment(*, by: By, adjustment: Adjustment, lines: Sequence[AdjustmentLine]) -> None:
    """Store another resolution or other lines over the version that was read; the log keeps both.

    Organisation, year and role stay. Raises Refused, Stale or OutOfScope.
    """
    with files.together(), guards.writing():
        stored = _stored(adjustment)
        recording.permit(by, stored)
        for field in ("organisation_id", "year", "role_id"):
            setattr(adjustment, field, getattr(stored, field))
        _refuse_closed(stored)
        _settle(by, adjustment, lines)
        before = _logged(stored)
        read_at = adjustment.version
        if not Adjustment.objects.filter(pk=stored.pk, version=read_at).update(version=F("version") + 1):
            raise Stale(_("Somebody else has changed this meanwhile. Look at it again before you change it."))
        adjustment.version = read_at + 1
        files.save(adjustment, force_update=True)
        files.drop(stored, kept=adjustment)
        stored.lines.all().delete()
        after = _store_lines(adjustment, lines)
        log.record(by=by, verb="replace adjustment", obj=adjustment, organisation=adjustment.organisation_id,
                   before=before, after=after)  # fmt: skip


def withdraw_adjustment(*, by: By, adjustment: Adjustment) -> None:
    """Delete an adjustment, so that the scheme's standard holds again; the log keeps it.

    Raises Refused while members hold the local role that it provides for, in a closed year; OutOfScope.
    """
    with guards.writing():
        stored = _stored(adjustment)
        recording.permit(by, stored)
        _refuse_closed(stored)
        if stored.role.organisation_id is not None:
            held = Posting.objects.in_year(stored.year).filter(
                role=stored.role_id, organisation__path__startswith=stored.organisation.path
            )
            if held.exists():
                raise Refused(_("Members hold this local role in that year; give them another role first."))
        key = (stored._meta.label_lower, str(stored.pk))
        before, organisation, gone = _logged(stored), stored.organisation_id, copy(stored)
        stored.delete()
        files.drop(stored)
        log.record(by=by, verb="withdraw adjustment", obj=key, gone=gone, organisation=organisation,
                   before=before)  # fmt: skip


def check_proposal(
    *, by: By, adjustment: Adjustment, lines: Sequence[AdjustmentLine], local: bool = False
) -> None:
    """Refuse a list of requirements that could not be adopted, before there is a resolution for it.

    Lines are ordered, and take over what is waivable. `local`: for a role that is yet to be made. Writes
    nothing. Raises Refused or OutOfScope.
    """
    recording.permit_organisation(by, adjustment.organisation_id)
    _refuse_closed(adjustment)
    _check_lines(adjustment, lines, local=local)


def differences(adjustment: Adjustment, book: StandardsBook | None = None) -> list[Difference]:
    """What the adjustment changes against the scheme, for pages and notices; `book` spares reading one."""
    book = book or StandardsBook.for_year(adjustment.year)
    effective = book.role(adjustment.organisation.path, adjustment.role_id)
    return effective.differences() if effective else []


def _settle(by: By, adjustment: Adjustment, lines: Sequence[AdjustmentLine]) -> None:
    """Order the lines, take over what is waivable, and raise Refused unless everything is in order."""
    if adjustment.resolution_on is not None and adjustment.resolution_on > by.today:
        raise Refused({"resolution_on": _("The date lies in the future.")})
    _check_lines(adjustment, lines, local=False)
    try:
        adjustment.full_clean()
        for line in lines:
            line.full_clean(exclude=["adjustment"])
    except ValidationError as error:
        raise Refused(error) from error


def _check_lines(adjustment: Adjustment, lines: Sequence[AdjustmentLine], *, local: bool) -> None:
    """Order the lines, take over what is waivable, and raise Refused for what they may not be together."""
    book = StandardsBook.for_year(adjustment.year)
    path = adjustment.organisation.path
    if book.scheme(path) is None:
        raise Refused({"year": _("No scheme is in force there in that year.")})
    effective = None if local else book.role(path, adjustment.role_id)
    standard = {row.code: row for row in effective.unadjusted} if effective and effective.unadjusted else None
    for order, line in enumerate(lines, start=1):
        line.order = order
        if standard and line.indicator.code in standard:
            line.waivable = standard[line.indicator.code].waivable
    problems = [*(() if local else _role_problems(adjustment, effective)), *_line_problems(lines)]
    if standard is not None:
        problems += _list_problems(lines, set(standard))
    else:
        known = {row.code for other in book.roles(path) for row in other.unadjusted}
        problems += _unknown(lines, known)
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    if standard is not None and all(
        (line.quota, hundredths(line.points)) == (standard[code].quota, standard[code].points)
        for line in lines
        for code in [line.indicator.code]
    ):
        raise Refused(_("This is the standard itself; nothing is adjusted."))


def _role_problems(adjustment: Adjustment, effective: EffectiveRole | None) -> Iterator[str]:
    role = adjustment.role
    local = role.organisation
    if local is not None:
        if not adjustment.organisation.path.startswith(local.path):
            yield _("This role exists in %(organisation)s only.") % {"organisation": local.name}
    elif effective is None:
        yield _("The scheme in force there does not know this role.")
    elif not effective.scored:
        yield _("This role is not scored; there is nothing to adjust.")


def _line_problems(lines: Sequence[AdjustmentLine]) -> Iterator[str]:
    for line in lines:
        named = {"indicator": line.indicator.name}
        if line.indicator.kind == Kind.JUDGED:
            if line.quota is not None:
                yield _("%(indicator)s is judged and has no quota.") % named
        elif line.quota is None or line.quota < 1:
            yield _("%(indicator)s needs a quota of at least 1.") % named
        elif line.indicator.kind == Kind.MONTHLY and line.quota > MONTHS:
            yield _("%(indicator)s: a year has only twelve months.") % named
        if line.points is None or line.points <= 0:
            yield _("%(indicator)s needs points above 0.") % named
    total = sum(line.points or 0 for line in lines)
    if total != FULL_POINTS:
        yield _("The points total %(total)s, not %(wanted)s.") % {"total": total, "wanted": FULL_POINTS}
    if all(line.waivable for line in lines):
        yield _("At least one requirement must not be waivable.")


def _list_problems(lines: Sequence[AdjustmentLine], wanted: set[str]) -> Iterator[str]:
    """A role of the scheme keeps its indicators: each stands once, and no other."""
    codes = [line.indicator.code for line in lines]
    if set(codes) != wanted or len(codes) != len(wanted):
        yield _("An adjustment changes quotas and points; the indicators of the role stay as they are.")


def _unknown(lines: Sequence[AdjustmentLine], known: set[str]) -> Iterator[str]:
    """A local role may require what the scheme measures, each indicator once."""
    for line in lines:
        if line.indicator.code not in known:
            yield _("%(indicator)s is not measured by the scheme in force there.") % {
                "indicator": line.indicator.name
            }
    if len({line.indicator.code for line in lines}) != len(lines):
        yield _("An indicator stands in the list twice.")


def _make_role(adjustment: Adjustment, local: LocalRole) -> Role:
    """The local role's row. Raises Refused for a category or a name that does not fit."""
    organisation = adjustment.organisation
    hans, hant = tidy(local.name_hans), tidy(local.name_hant) or tidy(local.name_hans)
    known = StandardsBook.for_year(adjustment.year).roles(organisation.path)
    if local.category.pk not in {effective.category_id for effective in known}:
        raise Refused(_("The scheme in force there does not have this category."))
    there = Q(organisation__isnull=True) | Q(organisation__in=Organisation.objects.above(organisation))
    kin = Role.objects.filter(there, category=local.category)
    names = {fold(name) for role in kin for name in (role.name_hans, role.name_hant)}
    if {fold(hans), fold(hant)} & names:
        raise Refused(_("A role of this name exists there already."))
    taken = Role.objects.filter(code__startswith=f"{organisation.code}.local").count()
    role = Role(
        code=f"{organisation.code}.local{taken + 1}",
        category=local.category,
        organisation=organisation,
        name_hans=hans,
        name_hant=hant,
        order=taken + 1,
    )
    try:
        role.full_clean()
    except ValidationError as error:
        raise Refused(error) from error
    role.save(force_insert=True)
    return role


def _refuse_closed(adjustment: Adjustment) -> None:
    """Raise Refused when approval has closed the year of anybody who was posted there in it."""
    posted = Posting.objects.in_year(adjustment.year).filter(
        organisation__path__startswith=adjustment.organisation.path
    )
    locks = YearLock.objects.filter(year=adjustment.year, member__in=posted.values("member"))
    if locks.exists():
        raise Refused(
            _("The year %(year)s is closed for members there; its requirements stay as they are."),
            params={"year": adjustment.year},
            code="closed",
        )


def _stored(adjustment: Adjustment) -> Adjustment:
    stored = Adjustment.stored(adjustment.pk)
    if stored is None:
        raise Stale(_("Somebody else has deleted this meanwhile."))
    return stored


def _store_lines(adjustment: Adjustment, lines: Sequence[AdjustmentLine]) -> dict[str, Any]:
    for line in lines:
        line.pk, line.adjustment = None, adjustment
    AdjustmentLine.objects.bulk_create(lines)
    return _logged(adjustment)


def _logged(adjustment: Adjustment) -> dict[str, Any]:
    """What the log keeps of an adjustment: its row and its lines."""
    lines = AdjustmentLine.objects.filter(adjustment=adjustment).select_related("indicator").order_by("order")
    rows = [[line.indicator.code, line.quota, str(line.points), line.waivable] for line in lines]
    return {**adjustment.as_logged(), "role_code": adjustment.role.code, "lines": rows}
