"""`manage.py verify`: whether the log, and all that was frozen, still stand as they were written."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import BranchYear, Snapshot, SnapshotRow
from appraisal.services import approved, snapshots, tampering
from members.models import LogRow, YearLock
from members.services import files, guards, log, staging
from reports.desk.management.console import ConsoleCommand
from reports.models import Notice
from reports.services import notices
from scoring.models import Scheme
from scoring.services import scheme_faults


class Command(ConsoleCommand):
    """Checks the log, what is frozen, decided or approved, schemes, closed years and their guards.

    Kept files that no row names are told beside; they are no drift.
    """

    help = "Check the log's chain and everything frozen; ends non-zero on any drift."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, name every fault, and end non-zero if there is any."""
        broken = self._check(
            _("Log: %(count)s rows") % {"count": LogRow.objects.count()},
            (_("Log row %(key)s %(what)s.") % {"key": key, "what": what} for key, what in log.faults()),
        )
        counts = {"count": Snapshot.objects.count(), "rows": SnapshotRow.objects.count()}
        unsound = list(snapshots.faults())
        broken += self._check(
            _("Frozen figures: %(count)s, with %(rows)s results") % counts,
            (_("Frozen figures %(key)s: %(what)s.") % {"key": key, "what": what} for key, what in unsound),
        )
        broken += self._check(
            _("Schemes: %(count)s") % {"count": Scheme.objects.count()},
            (_("Scheme %(edition)s: its text or its rows are not what was published.") % {"edition": edition}
             for edition in scheme_faults.faults()),
        )  # fmt: skip
        broken += self._check(
            _("Approved years of branches: %(count)s") % {"count": BranchYear.objects.approved().count()},
            (
                _("%(branch)s, %(year)s: the ledger does not give what was approved: %(what)s.")
                % {"branch": one.organisation.code, "year": one.year, "what": what}
                for one, what in approved.faults({key for key, _what in unsound})
            ),
        )
        broken += self._check(
            _("Years of branches, objections and cases: %(count)s")
            % {"count": sum(model._base_manager.count() for model in tampering.TOLD)},
            (
                _("%(record)s %(what)s.") % {"record": which, "what": what}
                for which, what in tampering.altered()
            ),
        )
        broken += self._check(
            _("Notices: %(count)s") % {"count": Notice.objects.count()},
            chain(
                (
                    _("Notice %(key)s %(what)s.") % {"key": key, "what": what}
                    for key, what in notices.faults()
                ),
                (
                    _("%(record)s %(what)s.") % {"record": which, "what": what}
                    for which, what in tampering.altered((Notice,))
                ),
            ),
        )
        broken += self._check(
            _("Closed years: %(count)s") % {"count": YearLock.objects.count()},
            chain(
                (
                    _("%(member)s, %(year)s: %(what)s.") % {"member": member, "year": year, "what": what}
                    for member, year, what in tampering.locks()
                ),
                (
                    _("Closed years are not guarded by the database in %(table)s; “migrate” mends that.")
                    % {"table": table}
                    for table in guards.faults()
                ),
            ),
        )
        for name in files.orphans(before=timezone.now() - staging.KEPT_FOR):
            self.stdout.write(
                _("No record names the file %(name)s; “clear_uploads” deletes it.") % {"name": name}
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
