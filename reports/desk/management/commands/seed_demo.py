"""`manage.py seed_demo`: a fictional sub-district to try the product out with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.errors import Refused, why
from members.models import LogRow, Organisation, Role
from members.services.by import By
from members.text import listed
from reports.desk.demo import accounts, workbooks
from reports.desk.demo.facts import SCHEME_FILE, Facts
from reports.desk.demo.history import History
from reports.desk.demo.loading import SEEDED, Loading
from reports.desk.demo.plan import LEAST_MEMBERS_OF_A_BRANCH, Plan
from reports.desk.demo.tree import plant
from reports.desk.management.console import ConsoleCommand, aligned
from reports.tables import Align, Column, Table
from scoring.models import Scheme
from scoring.services.schemes import load_scheme

Asked = dict[str, int | None]
ARGUMENTS = ("branches", "members", "entries", "year", "seed")
LIMITS = {"branches": (1, 3_000), "members": (3, 200_000), "entries": (1, 500), "year": (2016, 2100)}
ACCOUNT_COLUMNS = (
    Column("address", gettext_lazy("Address"), align=Align.START),
    Column("username", gettext_lazy("User name"), align=Align.START),
    Column("who", gettext_lazy("Who it is"), align=Align.START),
    Column("password", gettext_lazy("Password"), align=Align.START),
)


class Command(ConsoleCommand):
    """Fills an empty installation, reproducibly: the same arguments give the same rows."""

    help = "A reproducible fictional sub-district, for trying the product out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The size of the demo, its year and seed, accounts, workbooks."""
        parser.add_argument("--branches", type=int, metavar="N", help="branches (12)")
        parser.add_argument("--members", type=int, metavar="N", help="members (400)")
        parser.add_argument("--entries-per-member", type=int, metavar="N", dest="entries",
                            help="entries of each member in the year; without it, as many as a branch would "
                                 "have, and a lighter year before")  # fmt: skip
        parser.add_argument("--year", type=int, metavar="Y", help="the year (this year)")
        parser.add_argument(
            "--seed", type=int, metavar="S", help="another seed gives another sub-district (1)"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="make accounts to sign in with, and print them"
        )
        parser.add_argument(
            "--at", default="", metavar="URL", help="where the site is, for the addresses that are printed"
        )
        parser.add_argument("--workbooks", type=Path, metavar="DIR", help="write workbooks, and no database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write workbooks, or fill the database once."""
        asked = {name: options[name] for name in ARGUMENTS}
        if options["workbooks"]:
            self._write(History(self._plan(asked)), options["workbooks"])
            return
        plan = self._seed(asked)
        if options["accounts"]:
            self._open_accounts(plan, options["at"].rstrip("/"))

    def _plan(self, asked: Asked) -> Plan:
        """The plan asked for, with the defaults; refused when it cannot be made."""
        today = timezone.localdate()
        for name, (least, most) in LIMITS.items():
            value = asked[name]
            if value is not None and not least <= value <= most:
                facts = {"name": name, "value": value, "least": least, "most": most}
                self.refuse(_("--%(name)s %(value)s: from %(least)s to %(most)s can be made.") % facts)
        plan = Plan(
            branches=asked["branches"] or 12,
            members=asked["members"] or 400,
            entries=asked["entries"],
            year=asked["year"] or today.year,
            seed=1 if asked["seed"] is None else asked["seed"],
            today=today,
        )
        if plan.year > today.year:
            self.refuse(_("The year %(year)s has not begun.") % {"year": plan.year})
        least = plan.branches * LEAST_MEMBERS_OF_A_BRANCH
        if plan.members < least:
            facts = {"branches": plan.branches, "least": least}
            self.refuse(_("%(branches)s branches need at least %(least)s members.") % facts)
        return plan

    def _write(self, history: History, folder: Path) -> None:
        try:
            written = workbooks.write(history, folder)
        except OSError as error:
            self.refuse(_("%(place)s: %(reason)s") % {"place": folder, "reason": why(error)})
        self.tell(
            _("%(file)s: %(rows)s rows") % {"file": folder / f"{kind}.xlsx", "rows": rows}
            for kind, rows in written.items()
        )

    def _seed(self, asked: Asked) -> Plan:
        """Put the demo in, unless it is there already; return its plan."""
        stored = LogRow.objects.filter(verb=SEEDED).order_by("pk").values_list("after", flat=True).first()
        if stored is not None:
            if any(stored[name] != value for name, value in asked.items() if value is not None):
                self.refuse(
                    _("Another demo is here already (%(arguments)s): take an empty database for this one.")
                    % {"arguments": _told(stored)}
                )
            self.stdout.write(_("The demo is here already (%(arguments)s).") % {"arguments": _told(stored)})
            return Plan(**stored, today=timezone.localdate())
        if Organisation.objects.exists():
            self.refuse(_("There are organisations here already: a demo needs an empty database."))
        plan = self._plan(asked)
        arguments = {name: getattr(plan, name) for name in asked}
        now = timezone.now()
        self._need_scheme(By.operator(now))
        try:
            Loading(History(plan), now).run(arguments)
        except Refused as error:
            self.refuse(*error.messages)
        self.stdout.write(
            _("A fictional sub-district is in place (%(arguments)s).") % {"arguments": _told(arguments)}
        )
        return plan

    def _need_scheme(self, by: By) -> None:
        """Load the sub-district's scheme where none is; another one must know the same roles."""
        if not Scheme.objects.published().exists():
            load_scheme(by=by, source=SCHEME_FILE.read_bytes())
        missing = set(Facts.read().quotas) - set(Role.objects.values_list("code", flat=True))
        if missing:
            facts = {"file": SCHEME_FILE.name, "roles": listed(sorted(missing))}
            self.refuse(_("The demo needs the roles of %(file)s; not here: %(roles)s.") % facts)

    def _open_accounts(self, plan: Plan, site: str) -> None:
        """Make the accounts that are not there yet, and print them all with the pages to begin with."""
        made = accounts.open_accounts(By.operator(timezone.now()), accounts.cast(plant(plan)), plan.first)
        rows = [
            {
                "address": site + account.address,
                "username": account.username,
                "who": " · ".join(filter(None, (str(account.duty.label), account.place))),
                "password": accounts.PASSWORD if password_holds else _("(changed)"),
            }
            for account, password_holds in made
        ]
        self.stdout.write("")
        self.tell(aligned(Table(ACCOUNT_COLUMNS, rows)))
        self.stdout.write(_("These accounts are for trying out only: their password is known to everybody."))


def _told(arguments: dict[str, int | None]) -> str:
    names = {"entries": "entries-per-member"}
    return " ".join(
        f"--{names.get(name, name)} {value}" for name, value in arguments.items() if value is not None
    )
