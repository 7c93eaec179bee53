"""What services find for somebody, asked past every page: of a place that is beyond the scope, nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import reverse

from appraisal.models import BallotMeeting, BranchYear, Case, Objection, Opinions, ReviewSettings, RowRemark
from appraisal.rules.tally import Votes
from appraisal.services import counts
from appraisal.services.held_back import discreetly
from appraisal.services.results import results
from members.admin.base import ScopedAdmin
from members.admin.of_member import place_of_list
from members.models import Category, Duty, LogRow, Member, Organisation, Posting, Role, User
from members.resources.roles import Roles
from members.scope import Scope
from members.services.by import By
from reports.desk.resources import KINDS
from reports.desk.roster_forms import EndingForm
from reports.desk.services import adjusted, ballots_due, branch, course, evidence, home_due, home_kept, whatif
from reports.desk.services.analysis.asked import Asked
from reports.desk.services.analysis.page import analysis
from reports.desk.services.choosing import Choice
from reports.desk.services.roster import acts, effect
from reports.desk.services.roster.page import roster_page
from reports.desk.services.scheme import listing
from reports.desk.services.yearly.figures import seen_today
from scoring.forms.activities import ActivityForm
from scoring.models import Activity, Adjustment, Attendance, Entry, Indicator, Scheme
from scoring.rules.spans import Span
from scoring.services import adjustments, attendance
from scoring.services.standards import EffectiveRole, StandardsBook
from scoring.views import attendance as page
from scoring.views import places
from tests import imports, rows
from tests.matrix import offers
from tests.matrix.offers import asking
from tests.matrix.people import PLACES
from tests.matrix.verbs import changed, lines_of
from tests.matrix.world import ABOVE, FROZEN_YEAR, World

Find = Callable[[By], Any]
POSTED, ROLE = "党员编号 姓名 组织编码 角色 起始日期", "community.member"
JANUARY = date(rows.YEAR + 1, 1, 10)
"""A day on which appraisals are missed."""


def anywhere() -> Iterator[tuple[str, str, Find]]:
    """What those find who read the line of the policy at all: name, line, call."""
    yield "site", "SITE", lambda by: admin.site.has_permission(asking(by))
    yield "versions of schemes", "RULES", lambda by: [str(one.scheme) for one in listing.versions(by.scope)]
    yield (
        "kinds of activities",
        "RULES",
        lambda by: list(ActivityForm(scope=by.scope).fields["kind"].queryset),
    )
    for subject, kinds in (("RULES", (Category, Indicator, Scheme)), ("ACCOUNTS", (User, Duty))):
        for model in kinds:
            yield f"{model.__name__} rows", subject, _rows(model)


def several(by: By) -> bool:
    """Whether somebody reads more than one branch, so that lists say whose a member is."""
    return admin.site._registry[Entry]._reads_branches(asking(by))


def from_above(world: World, place: str) -> Iterator[tuple[str, Find]]:
    """What those find who see the organisation above that of the place."""
    chosen = Organisation.objects.filter(pk=world.cast.organisations[PLACES[place][0]].pk)
    sheet, listed = KINDS["organisations"], admin.site._registry[Organisation]
    yield (
        "parent in a sheet",
        lambda by: [row[-1] for row in sheet().stored_rows(chosen, by.scope) if row[-1]],
    )
    yield (
        "parent in the list",
        lambda by: [row.name_above for row in listed.get_queryset(asking(by)) & chosen if row.name_above],
    )


def confirmation(world: World, place: str) -> tuple[str, Find]:
    """What is said of an activity before it goes, with a guest on its list."""
    pages = admin.site._registry[Activity]
    return "confirmation", lambda by: pages.get_deleted_objects([world.guests[place]], asking(by))


def readable(world: World, place: str) -> Iterator[tuple[str, str, Find]]:
    """What those find who read the line of the policy in the place: name, line, call."""
    yield from ((name, "RECORDS", find) for name, find in _records(world, place))
    yield from ((name, "FIGURES", find) for name, find in _figures(world, place))
    yield "score by few votes", "FIGURES", _of_few_votes(world, place)
    organisation = world.cast.organisations[PLACES[place][0]]
    yield "list to read in", "RECORDS", lambda by: place_of_list(asking(by, within=organisation.code))
    member = world.cast.members[PLACES[place][1]]
    filed = LogRow.objects.filter(member=member)
    yield "log by number", "RECORDS", lambda by: list(filed.about(member.number, by.scope))
    yield from _reviewed(world, place)
    held: Any = world.rows[place][BallotMeeting]
    here = BallotMeeting.objects.filter(pk=held.pk)
    yield "ballot", "BALLOTS", lambda by: BallotMeeting.objects.visible_to(by.scope) & here
    yield (
        "count to confirm",
        "CONFIRMATION",
        lambda by: [
            one.url
            for one in ballots_due.to_confirm([world.cast.organisations[PLACES[place][0]]], by.scope)
            if str(held.pk) in one.url
        ],
    )


def _reviewed(world: World, place: str) -> Iterator[tuple[str, str, Find]]:
    """What there is of a branch's year, for whom."""
    made = world.rows[place]
    for model, line in ((BranchYear, "SUBMISSION"), (Objection, "SUBMISSION"), (RowRemark, "REVIEW"),
                        (Case, "REVIEW"), (ReviewSettings, "REVIEW")):  # fmt: skip
        yield model.__name__, line, _seen(model, made[model].pk)
    year = made[BranchYear].pk
    yield (
        "years to decide on",
        "INBOX",
        lambda by: BranchYear.objects.reviewable_by(by.scope).filter(pk=year),
    )


