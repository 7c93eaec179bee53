"""The services asked directly, past every page: the second line of defence, which must hold alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.base import ModelState

from appraisal.models import BallotMeeting, CountLine, Opinions, Tally
from appraisal.rules.tally import Votes
from appraisal.services import ballots, counts, snapshots, tallies
from appraisal.services.on_ballot import on_ballot_of
from appraisal.services.results import results
from members.models import Duty, ImportBatch, Leave, Member, Organisation, Posting, User
from members.services import accounts, duties, log, organisations, roster, second_factor
from members.services.by import By
from members.services.import_records import import_records
from members.services.import_roster import Roster, import_roster
from members.services.import_tree import Founding, import_organisations
from members.services.importing import Source, Update
from members.services.undoing import undo_import
from reports.models import PrintSettings
from reports.services.settings import save_settings
from scoring.models import Activity, Adjustment, Bonus, Care, CareVisit, Entry, Judgement, Waiver
from scoring.services import activities, adjustments, ledger
from scoring.services.activities import Mark
from scoring.services.dues import PAID, UNRECORDED, save_dues
from scoring.services.dues import Mark as MonthMark
from scoring.services.judging import Judged, Verdict, save_judgements
from scoring.services.quick import record_entries
from scoring.services.schemes import load_scheme
from tests import rows
from tests.cast import SCHEME
from tests.matrix import reviews
from tests.matrix.people import PLACES
from tests.matrix.world import World

Call = Callable[[By], object]


def verbs(world: World, place: str) -> Iterator[tuple[str, str, Call]]:
    """Each as name, line of the policy, and call; what is passed in is never changed."""
    yield from (("verb " + name, "RECORDS", call) for name, call in _records(world, place))
    yield from (("verb " + name, "RECORDS", call) for name, call in _ballots(world, place))
    yield from (("verb " + name, "CONFIRMATION", call) for name, call in _confirmation(world, place))
    yield from (("verb " + name, "SUBMISSION", call) for name, call in reviews.submitting(world, place))
    yield from (("verb " + name, "REVIEW", call) for name, call in reviews.deciding(world, place))
    yield from (("verb " + name, "ACCOUNTS", call) for name, call in _installation(world, place))


def crossed(world: World, place: str, other: str) -> Iterator[tuple[str, Call]]:
    """What joins an own object with one of another branch: nobody writes both."""
    made, theirs = world.rows[place], world.rows[other]
    member, stranger = member_of(world, place), member_of(world, other)
    organisation = world.cast.organisations[PLACES[other][0]]
    role = world.cast.roles["community.member"]
    start = date(rows.YEAR, 5, 1)
    yield (
        "transfer away",
        lambda by: roster.transfer(by=by, member=member, organisation=organisation, role=role, start=start),
    )
    yield (
        "transfer hither",
        lambda by: roster.transfer(
            by=by,
            member=stranger,
            organisation=world.cast.organisations[PLACES[place][0]],
            role=role,
            start=start,
        ),
    )
    yield "entry taken over", lambda by: ledger.save_entry(by=by, entry=changed(theirs[Entry], member=member))
    yield "entry given away", lambda by: ledger.save_entry(by=by, entry=changed(made[Entry], member=stranger))
    yield "contact", lambda by: ledger.save_care(by=by, care=changed(made[Care], contact=stranger))
    yield (
        "mark",
        lambda by: activities.record_attendance(
            by=by, activity=copy(made[Activity]), marks=[Mark(member=stranger, status="present")]
        ),
    )
    yield (
        "mark on their list",
        lambda by: activities.record_attendance(
            by=by,
            activity=copy(theirs[Activity]),
            marks=[*marks_of(theirs[Activity]), Mark(member=member, status="present")],
        ),
    )
    # Who has left the one branch for the other was posted there on the day, and is another's to invite.
    guest = world.cast.members["M502"] if (place, other) == ("here", "there") else stranger
    if (place, other) == ("here", "there"):
        came: Any = world.hither
        before = came.postings.order_by("start")[0]
        yield (
            "end what was held elsewhere",
            lambda by: roster.end_posting(by=by, posting=copy(before), end=date(rows.YEAR, 1, 31)),
        )
    yield "invite", lambda by: activities.save_activity(by=by, activity=_inviting(made[Activity], guest))
    yield (
        "adjustment",
        lambda by: adjustments.replace_adjustment(
            by=by,
            adjustment=changed(theirs[Adjustment], organisation=made[Organisation]),
            lines=lines_of(theirs),
        ),
    )


def changed(row: Any, **facts: Any) -> Any:
    """A copy of a row that says something else."""
    changed = copy(row)
    for name, value in facts.items():
        setattr(changed, name, value)
    return changed


def marks_of(activity: Any) -> list[Mark]:
    """The list of an activity as it is stored, to be sent again."""
    stored = activity.attendances.select_related("member")
    return [
        Mark(member=row.member, status=row.status, quantity=row.quantity, note=row.note) for row in stored
    ]


def _inviting(activity: Any, guest: Member) -> Activity:
    """A new activity like another, before the guests of the world moved, to which one member is asked."""
    invited = changed(activity, pk=None, id=None, date=date(rows.YEAR, 2, 11), audience="members")
    invited._state = ModelState()
    invited.choose(invited=[guest.pk])
    return invited


def member_of(world: World, place: str) -> Member:
    return world.cast.members[PLACES[place][1]]


def lines_of(made: Any) -> list[Any]:
    """The lines of an adjustment, to be stored with another."""
    return [changed(line, pk=None, points=line.points) for line in made[Adjustment].lines.order_by("order")]


def _records(world: World, place: str) -> Iterator[tuple[str, Call]]:
    made, member = world.rows[place], member_of(world, place)
    code = PLACES[place][0]
    organisation, cast = world.cast.organisations[code], world.cast
    role = cast.roles["community.member"]
    yield "admit", lambda by: roster.admit(
        by=by, member=Member(number="M900", name="新人"), organisation=organisation, role=role,
        start=date(rows.YEAR, 1, 1),
    )  # fmt: skip
    yield "correct member", lambda by: roster.correct_member(by=by, member=changed(made[Member], name="改"))
    yield "transfer", lambda by: roster.transfer(
        by=by, member=member, organisation=organisation, role=cast.roles["organ.member"],
        start=date(rows.YEAR, 5, 1),
    )  # fmt: skip
    yield (
        "end posting",
        lambda by: roster.end_posting(by=by, posting=copy(made[Posting]), end=date(rows.YEAR, 12, 31)),
    )
    leave = {"start": date(rows.YEAR, 6, 1), "end": date(rows.YEAR, 6, 30), "reason": "外出"}
    yield "grant leave", lambda by: roster.grant_leave(by=by, leave=Leave(member=member, **leave))
    yield "correct leave", lambda by: roster.correct_leave(by=by, leave=changed(made[Leave], reason="改"))
    yield "withdraw leave", lambda by: roster.withdraw_leave(by=by, leave=copy(made[Leave]))
    essay = {"indicator": rows.indicator("essay"), "date": date(rows.YEAR, 6, 7), "quantity": 1}
    yield "record entry", lambda by: ledger.save_entry(by=by, entry=Entry(member=member, **essay))
    yield "correct entry", lambda by: ledger.save_entry(by=by, entry=changed(made[Entry], note="改"))
    yield "withdraw entry", lambda by: ledger.withdraw_entry(by=by, entry=copy(made[Entry]))
    yield from grids(world, place, rows.YEAR)
    yield (
        "judge",
        lambda by: ledger.save_judgement(by=by, judgement=changed(made[Judgement], fulfilment=Decimal(80))),
    )
    yield "grant bonus", lambda by: ledger.save_bonus(by=by, bonus=changed(made[Bonus], reason="改"))
    yield "waive", lambda by: ledger.save_waiver(by=by, waiver=changed(made[Waiver], reason="改"))
    yield "wish", lambda by: ledger.save_care(by=by, care=changed(made[Care], wished_on=date(2026, 1, 6)))
    yield "visit", lambda by: ledger.save_care_visit(by=by, visit=changed(made[CareVisit], visitor="改"))
    for model in (Judgement, Bonus, Waiver, Care, CareVisit):
        yield f"withdraw {model.__name__}", _withdrawing(made[model])
    yield (
        "correct activity",
        lambda by: activities.save_activity(by=by, activity=changed(made[Activity], place="改")),
    )
    yield "remove file", lambda by: activities.detach(by=by, activity=copy(made[Activity]))
    yield "withdraw activity", lambda by: activities.withdraw_activity(by=by, activity=copy(made[Activity]))
    yield (
        "attendance",
        lambda by: activities.record_attendance(
            by=by, activity=copy(made[Activity]), marks=[Mark(member=member, status="present")]
        ),
    )
    yield (
        "adopt adjustment",
        lambda by: adjustments.adopt_adjustment(
            by=by,
            adjustment=changed(made[Adjustment], pk=None, id=None, year=rows.YEAR - 1),
            lines=lines_of(made),
        ),
    )
    yield (
        "replace adjustment",
        lambda by: adjustments.replace_adjustment(
            by=by, adjustment=changed(made[Adjustment], resolution="改"), lines=lines_of(made)
        ),
    )
    yield (
        "withdraw adjustment",
        lambda by: adjustments.withdraw_adjustment(by=by, adjustment=copy(made[Adjustment])),
    )
    yield "tally", lambda by: tallies.save_tally(by=by, tally=changed(made[Tally], good=3))
    yield "withdraw tally", lambda by: tallies.withdraw_tally(by=by, tally=copy(made[Tally]))
    yield "freeze", lambda by: snapshots.freeze(
        by=by, unit=next(iter(results(year=2025, as_of=date(2025, 12, 31), within=organisation))),
        purpose="annual", period="2025", as_of=date(2025, 12, 31),
    )  # fmt: skip


def _ballots(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What a branch does about its ballot; its count is entered by whoever comes first."""
    made, open_one = world.rows[place], world.uncounted[place]
    held: Any = made[BallotMeeting]
    candidates = on_ballot_of(open_one.organisation, open_one.year, on=world.cast.operator.today)
    votes = {one.key: Votes(9, 0, 0, 0) for one in candidates}
    yield "hold ballot", lambda by: ballots.save_meeting(by=by, meeting=changed(held, place="改"))
    yield (
        "void ballot",
        lambda by: ballots.void_meeting(by=by, meeting=BallotMeeting.objects.get(pk=held.pk), reason="改"),
    )
    yield (
        "enter count",
        lambda by: counts.enter_count(
            by=by, meeting=open_one, votes=votes, sheet=ContentFile(b"%PDF", name="sheet.pdf")
        ),
    )
    yield "void count", lambda by: counts.void_count(by=by, meeting=held, reason="改")
    yield (
        "opinions",
        lambda by: ballots.save_opinions(by=by, opinions=changed(made[Opinions], text="改")),
    )


