"""What the addresses of the site are filled in with: a row of every model, and the other arguments."""

from __future__ import annotations

from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import resolve

from appraisal.models import BallotMeeting, Case
from members.models import Organisation
from members.services import guards
from reports.models import Notice, NoticeJob
from scoring.models import Activity, Scheme
from tests import reviews, rows, sheets
from tests.cast import Cast

READERS = ("owner", "committee", "administrator", "nobody", "confirming")
"""Who is asked in turn to read a page."""


BALLOT_PAGES = ("opinions", "count", "confirm", "recount", "sheet")


def every_row(cast: Cast) -> dict[type[models.Model], models.Model]:
    """A row of every model of the admin: the owner's branch's, or nobody's."""
    made = rows.of_members(cast, "DT0101", "M002", "本支部") | rows.of_accounts(cast)
    made[Organisation] = cast.organisations["DT0101"]
    for row in made.values():
        attach(row)
    for model in admin.site._registry:
        if model not in made:
            made[model] = model._default_manager.order_by("pk")[0]
    return made


def attach(row: models.Model) -> None:
    """Give the row a file wherever it may have one."""
    for field in row._meta.fields:
        if isinstance(field, models.FileField):
            name = field.storage.save(f"{field.name}/paper.pdf", ContentFile(b"%PDF-1.4"))
            with guards.lifted():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.name: name})


def values(cast: Cast) -> dict[str, object]:
    """The other arguments, by name; "address.argument" where the same name means different things."""
    scheme = Scheme.objects.get()
    activity = Activity.objects.exclude(attachment="").order_by("pk")[0].pk
    return {
        "pk": activity,
        "activity": activity,
        "meeting": (held := BallotMeeting.objects.order_by("pk")[0]).pk,
        "kind": "papers",
        "ballot.year": held.year,
        **{f"ballot_{page}.pk": held.pk for page in BALLOT_PAGES},
        "case.pk": Case.objects.get(branch_year__organisation__code="DT0101").pk,
        **_submitted(cast),
        **_noticed(),
        **{
            f"{page}.pk": NoticeJob.objects.get(organisation__code="DT0101").pk
            for page in ("job", "job_progress", "job_file")
        },
        "file": "merged",
        "code": "DT0101",
        "number": "M001",
        "year": rows.YEAR,
        "app_label": "scoring",
        "audience": "secretary",
        "slug": "meeting",
        "version": scheme.version,
        "scheme.code": scheme.code,
        "scheme_file.code": scheme.code,
        **uploads(cast.client(cast.owner), cast.client(cast.administrator)),
    }


def _noticed() -> dict[str, object]:
    """Arguments of the pages of a notice."""
    notice = Notice.objects.get(organisation__code="DT0101")
    pages = ("branch_notice", "notice_paper", "notice_photo")
    return {f"{page}.pk": notice.pk for page in pages} | {"token": notice.token}


def _submitted(cast: Cast) -> dict[str, object]:
    """Arguments of the pages of a branch's year, for one that is submitted."""
    snapshot = reviews.submitted(cast, year=reviews.YEAR - 1).snapshot
    assert snapshot is not None
    pages = ("branch_year", "branch_review", "branch_submission", "branch_form")
    found: dict[str, object] = {f"{page}.year": reviews.YEAR - 1 for page in pages}
    return found | {"branch_submission.pk": snapshot.pk}


def uploads(secretary: Client, administrator: Client) -> dict[str, object]:
    """The key of an upload of every kind of sheet that waits to be confirmed, by the preview's address."""
    keys = {}
    for kind in sheets.PAGES:
        client = administrator if kind == "organisations" else secretary
        answer = sheets.upload(client, kind, sheets.exported(client, kind))
        if answer.status_code == 302:  # a sheet without a row is refused
            preview = resolve(answer["Location"])
            keys[f"{preview.view_name}.key"] = preview.kwargs["key"]
            keys[f"{preview.view_name.replace('preview', 'progress')}.key"] = preview.kwargs["key"]
    return keys
