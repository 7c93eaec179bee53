"""The ledger's verbs: record, correct and withdraw entries, judgements, bonus points, waivers and care."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Member, Posting
from members.services import recording
from members.services.by import By
from scoring.models import Bonus, Care, CareVisit, Entry, Judgement, Waiver
from scoring.rules.spans import Span
from scoring.rules.terms import Kind
from scoring.services import checks
from scoring.services.standards import EffectiveRole, StandardsBook


def save_entry(*, by: By, entry: Entry) -> None:
    """Record a new entry or correct a stored one.

    Raises Refused (by field) for a day in the future or without a posting, a closed year, a stale
    version; OutOfScope when `by` does not write the member.
    """
    check_entry(by=by, entry=entry)
    if entry._state.adding:
        entry.recorded_at = by.now
        recording.add(by, entry, verb="record entry")
    else:
        recording.change(by, entry, verb="correct entry")


def check_entry(*, by: By, entry: Entry) -> None:
    """Raise Refused, by field, for what the plan does not allow to be entered."""
    if entry.activity_id is not None:
        raise Refused(_("This entry comes from an activity's list; correct it there."))
    _raise(
        checks.entry_problems(
            kind=entry.indicator.kind,
            day=entry.date,
            until=entry.until,
            quantity=entry.quantity,
            on_time=entry.on_time,
            postings=_postings(entry.member_id),
            today=by.today,
        )
    )


def withdraw_entry(*, by: By, entry: Entry) -> None:
    """Take an entry out of the ledger; the log keeps it."""
    if entry.activity_id is not None:
        raise Refused(_("This entry comes from an activity's list; correct it there."))
    recording.remove(by, entry, verb="withdraw entry")


def save_judgement(*, by: By, judgement: Judgement) -> None:
    """Record or correct how far a judged standard was fulfilled (I9)."""
    check_judgement(by=by, judgement=judgement)
    write = recording.change if judgement.pk else recording.add
    write(by, judgement, verb="judge standard")


def check_judgement(*, by: By, judgement: Judgement) -> None:
    """Raise Refused for a year that has not begun or an indicator that is not judged."""
    _not_future(judgement.year, by)
    if judgement.indicator.kind != Kind.JUDGED:
        raise Refused({"indicator": _("This indicator is counted by entries, not judged.")})


def save_bonus(*, by: By, bonus: Bonus) -> None:
    """Record or correct an award or a contribution 【四1】."""
    check_bonus(by=by, bonus=bonus)
    if bonus._state.adding:
        bonus.recorded_at = by.now
        recording.add(by, bonus, verb="grant bonus")
    else:
        recording.change(by, bonus, verb="correct bonus")


def check_bonus(*, by: By, bonus: Bonus) -> None:
    """Raise Refused, by field, for what the plan does not allow."""
    _raise(
        checks.bonus_problems(
            kind=bonus.kind,
            has_level=bonus.level_id is not None,
            points=bonus.points,
            limits=_limits(bonus),
            day=bonus.date,
            postings=_postings(bonus.member_id),
            today=by.today,
        )
    )


def save_waiver(*, by: By, waiver: Waiver) -> None:
    """Excuse a member from a waivable indicator for a year, with the reason and who agreed (I12)."""
    check_waiver(by=by, waiver=waiver)
    write = recording.change if waiver.pk else recording.add
    write(by, waiver, verb="waive indicator")


def check_waiver(*, by: By, waiver: Waiver) -> None:
    """Raise Refused for what is not waivable or not required of the member's role in that year."""
    _not_future(waiver.year, by)
    effective = _role_of_year(waiver.member, waiver.year)
    requirement = effective.requirement(waiver.indicator.code) if effective else None
    if requirement is None:
        raise Refused({"indicator": _("The member's role does not require this indicator in that year.")})
    if not requirement.waivable:
        raise Refused({"indicator": _("This indicator cannot be waived.")})


def save_care(*, by: By, care: Care) -> None:
    """Record an elderly member's wish and contact member 【三(一)5】.

    Whoever is newly named as the contact must be one whom `by` writes; one who has moved away may stay.
    """
    stored = Care.stored(care.pk) if care.pk else None
    if care.contact_id is not None and (stored is None or stored.contact_id != care.contact_id):
        recording.permit_members(by, [care.contact_id])
    write = recording.change if care.pk else recording.add
    write(by, care, verb="record wish")


def save_care_visit(*, by: By, visit: CareVisit) -> None:
    """Log a visit to an elderly member 【三(一)5】."""
    check_care_visit(by=by, visit=visit)
    write = recording.change if visit.pk else recording.add
    write(by, visit, verb="log care visit")


def check_care_visit(*, by: By, visit: CareVisit) -> None:
    """Raise Refused for a visit in the future."""
    if visit.date > by.today:
        raise Refused({"date": _("The date lies in the future.")})


def withdraw(*, by: By, row: Judgement | Bonus | Waiver | Care | CareVisit) -> None:
    """Take a row back; the log keeps it."""
    recording.remove(by, row, verb=f"withdraw {row._meta.model_name}")


def _raise(problems: Iterable[checks.Problem]) -> None:
    found: dict[str, list[str]] = {}
    for field, message in problems:
        found.setdefault(field, []).append(message)
    if found:
        raise Refused(found)


def _postings(member_id: int) -> list[Span]:
    return [Span(*row) for row in Posting.objects.filter(member=member_id).values_list("start", "end")]


def _not_future(year: int, by: By) -> None:
    if year > by.today.year:
        raise Refused({"year": _("That year has not begun.")})


def _limits(bonus: Bonus) -> tuple[Decimal, Decimal] | None:
    posting = bonus.member.postings.on(bonus.date).select_related("organisation").first()
    scheme = StandardsBook.for_year(bonus.date.year).scheme(posting.organisation.path) if posting else None
    return (scheme.contribution_min, scheme.contribution_max) if scheme else None


def _role_of_year(member: Member, year: int) -> EffectiveRole | None:
    """The role by which the member is scored in the year: the last one held in it."""
    posting = (
        member.postings.overlapping(date(year, 1, 1), date(year, 12, 31))
        .select_related("organisation")
        .order_by("-start")
        .first()
    )
    if posting is None:
        return None
    return StandardsBook.for_year(year).role(posting.organisation.path, posting.role_id)
