"""The sheet of the roster 党员名册: members with their postings, known by member and 起始日期."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.enums import Standing
from members.models import ImportBatch, Member, Organisation, Posting, Role
from members.resources import cells, columns, hints
from members.resources.base import Change, Column, FieldChange, Preview, SheetRow, Values, Verb
from members.resources.branch import Branch
from members.resources.identity import Register, Someone
from members.resources.kind import Kind
from members.resources.people import Closed, closed_year
from members.resources.roles import Roles
from members.resources.stored import chunks, values_of
from members.resources.timeline import Line, Stretch, Timeline
from members.scope import Scope
from members.services.by import By
from members.services.import_roster import Roster, import_roster, years_of_new_end
from members.services.importing import Source, Update, portions
from members.services.joining import Stay, closed_to
from members.text import fold

STANDINGS = {"正式": Standing.FULL, "预备": Standing.PROBATIONARY}
ALSO = {"正式党员": Standing.FULL, "预备党员": Standing.PROBATIONARY}
FACTS = ("name", "birth_date", "joined_on", "standing")
Joining = dict[Stay, list[tuple[int, str]]]
"""Where somebody is placed anew, with the rows and columns that say so."""


class Members(Kind):
    """The roster: who is posted where, in which role, since when."""

    code = "members"
    title = gettext_lazy("Roster")
    columns = (
        Column("number", "党员编号", columns.code, holds=hints.NEW_NUMBER, example="M001", spared=True),
        Column("name", "姓名", cells.name(60), required=True, holds=hints.PERSON, example="张晓明"),
        Column(
            "organisation", "组织编码", columns.known_code, required=True, holds=hints.CODE, example="DT0101"
        ),
        Column("role", "角色", cells.text(120), required=True, holds=hints.ROLE, example="普通党员"),
        Column("category", "类别", cells.text(120), holds=hints.CATEGORY, example="社区党员"),
        Column("birth_date", "出生日期", cells.day, holds=hints.DAY, example="1968-07-01"),
        Column("joined_on", "入党日期", cells.day, holds=hints.DAY, example="1990-07-01"),
        Column(
            "standing",
            "党员身份",
            cells.choice({**STANDINGS, **ALSO, **{s.value: s for s in Standing}}, shown=STANDINGS),
            show=lambda standing: str(Standing(standing).label),
            holds=hints.STANDING,
            example="正式",
            words=tuple(STANDINGS),
        ),
        Column("start", "起始日期", cells.day, required=True, holds=hints.DAY, example="2026-01-01"),
        Column("end", "截止日期", cells.day, holds=hints.LAST_DAY),
    )

    def offers(self, branch: Branch) -> dict[str, Sequence[str]]:
        roles = Role.objects.visible_to(branch.scope).select_related("category").order_by("pk")
        return {
            "organisation": branch.organisations(),
            "role": list(dict.fromkeys(role.name for role in roles)),
            "category": list(dict.fromkeys(role.category.name for role in roles)),
        }

    def examine(self, rows: list[SheetRow], preview: Preview, by: By) -> None:
        lines = self._lines(rows, preview, by)
        register = Register(lines, by)
        people = list(dict.fromkeys(s for line in lines if (s := register.take(line, preview)) is not None))
        stored = _postings({someone.member.pk for someone in people if someone.member})
        closed = Closed(stored)
        plan = Roster()
        joining: Joining = {}
        for someone in people:
            self._examine(someone, stored, closed, preview, plan, joining)
        for stay, refusal in closed_to(joining):
            for row, column in joining[stay]:
                preview.problem(row, column, " ".join(refusal.messages))
        preview.changes.sort(key=lambda change: change.row)
        preview.plan = plan

    def write(self, plan: Any, *, by: By, source: Source) -> ImportBatch:
        return import_roster(by=by, source=source, plan=plan)

    def stored_rows(self, chosen: QuerySet[Any], scope: Scope) -> Iterator[Sequence[Any]]:
        """Yield the postings of the members, without those in organisations that are not read."""
        roles = Roles(scope)
        words = {str(standing): word for word, standing in STANDINGS.items()}
        of_member = [f"member__{name}" for name in ("number", "name", "birth_date", "joined_on", "standing")]
        names = ("member", *of_member, "organisation__code", "organisation__path", "role", "start", "end")
        read = Posting.objects.filter(scope.reading("organisation__path")).order_by("start")
        for keys in chunks(key for (key,) in values_of(chosen, "pk")):
            rows: dict[int, list[Sequence[Any]]] = {}
            for member, number, name, born, joined, standing, *posted in read.filter(
                member__in=keys
            ).values_list(*names):
                code, path, role, start, end = posted
                cells = (
                    number,
                    name,
                    code,
                    *roles.words(role, path),
                    born,
                    joined,
                    words[standing],
                    start,
                    end,
                )
                rows.setdefault(member, []).append(cells)
            for key in keys:
                yield from rows.get(key, ())

    def _lines(self, rows: list[SheetRow], preview: Preview, by: By) -> list[Line]:
        """Return the rows whose organisation and role are known and whose dates can be."""
        roles = Roles(by.scope)
        places: dict[str, tuple[int, str]] = {}
        organisations = Organisation.objects.all()
        if not by.scope.everything:
            organisations = organisations.writable_by(by.scope)
        for portion in portions({row.values["organisation"] for row in rows}):
            found = organisations.filter(code__in=portion).values_list("code", "pk", "path")
            places |= {code: (key, path) for code, key, path in found}
        lines = []
        for number, values in rows:
            for key in ("birth_date", "joined_on"):
                if values[key] is not None and values[key] > by.today:
                    preview.problem(number, key, _("lies in the future"))
            if values["organisation"] not in places:
                preview.problem(number, "organisation", _("there is no organisation of this code"))
                continue
            organisation, path = places[values["organisation"]]
            role, reason = roles.find(values["role"], values["category"], path)
            if role is None:
                preview.problem(number, "role", reason)
                continue
            lines.append(Line(number, values, organisation, path, role))
        return lines

    def _examine(
        self,
        someone: Someone,
        stored: dict[int, list[Posting]],
        closed: Closed,
        preview: Preview,
        plan: Roster,
        joining: Joining,
    ) -> None:
        """Work out what the rows of one person change, and where that places the person anew."""
        member = someone.member
        timeline = Timeline(stored.get(member.pk, []) if member else [])
        facts, before = _facts(someone, preview)
        placed = {line.number: timeline.apply(line, preview) for line in _in_order(someone.lines)}
        stretches = timeline.settle(preview)
        first = min(someone.lines, key=lambda line: line.number).number
        for line in someone.lines:
            stretch = placed[line.number]
            if stretch is not None:
                told = before if line.number == first else {}
                preview.change(self._change(someone, line, stretch, told, stretches))
        new: list[Posting] = []
        shut: set[int] = set()
        stay: Stay | None
        for stretch in stretches:
            if stretch.stored is None:
                new.append(_posting(member, stretch))
                years, stay, column = new[-1].years_counted(), Stay.of(new[-1]), "start"
            elif stretch.changes:
                update = Update(stretch.stored.pk, {"end": stretch.was}, {"end": stretch.end})
                plan.ends.append((stretch.stored, update))
                years, column = years_of_new_end(update), "end"
                stay = Stay.longer(_posting(member, stretch), stretch.was)
            else:
                continue
            row = stretch.row or stretch.closed_by or first
            if member is not None and closed.touches(member.pk, *years):
                shut.add(row)
            elif stay is not None:
                joining.setdefault(stay, []).append((row, column))
        for row in shut:
            preview.problem(row, "start", closed_year())
        if member is None:
            plan.admitted.append((Member(number=someone.number, **facts), new))
            return
        plan.postings.extend(new)
        if before:
            plan.facts.append(Update(member.pk, before, {name: facts[name] for name in before}))

    def _change(
        self, someone: Someone, line: Line, stretch: Stretch, told: Values, stretches: list[Stretch]
    ) -> Change:
        """Return what one row does; `told` are the stored facts of the member that it replaces."""
        before: Values = {}
        after = line.values
        verb = Verb.NEW if stretch.stored is None and stretch.row == line.number else Verb.SAME
        if stretch.stored is None:
            after = {**after, "end": stretch.end}
        elif told or (stretch.changes and stretch.row == line.number):
            verb = Verb.CHANGED
            before = {**after, **told}
            if stretch.row == line.number:
                before["end"] = stretch.was
        if told and verb is Verb.NEW:
            before = dict(told)
        closing = tuple(
            FieldChange(
                _("End of the posting from %(start)s") % {"start": other.start}, "", other.end.isoformat()
            )
            for other in stretches
            if other.closed_by == line.number and other.stored is not None and other.end is not None
        )
        label = f"{someone.number} {line.values['name']} · {line.start}".strip()
        return Change(line.number, verb, label, after, before, self.columns, closing)


def _posting(member: Member | None, stretch: Stretch) -> Posting:
    return Posting(
        member=member,
        organisation_id=stretch.organisation,
        role_id=stretch.role,
        start=stretch.start,
        end=stretch.end,
    )


def _facts(someone: Someone, preview: Preview) -> tuple[Values, Values]:
    """Return what the rows say of the person, and the stored values of what that changes."""
    said: Values = {}
    rows: dict[str, int] = {}
    for line in someone.lines:
        for name in FACTS:
            value = line.values[name]
            if value is None:
                continue
            if name not in said:
                said[name], rows[name] = value, line.number
            elif not _alike(value, said[name]):
                reason = _("row %(row)s says something else of the same member") % {"row": rows[name]}
                preview.problem(line.number, name, reason)
    if someone.member is None:
        return said, {}
    stored = {name: getattr(someone.member, name) for name in said}
    return said, {name: value for name, value in stored.items() if not _alike(value, said[name])}


def _alike(one: date | str | None, other: date | str | None) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return one == other


def _in_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.start, line.number))


def _postings(members: set[int]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = {key: [] for key in members}
    for keys in portions(members):
        for posting in Posting.objects.filter(member__in=keys).order_by("start"):
            found[posting.member_id].append(posting)
    return found
