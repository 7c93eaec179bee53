"""The world of the matrix: a row of every model in three branches, a canary in every text of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from appraisal.enums import Missing
from appraisal.models import BallotMeeting, BranchYear, SnapshotRow, Tally
from appraisal.services import snapshots, years
from appraisal.services.results import results
from members.enums import DutyKind
from members.models import (
    Duty,
    ImportBatch,
    LogRow,
    Member,
    Organisation,
    Posting,
    Role,
    SecondFactor,
    User,
    YearLock,
)
from members.services import duties, guards, log, organisations, roster
from members.services.import_records import import_records
from members.services.import_roster import Roster, import_roster
from members.services.import_tree import Founding, import_organisations
from members.services.importing import Source, Update
from reports.models import NoticeJob, PrintSettings
from scoring.enums import Presence
from scoring.models import Activity, ActivityKind, Adjustment, Bonus, Entry, Judgement, Scheme, SchemeScope
from scoring.services import activities
from scoring.services.activities import Mark
from tests import rows
from tests.cast import SINCE, Cast, account
from tests.matrix.people import INSTALLATION, PLACES, canary

LINE = {
    "indicator": "", "kind": "counted", "done": 1, "quota": 1, "points": 0, "earned": 0, "excess": 0,
    "waived": False, "presumed": True,
    "role": "organ.member", "resolution_on": "2026-01-09", "requirements": [], "unadjusted": [],
}  # fmt: skip
"""A line of frozen figures, and as much of an adjustment: the lists of objects that are stored."""

CLOSED = 2021
"""The year that `rows` closes for the ordinary member of each branch."""

ABOVE = {"here": "DT01", "there": "DT02", "far": "XT"}
"""The organisation that stands above each branch."""

FROZEN_YEAR = 2024
"""The year of which each branch has an annual notice."""

SUBMITTED_YEAR, APPROVED_YEAR = 2022, 2023
"""The years that each branch has submitted, and of these the one that is approved."""

ADMINISTERED = (User, Duty, ImportBatch, PrintSettings)
ADMINISTERED_LABELS = (
    "members.user", "members.duty", "members.organisation", "scoring.scheme", "reports.printsettings",
)  # fmt: skip

BARE = {
    "members.organisation.path": "the place in the tree",
    "members.user.password": "a hash, and no page reads it",
    "members.user.email": "no page reads or writes it",
    "reports.printsettings.phone": "digits",
    "appraisal.snapshot.period": "a code of the calendar",
    "appraisal.snapshot.digest": "digits, which stand on the wall",
    "reports.notice.period": "a code of the calendar",
    "reports.notice.number": "it stands on the wall",
    "reports.notice.digest": "digits",
    "reports.notice.token": "part of an address",
    "reports.noticejob.period": "a code of the calendar",
    "reports.noticejob.language": "a code of a language",
    "members.logrow.verb": "one of the verbs",
    "members.logrow.object_type": "by which a history is found",
    "members.logrow.object_id": "by which a history is found",
}
"""Text fields without a canary, and why; those with choices have none either."""


@dataclass
class World:
    """The cast, and by place the rows of every model that belongs somewhere; the rest under None."""

    cast: Cast
    secretaries: dict[str, User]
    rows: dict[str | None, dict[type[models.Model], models.Model]]
    closed: dict[str, models.Model]
    """By place an entry of the closed year."""
    hither: Member | None = None
    """A member of the own branch who has come from another."""
    both: User | None = None
    """Secretary of the one branch, committee of the next."""
    guests: dict[str, Activity] = field(default_factory=dict)
    """By place an activity with somebody on its list who belongs to another."""
    numbers: dict[str, list[str]] = field(default_factory=dict)
    """By place the numbers of its members."""
    closed_imports: dict[str, ImportBatch] = field(default_factory=dict)
    closed_adjustments: dict[str, Adjustment] = field(default_factory=dict)
    closed_activities: dict[str, Activity] = field(default_factory=dict)
    """By place an import, an adjustment, and an activity with somebody present, of that year."""
    joint: dict[str, Activity] = field(default_factory=dict)
    """By state an activity of the own branch, to which somebody was asked who has left it since."""
    uncounted: dict[str, BallotMeeting] = field(default_factory=dict)
    """By place a ballot whose slips are counted and whose votes are not."""
    counted: dict[str, tuple[BallotMeeting, BallotMeeting]] = field(default_factory=dict)
    """By place two ballots of closed years: whose count waits to be confirmed, and whose count is."""
    founded: ImportBatch | None = None
    """An import of organisations."""
    left: dict[str, tuple[Posting, ImportBatch]] = field(default_factory=dict)
    """By place the posting of who left in the submitted year, and the import that says so."""
    wandering: Organisation | None = None
    """A group whose member has no closed year, below a branch that has none."""
    submitted: dict[str, BranchYear] = field(default_factory=dict)
    approved: dict[str, BranchYear] = field(default_factory=dict)
    """By place a year that can be approved, and one that is."""
    before: dict[str, Any] = field(default_factory=dict)

    def places_of(self, model: type[models.Model]) -> list[str | None]:
        """Where there are rows of the model."""
        return [place for place, made in self.rows.items() if model in made]


def our_models() -> list[type[models.Model]]:
    ours = ("members", "scoring", "appraisal", "reports")
    return [model for model in apps.get_models() if model._meta.app_label in ours]


def build(cast: Cast) -> World:
    """Make the rows, then put the canaries over all of their texts."""
    remote = account(cast.operator, "remote", DutyKind.SECRETARY, cast.organisations["XT01"])
    secretaries = {"here": cast.owner, "there": cast.other, "far": remote}
    world = World(cast, secretaries, {}, {})
    world.both = account(cast.operator, "both", DutyKind.SECRETARY, cast.organisations["DT0101"])
    duties.assign_duty(
        by=cast.operator, user=world.both, kind=DutyKind.COMMITTEE,
        organisation=cast.organisations["DT0201"], start=SINCE,
    )  # fmt: skip
    for place, (code, number) in PLACES.items():
        member, organisation = cast.members[number], cast.organisations[code]
        world.closed[place] = rows.entry(cast, member, date=date(CLOSED, 3, 5))
        guest = next(cast.members[other] for _code, other in PLACES.values() if other != number)
        world.guests[place] = rows.activity(cast, code)
        come = [Mark(member=guest, status=Presence.PRESENT)]
        activities.record_attendance(by=cast.operator, activity=world.guests[place], marks=come)
        held = Activity(
            organisation=organisation, kind=ActivityKind.objects.order_by("order", "code")[0],
            date=date(CLOSED, 3, 6), title="文",
        )  # fmt: skip
        activities.save_activity(by=cast.operator, activity=held)
        marks = [Mark(member=member, status=Presence.PRESENT)]
        activities.record_attendance(by=cast.operator, activity=held, marks=marks)
        world.closed_activities[place] = held
        judged = {"indicator": rows.indicator("conduct"), "fulfilment": 90, "year": CLOSED}
        world.closed_imports[place] = import_records(
            by=cast.by(secretaries[place]),
            source=Source("judged", "考核.xlsx", "0" * 64, 1, (1, 0), log.head_hash()),
            new=[Judgement(member=member, **judged)],
            changed=[],
        )
        made = rows.of_members(cast, code, number, "文")
        rows.annual_notice(cast, made[BranchYear])
        slips = {"issued": 9, "returned": 9, "spoiled": 0, "unreturned": 0}
        world.uncounted[place] = BallotMeeting.objects.create(
            organisation=organisation, year=FROZEN_YEAR, date=date(FROZEN_YEAR, 12, 20), members_came=9,
            **slips,
        )  # fmt: skip
        resolved = Adjustment.objects.get(pk=made[Adjustment].pk)
        resolved.pk, resolved.year = None, CLOSED
        with guards.lifted():
            resolved.save(force_insert=True)
        world.closed_adjustments[place] = resolved
        world.counted[place] = _counted(cast, code, member)
        worker = cast.members[f"{number}W"]
        YearLock.objects.create(member=worker, year=CLOSED, locked_at=cast.now)
        YearLock.objects.create(member=member, year=CLOSED - 1, locked_at=cast.now)
        scan = default_storage.save(f"matrix/{place}.pdf", ContentFile(b"%PDF"))
        Adjustment.objects.filter(pk=made[Adjustment].pk).update(scan=scan)
        Activity.objects.filter(pk=made[Activity].pk).update(attachment=scan)
        Bonus.objects.filter(pk=made[Bonus].pk).update(evidence=scan)
        # Whoever ordered in the other branch has no duty there any more.
        NoticeJob.objects.filter(pk=made[NoticeJob].pk).update(
            ordered_by=remote if place == "far" else cast.owner
        )
        role = Role.objects.create(
            code=f"local.{place}", category=Role.objects.order_by("pk")[0].category,
            name_hans="本地", name_hant="本地", organisation=organisation,
        )  # fmt: skip
        essay = {"indicator": rows.indicator("essay"), "date": date(rows.YEAR, 6, 8), "title": "文"}
        batch = import_records(
            by=cast.by(secretaries[place]),
            source=Source("entries", "台账.xlsx", "0" * 64, 1, (1, 0), log.head_hash()),
            new=[Entry(member=member, recorded_at=cast.now, **essay)],
            changed=[],
        )
        made |= {Role: role, ImportBatch: batch, Organisation: organisation}
        made |= {User: secretaries[place], Duty: secretaries[place].duties.get()}
        SecondFactor.objects.create(user=secretaries[place], secret="5e" * 20, confirmed_at=cast.now)
        made[SchemeScope] = SchemeScope.objects.create(scheme=Scheme.objects.get(), organisation=organisation)
        made[LogRow] = _log(cast, made[Member], organisation)
        world.rows[place] = made
        world.left[place] = _left(cast, secretaries[place], code, f"{number}L")
        world.submitted[place] = _submitted(cast, organisation, SUBMITTED_YEAR)
        world.approved[place] = years.approve_year(
            by=cast.operator, branch_year=_submitted(cast, organisation, APPROVED_YEAR)
        )
        year = {"year": FROZEN_YEAR, "as_of": date(FROZEN_YEAR, 12, 31)}
        unit = next(results(**year, within=organisation, alone=True))
        snapshots.freeze(
            by=cast.operator, unit=unit, purpose="annual", period=str(FROZEN_YEAR), as_of=year["as_of"]
        )
    world.wandering = organisations.found(
        by=cast.operator,
        code="DT010201",
        name="流动党小组",
        kind="group",
        parent=cast.organisations["DT0102"],
    )
    cast.organisations["DT010201"] = world.wandering
    cast.admit("M503", "流动", "DT010201")
    above = cast.organisations["DT01"]
    world.rows[INSTALLATION] = {LogRow: _log(cast, above, above)}
    since = date(rows.YEAR, 1, 1)  # the years before are closed where they come to
    hither = cast.admit("M501", "来人", "DT0102", start=since)
    away = cast.admit("M502", "去人", "DT010101", start=since)
    world.joint = {state: _joint(cast, state, away) for state in ("held", "planned")}
    community, day = cast.roles["community.member"], date(rows.YEAR, 3, 1)
    for member, code in ((hither, "DT0101"), (away, "DT0201")):
        roster.transfer(
            by=cast.operator, member=member, organisation=cast.organisations[code], role=community, start=day
        )
    world.hither = hither
    world.founded = import_organisations(
        by=cast.by(cast.administrator),
        source=Source("organisations", "组织.xlsx", "0" * 64, 1, (1, 0), log.head_hash()),
        foundings=[Founding(code="DT0103", name="新支部", kind="branch", parent="DT01")],
        reforms=[],
    )
    with guards.lifted():
        stamp()
    # What was filed elsewhere of a member who has come from there is not for the new branch to read.
    filed = LogRow.objects.filter(organisation=cast.organisations["DT0102"])
    filed.update(after={"title": canary("records", "there")})
    placed = set().union(*world.rows.values())
    world.rows[None] = {
        model: model._base_manager.order_by("pk")[0]
        for model in our_models()
        if model not in placed and model._base_manager.exists()
    }
    for made in world.rows.values():
        for row in made.values():
            row.refresh_from_db()
    old: list[Any] = [
        world.closed, world.closed_imports, world.closed_adjustments, world.closed_activities, world.joint,
        world.uncounted, world.submitted, world.approved,
    ]  # fmt: skip
    for made in (cast.members, cast.organisations, *old):
        for row in made.values():
            row.refresh_from_db()
    for person in Member.objects.order_by("pk"):
        world.numbers.setdefault(place_of(person) or "", []).append(person.number)
    world.before = rows.stored()
    return world


def _submitted(cast: Cast, organisation: Organisation, year: int) -> BranchYear:
    """A year whose notice has hung long enough."""
    made = years.submit_year(
        by=cast.operator, organisation=organisation, year=year, version=0, seen=Missing.values
    )
    posted = {"posted_on": date(rows.YEAR, 1, 5), "publicity_until": date(rows.YEAR, 1, 9), "place": "文"}
    BranchYear.objects.filter(pk=made.pk).update(**posted)
    made.refresh_from_db()
    return made


def _left(cast: Cast, secretary: User, code: str, number: str) -> tuple[Posting, ImportBatch]:
    posting = cast.admit(number, "离去", code, start=date(SUBMITTED_YEAR, 1, 1)).postings.get()
    update = Update(posting.pk, {"end": None}, {"end": date(SUBMITTED_YEAR, 3, 1)})
    batch = import_roster(
        by=cast.by(secretary),
        source=Source("members", "名册.xlsx", "0" * 64, 1, (0, 1), log.head_hash()),
        plan=Roster(ends=[(posting, update)]),
    )
    posting.refresh_from_db()
    return posting, batch


def _counted(cast: Cast, code: str, member: Member) -> tuple[BallotMeeting, BallotMeeting]:
    waiting: Any = rows.ballot(cast, code, member, "文", CLOSED)[BallotMeeting]
    confirmed: Any = rows.ballot(cast, code, member, "文", CLOSED - 1)[BallotMeeting]
    confirmed.counts.update(state="confirmed", confirmed_by=cast.administrator)
    votes = {"excellent": 5, "good": 3, "passed": 1, "poor": 0, "source": "confirmed"}
    with guards.lifted():
        Tally.objects.create(member=member, year=CLOSED - 1, count=confirmed.counts.get(), **votes)
    return waiting, confirmed


def _joint(cast: Cast, state: str, guest: Member) -> Activity:
    made = Activity(
        organisation=cast.organisations["DT0101"], kind=ActivityKind.objects.order_by("order", "code")[0],
        date=date(rows.YEAR, 2, 10), title="文", audience="members",
    )  # fmt: skip
    made.choose(invited=[guest.pk])
    activities.save_activity(by=cast.operator, activity=made)
    Activity.objects.filter(pk=made.pk).update(state=state)
    return made


def _log(cast: Cast, obj: models.Model, organisation: Organisation) -> LogRow:
    with transaction.atomic():
        return log.record(
            by=cast.operator, verb="correct", obj=obj, organisation=organisation, after={"name": "新名"}
        )


OVER = (
    "organisation", "member", "activity", "adjustment", "snapshot", "meeting", "count", "branch_year",
    "notice", "actor",
)  # fmt: skip
"""What a row may hang on."""


def place_of(row: Any) -> str | None:
    """The place a row lies in, over whatever it hangs on; None: in none of them."""
    if isinstance(row, User):
        held = list(row.duties.order_by("pk"))
        secretary = len(held) == 1 and held[0].kind == DutyKind.SECRETARY
        return place_of(held[0]) if secretary else None
    if isinstance(row, Member):
        return next((place_of(posting) for posting in row.postings.order_by("-start")), None)
    if isinstance(row, Organisation):
        return next((place for place, (code, _) in PLACES.items() if _bare(row.code) == code), None)
    for name in OVER:
        if getattr(row, f"{name}_id", None) is not None:
            return place_of(getattr(row, name))
    return None


def _bare(code: str) -> str:
    """A code without its canary."""
    return "".join(letter for letter in code if letter.isascii())


def kind_of(row: models.Model) -> str:
    """The kind of canary that a row's texts carry."""
    if isinstance(row, Organisation):
        return "organisation"
    if isinstance(row, SnapshotRow):
        return "frozen"
    if isinstance(row, ADMINISTERED) or getattr(row, "object_type", None) in ADMINISTERED_LABELS:
        return "administered"
    return "records"


