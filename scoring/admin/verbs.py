"""What the log's verbs of this app are called on history pages."""

from django.utils.translation import gettext_lazy as _

from members.admin.history import CODES, LABELS, SHEETS, VERBS, WORDS
from members.models import Role
from scoring.enums import Presence
from scoring.models import Indicator


def names_of_codes() -> dict[str, str]:
    """Indicators and roles by their codes."""
    rows = [*Indicator.objects.all(), *Role.objects.select_related("category")]
    return {row.code: str(row) for row in rows}


CODES.append(names_of_codes)
LABELS["role_code"] = _("role")
WORDS.update(dict(Presence.choices))
SHEETS.update(
    {
        "entries": _("Ledger entries"),
        "judged": _("Judged standards"),
        "bonus": _("Bonus points"),
        "waivers": _("Waivers"),
    }
)
VERBS.update(
    {
        "record entry": _("entry recorded"),
        "correct entry": _("entry corrected"),
        "withdraw entry": _("entry withdrawn"),
        "record entries": _("entries recorded"),
        "record dues": _("dues recorded"),
        "judge standard": _("standard judged"),
        "judge standards": _("standards judged"),
        "withdraw judgement": _("judgement withdrawn"),
        "grant bonus": _("bonus granted"),
        "correct bonus": _("bonus corrected"),
        "withdraw bonus": _("bonus withdrawn"),
        "waive indicator": _("indicator waived"),
        "withdraw waiver": _("waiver withdrawn"),
        "record wish": _("wish recorded"),
        "withdraw care": _("wish withdrawn"),
        "log care visit": _("care visit recorded"),
        "withdraw carevisit": _("care visit withdrawn"),
        "plan activity": _("activity planned"),
        "attach file": _("photo or document kept"),
        "remove file": _("photo or document removed"),
        "withdraw activity": _("activity withdrawn"),
        "record attendance": _("attendance recorded"),
        "adopt adjustment": _("adjustment adopted"),
        "replace adjustment": _("adjustment replaced"),
        "withdraw adjustment": _("adjustment withdrawn"),
        "load scheme": _("scheme loaded"),
        "import entries": _("entries imported"),
        "import judged": _("judged standards imported"),
        "import bonus": _("bonus imported"),
        "import waivers": _("waivers imported"),
    }
)
