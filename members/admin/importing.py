"""The pages of an import: upload, preview, confirmation; for whoever writes the kind, all or nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.utils.translation import gettext as _

from members.access import by_of, scope_of, unattended
from members.admin.outcome import sections
from members.admin.sending import file_response, place
from members.admin.waiting import as_json, waiting
from members.errors import OutOfScope, Refused
from members.forms import UploadForm
from members.models import ImportBatch, Organisation, StagedImport
from members.policy import Policy
from members.resources.base import Preview, Verb
from members.resources.branch import Branch
from members.resources.kind import Kind
from members.resources.limits import LIMITS, WorkbookRefused, megabytes
from members.resources.marking import write_marked
from members.resources.template import write_template
from members.resources.workbook import Workbook, read_workbook
from members.services import staging, underway
from members.services.by import By

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:
    Base = object


SALT = "members.admin.importing"


class ImportPages(Base):
    """Adds to a model's pages those by which its kind of sheet is imported."""

    policy: ClassVar[Policy]
    sheet: ClassVar[type[Kind] | None] = None
    """The kind of sheet that holds records of this model; without one there is no import."""

    def get_urls(self) -> list[Any]:
        """The pages of the import before all others, which would take its address for a key."""
        if self.sheet is None:
            return super().get_urls()
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name=self._url_name("import")),
            path("import/template/", wrap(self.template_view), name=self._url_name("import_template")),
            path("import/<uuid:key>/", wrap(self.preview_view), name=self._url_name("import_preview")),
            path(
                "import/<uuid:key>/progress/",
                wrap(unattended(self.progress_view)),
                name=self._url_name("import_progress"),
            ),
            *super().get_urls(),
        ]

    def import_url(self, request: HttpRequest) -> str | None:
        """Where an import begins; None for whoever imports nothing here."""
        return self._url("import") if self._imports(scope_of(request)) else None

    def import_page(self, page: str, key: UUID) -> str:
        """Where an upload's preview is, or its progress."""
        return self._url(page, key)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """What the sheet must look like, and the form that takes one."""
        kind, by = self._importing(request)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(kind, *sent)
        key = _key(request)
        with underway.watched(by=by, kind=kind.code, key=key):
            valid = form.is_valid()
        if valid:
            upload = staging.stage(
                by=by,
                kind=kind.code,
                key=key,
                file_name=form.cleaned_data["file"].name,
                content=form.content,
                session=_session(request),
            )
            return HttpResponseRedirect(self._url("import_preview", upload.pk))
        limits = {"megabytes": megabytes(LIMITS.file_bytes), "rows": f"{LIMITS.rows:,}"}
        columns: dict[str, Any] = {"columns": kind.columns, "template_url": self._url("import_template")}
        columns["last"] = _last(request.user, kind)
        key = uuid4()
        columns |= {"key": key, "progress_url": self.import_page("import_progress", key)}
        columns["waiting"] = waiting(request, [self])
        title = _("Import: %(kind)s") % {"kind": kind.title}
        return self._page(request, "admin/import_upload.html", title, form=form, limits=limits, **columns)

    def template_view(self, request: HttpRequest) -> FileResponse:
        """A workbook to fill in, which knows the user's members; with `org` those of one organisation."""
        kind, by = self._importing(request)
        organisation, name = None, place(by.scope)
        if code := request.GET.get("org"):
            mine = Organisation.objects.writable_by(by.scope)
            organisation = mine.filter(code=code).first() if code.isprintable() else None
            if organisation is None:
                raise Http404
            name = f"{organisation.code}-"
        sheet, branch = kind(), Branch(by.scope, organisation)

        def write(file: IO[bytes]) -> None:
            write_template(file, sheet, offers=sheet.offers(branch), filled=sheet.filled(branch))

        title = _("Template: %(kind)s") % {"kind": kind.title}
        return file_response(f"{name}{title}", write)

    def preview_view(self, request: HttpRequest, key: UUID) -> HttpResponseBase:
        """What the import would do; by POST it is confirmed, discarded, or handed back with marks."""
        kind, by = self._importing(request)
        try:
            upload = staging.staged(by=by, kind=kind.code, key=key)
        except OutOfScope as error:
            raise Http404 from error
        if request.method == "POST" and "discard" in request.POST:
            staging.discard(upload)
            underway.forget(by=by, key=key)
            messages.success(request, _("The file was discarded; nothing was imported."))
            return HttpResponseRedirect(self._url("import"))
        try:
            with underway.watched(by=by, kind=kind.code, key=key):
                workbook = read_workbook(BytesIO(upload.content))
                if "marked" in request.POST:
                    return self._marked(request, upload, workbook, kind().preview(workbook, by=by))
                if request.method == "POST":
                    return self._confirm(request, kind, upload, workbook)
                return self._show(request, upload, kind().preview(workbook, by=by))
        except WorkbookRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self._url("import"))

    def progress_view(self, request: HttpRequest, key: UUID) -> JsonResponse:
        """How far the work on the user's own upload has got; nobody else's is found, nor one that is done."""
        kind, by = self._importing(request)
        progress = underway.seen(by=by, key=key)
        if progress is None or progress.kind != kind.code:
            progress = None
            if key not in {upload.key for upload in staging.waiting(by=by, kinds=[kind.code])}:
                raise Http404
        return JsonResponse(as_json(progress, by.now))

    def _marked(
        self, request: HttpRequest, upload: StagedImport, workbook: Workbook, preview: Preview
    ) -> HttpResponseBase:
        """The file as it was sent, with what is wrong marked in it; in the session in which it was sent."""
        if not _own(request, upload):
            raise Http404
        again = HttpResponseRedirect(self._url("import_preview", upload.pk))
        if preview.ok:
            return again
        try:
            name = _("%(file)s, marked") % {"file": PurePath(upload.file_name).stem}
            return file_response(
                name, lambda file: write_marked(file, bytes(upload.content), workbook, preview)
            )
        except WorkbookRefused as refusal:
            messages.error(request, str(refusal))
            return again

    def _confirm(
        self, request: HttpRequest, kind: type[Kind], upload: StagedImport, workbook: Workbook
    ) -> HttpResponse:
        """Import what was shown; where that would no longer happen, write nothing and show it anew."""
        shown = request.POST.get("outcome")

        def asks() -> By:
            by = By.person(upload.user, timezone.now())
            if not self._imports(by.scope):
                raise Http404
            return by

        try:
            preview, written = kind.take_in(
                workbook,
                asks=asks,
                file_name=upload.file_name,
                agreed=lambda preview: preview.outcome == shown,
                frame=lambda: staging.claimed(upload),
            )
        except OutOfScope as error:
            return self._used_up(request, upload, error)
        except Refused as refusal:
            return self._show(request, upload, kind().preview(workbook, by=asks()), refusal.messages)
        if not written:
            if not staging.waits(upload):
                return self._used_up(request, upload)
            reason = _("The data has changed since the preview; nothing was written. This is what holds now.")
            return self._show(request, upload, preview, [reason])
        batch = None if preview.changes_nothing else _last(upload.user, kind)
        messages.success(request, _summary(preview, upload.file_name, batch))
        return HttpResponseRedirect(self._url("changelist"))

    def _used_up(
        self, request: HttpRequest, upload: StagedImport, error: OutOfScope | None = None
    ) -> HttpResponse:
        """The answer to the later of two buttons pressed at once; Http404 where it was none of them."""
        if staging.waits(upload):
            raise Http404 from error
        messages.warning(request, _("This file was imported or discarded already."))
        return HttpResponseRedirect(self._url("changelist"))

    def _show(
        self, request: HttpRequest, upload: StagedImport, preview: Preview, refusals: list[str] | None = None
    ) -> HttpResponse:
        context = {"upload": upload, "preview": preview, "refusals": refusals or [], **sections(preview)}
        context["markable"] = _own(request, upload)
        context["progress_url"] = self.import_page("import_progress", upload.key)
        title = _("Preview of the import")
        return self._page(request, "admin/import_preview.html", title, begins=self._url("import"), **context)

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        trail = [
            {"label": _("Data entry"), "url": reverse("admin:index")},
            {"label": str(self.opts.verbose_name_plural), "url": self._url("changelist")},
            {"label": title},
        ]
        return TemplateResponse(request, template, {"title": title, "trail": trail, **context})

    def _importing(self, request: HttpRequest) -> tuple[type[Kind], By]:
        """The kind and who asks; Http404 for whoever does not write records of this kind."""
        by = by_of(request)
        if self.sheet is None or not self._imports(by.scope):
            raise Http404
        return self.sheet, by

    def _imports(self, scope: Any) -> bool:
        return self.sheet is not None and self.policy.writes(scope)

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self._url_name(page)}", args=args)


