"""What the log's verbs of this app are called on history pages."""

from django.utils.translation import gettext_lazy as _

from members.admin.history import VERBS, WORDS
from scoring.enums import Presence

WORDS.update(dict(Presence.choices))
VERBS.update(
    {
        "record entry": _("recorded"),
        "correct entry": _("corrected"),
        "withdraw entry": _("withdrawn"),
        "judge standard": _("judged"),
        "withdraw judgement": _("withdrawn"),
        "grant bonus": _("granted"),
        "correct bonus": _("corrected"),
        "withdraw bonus": _("withdrawn"),
        "waive indicator": _("waived"),
        "withdraw waiver": _("withdrawn"),
        "record wish": _("wish recorded"),
        "withdraw care": _("withdrawn"),
        "log care visit": _("visit recorded"),
        "withdraw carevisit": _("withdrawn"),
        "plan activity": _("planned"),
        "withdraw activity": _("withdrawn"),
        "record attendance": _("attendance recorded"),
        "adopt adjustment": _("adopted"),
        "replace adjustment": _("replaced"),
        "withdraw adjustment": _("withdrawn"),
        "load scheme": _("scheme loaded"),
        "import entries": _("imported"),
        "import judged": _("imported"),
        "import bonus": _("imported"),
        "import waivers": _("imported"),
    }
)
