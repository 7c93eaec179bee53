"""One row of every model, of a branch of one's choice: what pages are tried on."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from appraisal.models import (
    BallotMeeting,
    BranchYear,
    Case,
    Count,
    CountLine,
    Objection,
    Opinions,
    ReviewSettings,
    RowRemark,
    Snapshot,
    SnapshotRow,
    Tally,
)
from appraisal.services import tallies
from appraisal.services.superseded import COMPARED
from members.enums import DutyKind
from members.models import Duty, ImportBatch, Leave, LogRow, Member, Posting, User, YearLock
from members.services import duties, log, roster
from reports.models import Notice, NoticeJob, NoticeJobPart, NoticePaper, PrintSettings
from scoring.enums import BonusKind, Presence, Wish
from scoring.models import (
    Activity,
    ActivityKind,
    Adjustment,
    AdjustmentLine,
    AwardLevel,
    Bonus,
    Care,
    CareVisit,
    Entry,
    Indicator,
    Judgement,
    Scheme,
    Waiver,
)
from scoring.services import activities, adjustments, ledger
from scoring.services.activities import Mark
from scoring.services.standards import StandardsBook
from tests.cast import SINCE, Cast

YEAR = 2026
SUBMITTED = 2019
"""The year of which each branch has a submission: before all postings, so that it closes nothing."""


def indicator(code: str) -> Indicator:
    return Indicator.objects.get(code=code)


def entry(cast: Cast, member: Member, code: str = "visit_people", **facts: Any) -> Entry:
    """An entry of the year, recorded by the operator."""
    facts = {"date": date(YEAR, 3, 5), "quantity": 3, **facts}
    row = Entry(member=member, indicator=indicator(code), **facts)
    ledger.save_entry(by=cast.operator, entry=row)
    return row


def activity(cast: Cast, code: str, title: str = "三月主题党日") -> Activity:
    """An activity with nobody on its list."""
    row = Activity(
        organisation=cast.organisations[code],
        kind=ActivityKind.objects.order_by("order", "code")[0],
        date=date(YEAR, 3, 6),
        title=title,
    )
    activities.save_activity(by=cast.operator, activity=row)
    return row


def adjustment(cast: Cast, code: str) -> Adjustment:
    """One point of the community members' organisational life given to volunteering."""
    organisation, role = cast.organisations[code], cast.roles["community.member"]
    effective = StandardsBook.for_year(YEAR).role(organisation.path, role.pk)
    assert effective is not None
    lines = [
        AdjustmentLine(
            indicator=row.indicator, quota=row.quota, points=Decimal(row.points) / 100, waivable=row.waivable
        )
        for row in effective.requirements
    ]
    lines[0].points -= 1
    lines[1].points += 1
    row = Adjustment(
        organisation=organisation,
        year=YEAR,
        role=role,
        resolution_on=date(YEAR, 1, 9),
        present=10,
        votes_for=8,
        resolution="支部大会决议",
    )
    adjustments.adopt_adjustment(by=cast.operator, adjustment=row, lines=lines)
    return row


def of_members(cast: Cast, code: str, number: str, text: str) -> dict[type[models.Model], models.Model]:
    """A row of every model that belongs to a member or an organisation, by model.

    `number` is the branch's ordinary member; the row's own texts are `text`.
    """
    by, member = cast.operator, cast.members[number]
    worker = cast.admit(f"{number}W", f"在职{text}", code, "in_service.member")
    aged = cast.admit(f"{number}E", f"年长{text}", code, "elderly.member")
    made: dict[type[models.Model], models.Model] = {Member: member, Posting: member.postings.get()}

    leave = Leave(member=member, start=date(YEAR, 2, 1), end=date(YEAR, 2, 20), reason=text)
    roster.grant_leave(by=by, leave=leave)
    judged = Judgement(
        member=member, year=YEAR, indicator=indicator("conduct"), fulfilment=Decimal(90), note=text
    )
    ledger.save_judgement(by=by, judgement=judged)
    bonus = Bonus(
        member=member,
        date=date(YEAR, 4, 1),
        kind=BonusKind.AWARD,
        level=AwardLevel.objects.get(code="district"),
        reason=text,
    )
    ledger.save_bonus(by=by, bonus=bonus)
    waiver = Waiver(member=worker, year=YEAR, indicator=indicator("good_deed"), reason=text)
    ledger.save_waiver(by=by, waiver=waiver)
    care = Care(member=aged, wish=Wish.EXEMPT, wished_on=date(YEAR, 1, 5), contact=member)
    ledger.save_care(by=by, care=care)
    visit = CareVisit(member=aged, date=date(YEAR, 5, 1), visitor=text, heard=text)
    ledger.save_care_visit(by=by, visit=visit)
    tally = Tally(member=member, year=YEAR - 1, excellent=7, good=2, passed=1, poor=0)
    tallies.save_tally(by=by, tally=tally)
    held = activity(cast, code, title=f"党日{text}")
    activities.record_attendance(
        by=by, activity=held, marks=[Mark(member=member, status=Presence.PRESENT, note=text)]
    )
    planned = activity(cast, code, title=f"计划{text}")
    lock = YearLock.objects.create(member=member, year=2021, locked_at=cast.now)
    snapshot = Snapshot.objects.create(
        organisation=cast.organisations[code],
        purpose="notice",
        period="2026H1",
        as_of=date(YEAR, 6, 30),
        scheme=Scheme.objects.get(),
        organisation_name=cast.organisations[code].name,
        digest="0" * 64,
        frozen_at=cast.now,
    )
    figures = dict.fromkeys(COMPARED) | {"number": number, "name": text}
    frozen = SnapshotRow.objects.create(
        snapshot=snapshot, position=1, member=member, figures=figures, lines=[]
    )
    rows = (leave, judged, bonus, waiver, care, visit, tally, planned, lock, snapshot, frozen)
    made |= {type(row): row for row in rows}
    made[Entry] = entry(cast, member, title=f"走访{text}")
    made[type(held.attendances.get())] = held.attendances.get()
    made[Adjustment] = adjustment(cast, code)
    made |= ballot(cast, code, member, text)
    made |= review(cast, snapshot, member, text)
    made |= notice(cast, snapshot, text)
    made[PrintSettings] = PrintSettings.objects.create(
        organisation=cast.organisations[code], signature=text, addressee=text
    )
    return made | notice_job(cast, code, text)


