"""`manage.py reset_second_factor`: for the administrator whose device is lost while there is no other one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import User
from members.services import second_factor
from members.services.by import By
from reports.desk.management.console import ConsoleCommand


class Command(ConsoleCommand):
    """Takes an account's second factor away, as another administrator would; the log says by whom."""

    help = "Take an account's second factor away, so that a new device can be set up; the log keeps it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account."""
        parser.add_argument("username", metavar="NAME", help="the name with which the account signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it, or say why not and end non-zero."""
        name = options["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            self.refuse(_("There is no account “%(name)s”.") % {"name": name})
        try:
            second_factor.reset(by=By.operator(timezone.now()), user=user)
        except Refused as refusal:
            self.refuse(*refusal.messages)
        self.tell([_("The second factor of %(user)s was reset.") % {"user": user}])