def _seen(model: Any, key: int) -> Find:
    return lambda by: model.objects.visible_to(by.scope).filter(pk=key)


def _of_few_votes(world: World, place: str) -> Find:
    """The annual score of somebody in the place, as if there had been a single vote."""
    organisation = world.cast.organisations[PLACES[place][0]]
    day = date(rows.YEAR - 1, 12, 31)
    unit = next(results(year=day.year, as_of=day, within=organisation, alone=True))
    scored = next(one for one in unit.results if one.votes is not None and one.annual is not None)
    alone = replace(unit, results=[replace(scored, votes=Votes(1, 0, 0, 0))])
    return lambda by: [one.annual for one in discreetly(alone, by.scope).results if one.annual is not None]


def entering(world: World, place: str) -> tuple[str, Find]:
    """What those find who enter one of two blind entries: who writes the branch, and its officer."""
    held = changed(world.uncounted[place], blind=True)
    return "blind entry", lambda by: counts.may_enter(by.scope, held)


def writable(world: World, place: str) -> Iterator[tuple[str, Find]]:
    """What those find who write the records of the place."""
    made, member = world.rows[place], world.cast.members[PLACES[place][1]]
    organisation = world.cast.organisations[PLACES[place][0]]
    yield "whom to mark", lambda by: _names(attendance.expected(made[Activity], by.scope, to_write=True))
    yield (
        "whose roster to work on",
        lambda by: [one for one in roster_page(organisation, by.scope).posted if one.writable],
    )
    for model in (Activity, Adjustment):
        listed: Any = admin.site._registry[model]
        yield (
            f"way from {model.__name__}",
            partial(lambda by, one, row: one.ways(asking(by), row), one=listed, row=made[model]),
        )
    yield "notices that lack", lambda by: offers.lacking(by, organisation)
    yield "way to issue a notice", lambda by: offers.way_to_issue(by, organisation)
    yield "list to write in", lambda by: place_of_list(asking(by, within=organisation.code), written=True)
    proposed = changed(made[Adjustment], resolution="改")
    yield "proposal of an adjustment", lambda by: _acceptable(by, proposed, lines_of(made))
    held = evidence.Held(rows.YEAR, date(rows.YEAR, 9, 15), *([Span(date(2020, 1, 1), None)],) * 2, 0xFFF)
    page = reverse("attendance", args=[made[Attendance].activity_id])
    yield (
        "where an entry is corrected",
        lambda by: [
            piece.url
            for pieces in evidence.entries(member, held, by.scope).values()
            for piece in pieces
            if piece.url == page
        ],
    )
    yield from (("in a file: " + name, find) for name, find in _files(world, place))


