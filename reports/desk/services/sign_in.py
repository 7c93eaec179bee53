"""The sheet that those who are expected at an activity sign."""

from __future__ import annotations

from django.utils import translation

from members.scope import Scope
from reports.periods import day_text
from reports.print.documents import SignInSheet, print_document
from reports.print.engine import PrintedPage
from reports.services.settings import SettingsBook
from scoring.models import Activity
from scoring.services.attendance import expected


def sign_in_pdf(activity: Activity, scope: Scope) -> PrintedPage:
    """The sheet of an activity that the scope reads, in the language of the organisation's pages."""
    lines = expected(activity, scope, to_write=False)
    language = SettingsBook().terms(activity.organisation).language
    with translation.override(language):
        sheet = SignInSheet(
            organisation=activity.organisation.name,
            title=activity.title,
            kind=activity.kind.name,
            date=day_text(activity.date),
            place=activity.place,
            names=[line.member.name for line in lines],
        )
    return print_document(sheet, language)
