"""What the histories call the steps of a branch's year; its pages are those of the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.admin.history import VERBS

VERBS.update(
    {
        "submit year": _("year submitted"),
        "post notice": _("notice posted"),
        "return year": _("year returned"),
        "approve year": _("year approved"),
        "reopen year": _("year reopened"),
        "remark on rows": _("remarks made"),
        "register objection": _("objection registered"),
        "answer objection": _("objection answered"),
        "open case": _("case opened"),
        "resume case": _("case resumed"),
        "withdraw case": _("case withdrawn"),
        "handle case": _("case handled"),
        "add review settings": _("settings of the review added"),
        "change review settings": _("settings of the review changed"),
    }
)