def crossed(world: World, place: str, other: str) -> Iterator[tuple[str, Find]]:
    """What nobody finds who writes the one place and not the other."""
    record, number = world.rows[other][Entry].reference, world.cast.members[PLACES[place][1]].number
    row = (record, number, "essay", "2026-06-07")
    yield "in a file: record", lambda by: _sound("entries", by, "记录号 党员编号 考核项目 日期", row)
    if (place, other) == ("here", "there"):
        came: Any = world.hither
        before = came.postings.order_by("start")[:1]
        yield (
            "posting held elsewhere",
            lambda by: (
                EndingForm(None, member=came, scope=by.scope, initial={}).fields["posting"].queryset
                & Posting.objects.filter(pk__in=[one.pk for one in before])
            ),
        )
    stranger, organisation = world.cast.members[PLACES[other][1]], world.cast.organisations[PLACES[place][0]]
    moved = (stranger.number, "改", organisation.code, ROLE, "2026-05-01")
    yield "in a file: member", lambda by: _sound("members", by, POSTED, moved)


def _names(expected: list[attendance.Expected]) -> list[str]:
    return [line.member.name for line in expected]


def _records(world: World, place: str) -> Iterator[tuple[str, Find]]:
    made, member = world.rows[place], world.cast.members[PLACES[place][1]]
    organisation = world.cast.organisations[PLACES[place][0]]
    above = world.cast.organisations[ABOVE[place]]
    role = world.rows[place][Role]
    yield "awards offered", lambda by: offers.offered(by, organisation)
    yield "local role", lambda by: Roles(by.scope).find(role.code, None, organisation.path)[0]
    yield (
        "choices",
        lambda by: [
            str(row)
            for pages in admin.site._registry.values()
            if isinstance(pages, ScopedAdmin)
            for row in pages.choices_to_see(asking(by), Member).filter(pk=member.pk)
        ],
    )
    held = made[Attendance].activity
    yield "list of who came", lambda by: _names(page.roster(asking(by), held).expected)
    yield "who is expected", lambda by: _names(attendance.expected(made[Activity], by.scope, to_write=False))
    yield "rush watch", lambda by: offers.watched(by, organisation)
    yield "missed meeting", lambda by: offers.missed(by, made[Attendance])
    yield "list before", lambda by: attendance.last_like(made[Activity], by.scope)
    yield "units below", lambda by: places._below(asking(by), above, "quick_rows", None)
    yield (
        "ballot that waits",
        lambda by: [one.url for one in ballots_due.unfinished(organisation, by.scope)],
    )
    yield (
        "opinions",
        lambda by: (
            Opinions.objects.visible_to(by.scope) & Opinions.objects.filter(meeting=made[BallotMeeting].pk)
        ),
    )
    yield "entries", lambda by: home_kept.kept_branch(organisation, by.scope).recorded
    yield (
        "appraisals to come",
        lambda by: [
            one.note
            for one in home_due.due(
                organisation, _scope(by, JANUARY), StandardsBook.for_year(JANUARY.year), crowded=False
            )
            if one.url == reverse("ballot", args=[organisation.code, JANUARY.year - 1])
        ],
    )
    leave = acts.leave(
        member=member, start=date(rows.YEAR, 6, 1), end=date(rows.YEAR, 6, 30), reason="外出", agreed_by=""
    )
    yield "member after an act", lambda by: effect.weigh(by=_almighty(by), act=leave).seen


def _behind(organisation: Organisation, day: date, by: By) -> list[str]:
    """Who is named as behind in the analysis of a branch."""
    made = analysis(organisation=organisation, asked=Asked(day.year, day), scope=by.scope, many=False)
    return [line.values[0] for line in made.behind.lines] if made and made.behind else []


