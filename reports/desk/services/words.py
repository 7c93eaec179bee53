"""Words for what the rules only have codes for."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.rules.annual import Status
from reports.desk.services.choosing import Going

STATUS: dict[Status, Promise] = {
    Status.SCORED: _("Scored"),
    Status.NOT_APPRAISED: _("Not appraised"),
    Status.NO_MONTHS: _("No month counts"),
    Status.EXEMPT: _("Not scored"),
}
"""What a member's result holds, or why it holds no figures."""

STATUS_EXPLAINED: dict[Status, Promise] = {
    Status.SCORED: _("All figures are there."),
    Status.NOT_APPRAISED: _(
        "The annual score needs the democratic appraisal, and no valid vote is recorded."
    ),
    Status.NO_MONTHS: _(
        "The role is scored, but no month of the year counts: too new, or on leave all year."
    ),
    Status.EXEMPT: _("The role is not scored; nothing that is recorded becomes points."),
}
"""The same in a sentence."""

GOING: dict[Going, Promise] = {Going.AHEAD: _("Ahead"), Going.BEHIND: _("Behind")}
"""How far somebody has come."""