def notice_job(cast: Cast, code: str, text: str) -> dict[type[models.Model], models.Model]:
    """An order of notices that is finished, with a page that was not made."""
    files = {
        name: default_storage.save(f"jobs/{code}.{ending}", ContentFile(b"%PDF-1.4"))
        for name, ending in (("package", "zip"), ("merged", "pdf"))
    }
    organisation = cast.organisations[code]
    job = NoticeJob.objects.create(
        organisation=organisation, kind="notice", period="2026H1", language="en",
        ordered_by=cast.owner,
        ordered_at=cast.now, begun_at=cast.now, state="finished", ended_at=cast.now, **files,
    )  # fmt: skip
    part = NoticeJobPart.objects.create(
        job=job, organisation=organisation, position=1, state="failed", refusal=text, attempts=1
    )
    return {NoticeJob: job, NoticeJobPart: part}


def ballot(
    cast: Cast, code: str, member: Member, text: str, year: int = YEAR - 1
) -> dict[type[models.Model], models.Model]:
    """A ballot of the year whose count waits to be confirmed, with a line for the member."""
    slips = {"issued": 12, "returned": 11, "spoiled": 1, "unreturned": 1}
    held = BallotMeeting.objects.create(
        organisation=cast.organisations[code], year=year, date=date(year, 12, 20), place=text,
        members_came=12, **slips,
    )  # fmt: skip
    user = cast.owner if code == "DT0101" else cast.other
    count = Count.objects.create(
        meeting=held, blind=False, state="entered", entered_by=user,
        sheet=default_storage.save(f"ballots/{code}.pdf", ContentFile(b"%PDF-1.4")),
    )  # fmt: skip
    line = CountLine.objects.create(
        count=count, hand=1, member=member, excellent=5, good=3, passed=1, poor=0, blank=1
    )
    opinions = Opinions.objects.create(meeting=held, text=text)
    return {BallotMeeting: held, Count: count, CountLine: line, Opinions: opinions}


def review(
    cast: Cast, snapshot: Snapshot, member: Member, text: str
) -> dict[type[models.Model], models.Model]:
    """A year that was submitted, with an answered objection, a remark and a case of the member."""
    year = BranchYear.objects.create(
        organisation=snapshot.organisation, year=SUBMITTED, state="submitted", snapshot=snapshot,
        submitted_at=cast.now, posted_on=date(YEAR, 1, 5), place=text, publicity_until=date(YEAR, 1, 9),
    )  # fmt: skip
    objection = Objection.objects.create(
        branch_year=year, raised_on=date(YEAR, 1, 6), raised_by=text, text=text,
        answered_on=date(YEAR, 1, 7), answer=text,
    )  # fmt: skip
    remark = RowRemark.objects.create(branch_year=year, snapshot=snapshot, member=member, text=text)
    case = Case.objects.create(
        member=member, year=SUBMITTED, branch_year=year, opened_on=date(YEAR, 1, 12), education=text,
        review=text,
    )  # fmt: skip
    settings = ReviewSettings.objects.create(organisation=snapshot.organisation)
    return {type(row): row for row in (year, objection, remark, case, settings)}