def _confirmation(world: World, place: str) -> Iterator[tuple[str, Call]]:
    """What an officer does about the count of a ballot."""
    held: Any = world.rows[place][BallotMeeting]
    lines = CountLine.objects.filter(count__meeting=held)
    yield (
        "confirm count",
        lambda by: counts.confirm_count(by=by, meeting=held, seen=counts.digest(lines.by_member())),
    )
    yield (
        "dispute count",
        lambda by: counts.dispute_count(by=by, meeting=held, members=[lines.get().member_id]),
    )


def grids(world: World, place: str, year: int) -> Iterator[tuple[str, Call]]:
    """What the entry pages store: many rows at once."""
    member, organisation = member_of(world, place), world.cast.organisations[PLACES[place][0]]
    dues, standard = rows.indicator("dues"), rows.indicator("org_task")
    essay = {"indicator": rows.indicator("essay"), "date": date(year, 6, 7), "quantity": 1}
    yield (
        "dues",
        lambda by: save_dues(
            by=by,
            organisation=organisation,
            indicator=dues,
            year=year,
            marks=[MonthMark(member.pk, 5, UNRECORDED, PAID)],
        ),
    )
    yield (
        "judgements",
        lambda by: save_judgements(
            by=by,
            organisation=organisation,
            year=year,
            judged=[Judged(member.pk, standard.pk, "|", Verdict(Decimal(80), "改"))],
        ),
    )
    yield (
        "quick rows",
        lambda by: record_entries(by=by, organisation=organisation, entries=[Entry(member=member, **essay)]),
    )