def _key(request: HttpRequest) -> UUID:
    """The key under which the sent form asks its file to be kept."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _own(request: HttpRequest, upload: StagedImport) -> bool:
    """Whether the file was sent in this session."""
    return bool(upload.session) and constant_time_compare(upload.session, _session(request))


def _session(request: HttpRequest) -> str:
    """What tells the session from others, and nobody how to take it over.

    The upload keeps it: a list in the session would lose one of two files that are sent at once.
    """
    return salted_hmac(SALT, request.session.session_key or "", algorithm="sha256").hexdigest()


def _last(user: Any, kind: type[Kind]) -> ImportBatch | None:
    """The user's last import of the kind that stands."""
    found: ImportBatch | None = ImportBatch.objects.filter(actor=user, kind=kind.code, undone_at=None).first()
    return found


def _summary(preview: Preview, file_name: str, batch: ImportBatch | None) -> str:
    counts = preview.counts
    said = _("Imported %(file)s: %(new)s new, %(changed)s changed, %(same)s recorded already.") % {
        "file": file_name,
        "new": counts[Verb.NEW],
        "changed": counts[Verb.CHANGED],
        "same": counts[Verb.SAME],
    }
    if batch is None:
        return said
    address = reverse("admin:members_importbatch_change", args=[batch.pk])
    return format_html('{} <a href="{}">{}</a>', said, address, _("See what was imported"))