def texts(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a model that hold text of people, JSON and names of files included."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, kinds) and not one.choices and f"{model._meta.label_lower}.{one.name}" not in BARE
    ]


def stamp() -> None:
    """Put the canary of its place over every text of every row, past models and services."""
    todo = []
    for model in our_models():
        for row in model._base_manager.order_by("pk"):
            place = place_of(row)
            if place is not None and texts(model):
                todo.append((model, row, canary(kind_of(row), place)))
    for model, row, said in todo:
        values = {one.attname: _stamped(one, row, said) for one in texts(model)}
        models.QuerySet(model).filter(pk=row.pk).update(**values)


def _stamped(one: models.Field[Any, Any], row: models.Model, said: str) -> Any:
    value = getattr(row, one.attname)
    if isinstance(one, models.JSONField):
        return (
            [*value, {**LINE, "indicator": said}]
            if isinstance(value, list)
            else {**(value or {}), "title": said}
        )
    if isinstance(one, models.FileField):
        return default_storage.save(f"matrix/{said}.pdf", ContentFile(f"%PDF {said}".encode()))
    if isinstance(row, (Member, Organisation, User)) and one.name in ("number", "code", "username", "name"):
        return f"{value}{said}"
    return f"{said}{row.pk}" if one.unique or one.name == "code" else said
