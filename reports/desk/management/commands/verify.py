"""`manage.py verify`: whether the log, and all that was frozen, still stand as they were written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from appraisal.models import Snapshot, SnapshotRow
from appraisal.services import snapshots
from members.models import LogRow
from members.services import log
from reports.desk.management.console import ConsoleCommand


class Command(ConsoleCommand):
    """Checks the chain of the log, the digests of what is frozen, and its totals against its lines."""

    help = "Check the log's chain and everything frozen; ends non-zero on any drift."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, name every fault, and end non-zero if there is any."""
        broken = self._check(
            _("Log: %(count)s rows") % {"count": LogRow.objects.count()},
            (_("Log row %(key)s %(what)s.") % {"key": key, "what": what} for key, what in log.faults()),
        )
        counts = {"count": Snapshot.objects.count(), "rows": SnapshotRow.objects.count()}
        broken += self._check(
            _("Frozen figures: %(count)s, with %(rows)s results") % counts,
            (
                _("Frozen figures %(key)s: %(what)s.") % {"key": key, "what": what}
                for key, what in snapshots.faults()
            ),
        )
        if broken:
            self.refuse(_("%(count)s faults: what is stored is not what was written.") % {"count": broken})
        self.stdout.write(_("All well."))

    def _check(self, what: str, faults: Iterable[str]) -> int:
        """Print what was checked and the faults found; return how many."""
        count = 0
        for fault in faults:
            count += 1
            self.stderr.write(fault)
        verdict = _("%(count)s faults") % {"count": count} if count else _("in order")
        self.stdout.write(_("%(what)s: %(verdict)s") % {"what": what, "verdict": verdict})
        return count