def annual_notice(cast: Cast, year: Any) -> None:
    """The annual notice of a year, which gives the figures that were submitted."""
    figures, submitted = copy(year.snapshot), SnapshotRow.objects.filter(snapshot=year.snapshot_id)
    figures.pk, figures.purpose, figures.period = None, "annual", str(year.year)
    figures.save(force_insert=True)
    for row in submitted:
        row.pk, row.snapshot = None, figures
        row.save(force_insert=True)
    Notice.objects.create(
        organisation=year.organisation, kind="annual", period=figures.period, number="文年", snapshot=figures,
        digest="0" * 64, token=f"annual-{year.organisation.code}", issued_at=cast.now,
    )  # fmt: skip


def notice(cast: Cast, snapshot: Snapshot, text: str) -> dict[type[models.Model], models.Model]:
    """A half-year notice that was issued and has hung, with its paper."""
    organisation = snapshot.organisation
    issued = Notice.objects.create(
        organisation=organisation, kind=snapshot.purpose, period=snapshot.period, number=text,
        snapshot=snapshot, digest="0" * 64, token=f"token-{organisation.code}", issued_at=cast.now,
        posted_on=date(YEAR, 7, 3), place=text, publicity_until=date(YEAR, 7, 9),
        photo=default_storage.save(f"notices/{organisation.code}.jpg", ContentFile(b"")),
    )  # fmt: skip
    paper = NoticePaper.objects.create(notice=issued, pdf=b"a PDF", pages=1, html=text, language="zh-hans")
    return {Notice: issued, NoticePaper: paper}


def of_accounts(cast: Cast) -> dict[type[models.Model], models.Model]:
    """A row of every model that administrators manage or that nobody's branch owns."""
    user = duties.open_account(by=cast.operator, username="guest", password="long enough 1", full_name="来客")
    duty = duties.assign_duty(
        by=cast.operator,
        user=user,
        kind=DutyKind.SECRETARY,
        organisation=cast.organisations["DT0102"],
        start=SINCE,
        end=SINCE + timedelta(days=1),
    )
    batch = ImportBatch.objects.create(
        kind="entries",
        file_name="积分台账.xlsx",
        sha256="0" * 64,
        at=cast.now,
        actor=cast.owner,
        rows=1,
        added=1,
        changed=0,
    )
    with transaction.atomic():
        row = log.record(by=cast.operator, verb="correct organisation", obj=cast.organisations["DT01"],
                         organisation=cast.organisations["DT01"], after={"name": "新名"})  # fmt: skip
    return {User: user, Duty: duty, ImportBatch: batch, LogRow: row}


def additions(
    cast: Cast, code: str, member: Member, worker: Member
) -> dict[type[models.Model], dict[str, Any]]:
    """What a form of each model is filled in with to add a row for a branch, by model.

    `worker` is the in-service member, of whom alone an indicator can be waived.
    """
    organisation = cast.organisations[code]
    role = cast.roles["community.member"]
    return {
        Member: {
            "number": "M900", "name": "新人", "standing": "full", "organisation": organisation.pk,
            "role": role.pk, "start": "2026-01-01",
        },
        Entry: {
            "member": member.pk, "indicator": indicator("essay").pk, "date": "2026-06-07", "quantity": 1,
            "title": "读书心得", "on_time": "on",
        },
        Judgement: {
            "member": member.pk, "year": YEAR, "indicator": indicator("org_task").pk, "fulfilment": "85.5",
        },
        Bonus: {
            "member": member.pk, "date": "2026-06-08", "kind": "contribution", "points": "2.5",
            "reason": "抢险",
        },
        Waiver: {
            "member": worker.pk, "year": YEAR - 1, "indicator": indicator("good_deed").pk, "reason": "病",
        },
        Care: {
            "member": member.pk, "wish": "by_choice", "wished_on": "2026-06-09", "contact": worker.pk,
        },
        Tally: {
            "member": member.pk, "year": YEAR, "excellent": 5, "good": 4, "passed": 3, "poor": 2,
            "blank": 1, "invalid": 0,
        },
    }  # fmt: skip


def stored() -> dict[str, list[str]]:
    """Everything that the project's tables hold, by table; but not when somebody last signed in."""
    ours = ("members", "scoring", "appraisal", "reports")
    with connection.cursor() as cursor:
        return {
            model._meta.db_table: _rows(cursor, model)
            for model in apps.get_models()
            if model._meta.app_label in ours
        }


def _rows(cursor: Any, model: type[models.Model]) -> list[str]:
    columns = [f'"{one.column}"' for one in model._meta.concrete_fields if one.name != "last_login"]
    cursor.execute(f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}"')
    return sorted(map(str, cursor.fetchall()))