def _figures(world: World, place: str) -> Iterator[tuple[str, Find]]:
    made, member = world.rows[place], world.cast.members[PLACES[place][1]]
    organisation = world.cast.organisations[PLACES[place][0]]
    day = date(rows.YEAR, 6, 30)
    yield (
        "scores",
        lambda by: [
            row.name
            for unit in branch.scores(
                organisation=organisation, choice=Choice(rows.YEAR, day), scope=by.scope, alone=True
            ).units
            for row in unit.rows
        ],
    )
    yield "members of a frozen list", lambda by: seen_today([member.pk], by.scope)
    yield (
        "members behind",
        lambda by: _behind(organisation, day, by),
    )
    yield (
        "notice issued",
        lambda by: (
            not [
                one
                for one in home_due.due(
                    organisation, by.scope, StandardsBook.for_year(by.scope.on.year), crowded=True
                )
                if one.late
            ]
        ),
    )
    yield (
        "frozen year",
        lambda by: [
            one.organisation
            for one in course.years_before(member=member, year=FROZEN_YEAR + 1, scope=by.scope)
            if one.frozen_on
        ],
    )
    would = partial(_would, made)
    yield "what an adjustment would do", lambda by: [one.name for one in would(by).shifts]
    yield "notices that an adjustment leaves behind", lambda by: [one.number for one in would(by).issued]
    community = world.cast.roles["community.member"]
    yield (
        "resolution",
        lambda by: [
            one.url for one in adjusted.adjusted(_effective(organisation, community), by.scope) if one.url
        ],
    )


def _would(made: Any, by: By) -> whatif.WhatIf:
    proposed = changed(made[Adjustment], resolution="改")
    return whatif.what_if(adjustment=proposed, lines=_shifted(made), local=False, scope=by.scope)


def _files(world: World, place: str) -> Iterator[tuple[str, Find]]:
    """Workbooks about somebody or something of the place, of which nothing may be said elsewhere."""
    member, organisation = world.cast.members[PLACES[place][1]], world.cast.organisations[PLACES[place][0]]
    essay = ("essay", "2026-06-07")
    yield (
        "member by number",
        lambda by: _sound("entries", by, "党员编号 考核项目 日期", (member.number, *essay)),
    )
    by_name = "组织编码 姓名 考核项目 日期"
    yield (
        "organisation",
        lambda by: (
            not [
                problem
                for problem in imports.preview(
                    "entries", by, by_name, (organisation.code, "查无此人", *essay)
                ).problems
                if problem.column == "组织编码"
            ]
        ),
    )
    admitted = ("M900", "新人", organisation.code, ROLE, f"{rows.YEAR}-01-01")
    yield (
        "organisation to admit to",
        lambda by: _sound("members", by, POSTED, admitted),
    )


def _shifted(made: Any) -> list[Any]:
    """The requirements of an adjustment with points taken from one and given to the next."""
    lines = lines_of(made)
    lines[0].points -= 5
    lines[1].points += 5
    return lines


def _acceptable(by: By, adjustment: Any, lines: list[Any]) -> bool:
    """Whether nothing is said against a proposal."""
    adjustments.check_proposal(by=by, adjustment=adjustment, lines=lines)
    return True


def _effective(organisation: Organisation, role: Role) -> list[EffectiveRole]:
    found = StandardsBook.for_year(rows.YEAR).role(organisation.path, role.pk)
    return [] if found is None else [found]


def _sound(kind: str, by: By, header: str, row: tuple[Any, ...]) -> bool:
    return imports.preview(kind, by, header, row).ok


def _rows(model: type[models.Model]) -> Find:
    manager: Any = model._default_manager
    return lambda by: list(manager.visible_to(by.scope)[:1])


def _scope(by: By, day: date) -> Scope:
    return Scope.of(by.user, day)


def _almighty(by: By) -> By:
    """The same user with a hand that writes everything."""
    return By(by.user, by.now, Scope.operator(by.today))