def imports(world: World, place: str) -> Iterator[tuple[str, str, Call]]:
    """Confirmed imports, as verbs; each file has one row."""
    member, organisation = member_of(world, place), world.cast.organisations[PLACES[place][0]]
    role, start = world.cast.roles["community.member"], date(rows.YEAR, 1, 1)
    essay = {"indicator": rows.indicator("essay"), "date": date(rows.YEAR, 6, 7), "quantity": 1}
    yield (
        "verb import records",
        "RECORDS",
        lambda by: import_records(
            by=by,
            source=source_of("entries"),
            new=[Entry(member=member, recorded_at=by.now, **essay)],
            changed=[],
        ),
    )
    newcomer = Member(number="M900", name="新人")
    admitted = [(newcomer, [Posting(organisation=organisation, role=role, start=start)])]
    yield (
        "verb import newcomers",
        "RECORDS",
        lambda by: import_roster(by=by, source=source_of("members"), plan=Roster(admitted=copy(admitted))),
    )
    facts = [Update(key=member.pk, before={"name": member.name}, after={"name": "改"})]
    yield (
        "verb import facts",
        "RECORDS",
        lambda by: import_roster(by=by, source=source_of("members"), plan=Roster(facts=facts)),
    )
    batch = world.rows[place][ImportBatch]
    yield "verb undo import", "RECORDS", lambda by: undo_import(by=by, batch=batch)
    founded: Any = world.founded
    yield "verb undo founding", "ACCOUNTS", lambda by: undo_import(by=by, batch=founded)
    founding = Founding(code="NEW", name="新组", kind="group", parent=organisation.code)
    yield (
        "verb import tree",
        "ACCOUNTS",
        lambda by: import_organisations(
            by=by, source=source_of("organisations"), foundings=[founding], reforms=[]
        ),
    )


def ended(posting: Any, end: date) -> tuple[Posting, Update]:
    return posting, Update(key=posting.pk, before={"end": posting.end}, after={"end": end})


def source_of(kind: str) -> Source:
    return Source(kind, "表.xlsx", "0" * 64, 1, (1, 0), log.head_hash())


def _withdrawing(row: Any) -> Call:
    return lambda by: ledger.withdraw(by=by, row=copy(row))


def _installation(world: World, place: str) -> Iterator[tuple[str, Call]]:
    made, cast = world.rows[place], world.cast
    organisation = cast.organisations[PLACES[place][0]]
    yield (
        "open account",
        lambda by: duties.open_account(by=by, username="new", password="correct horse 99", full_name="新来"),
    )
    yield (
        "assign duty",
        lambda by: duties.assign_duty(
            by=by,
            user=world.secretaries["far"],
            kind="committee",
            organisation=organisation,
            start=date(2026, 1, 1),
        ),
    )
    yield "withdraw duty", lambda by: duties.withdraw_duty(by=by, duty=copy(made[Duty]))
    yield (
        "correct account",
        lambda by: accounts.correct_account(by=by, user=changed(made[User], first_name="改")),
    )
    yield (
        "set password",
        lambda by: accounts.set_password(by=by, user=made[User], password="correct horse 99"),
    )
    yield "reset second factor", lambda by: second_factor.reset(by=by, user=made[User])
    yield (
        "found",
        lambda by: organisations.found(by=by, code="NEW", name="新组", kind="group", parent=organisation),
    )
    yield (
        "correct",
        lambda by: organisations.correct(
            by=by, organisation=copy(organisation), name="改", kind=organisation.kind
        ),
    )
    yield (
        "move",
        lambda by: organisations.move(
            by=by, organisation=Organisation.objects.get(pk=organisation.pk), parent=None
        ),
    )
    yield (
        "print settings",
        lambda by: save_settings(by=by, settings=changed(made[PrintSettings], signature="改")),
    )
    scheme = SCHEME.read_bytes()
    yield "load scheme", lambda by: load_scheme(by=by, source=scheme, organisation=cast.organisations["DT02"])
