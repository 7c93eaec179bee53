"""The export of a list: what is seen, as a workbook; of the kinds that can be imported in their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime

from members.access import scope_of
from members.admin.sending import place, workbook_response
from members.policy import Policy
from members.resources.base import shown
from members.resources.kind import Kind
from members.resources.stored import AT_ONCE

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:
    Base = object

OF_THE_PAGE = ("p", "all", "e", "_popup", "_to_field")
"""Parameters of a list that say how it is shown, not what."""


class ExportPages(Base):
    """Adds to a model's list its export."""

    not_exported: ClassVar[tuple[str, ...]] = ("action_checkbox",)
    """Columns that only lead somewhere, and say nothing in a workbook."""

    policy: ClassVar[Policy]
    sheet: ClassVar[type[Kind] | None]
    complete: Callable[[HttpRequest, Iterable[Any]], None]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=self._export_name), *super().get_urls()]

    def export_url(self, request: HttpRequest) -> str:
        """Where the list is exported as it is seen: with its search, filters and order."""
        query = request.GET.copy()
        for name in OF_THE_PAGE:
            query.pop(name, None)
        url = reverse(f"admin:{self._export_name}")
        return f"{url}?{query.urlencode()}" if query else url

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as a workbook."""
        scope = scope_of(request)
        if not self.policy.reads(scope):
            raise Http404
        try:
            chosen = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))
        if self.sheet is not None:
            title = str(self.sheet.title)
            header = [column.header for column in self.sheet.columns]
            rows = self.sheet().stored_rows(chosen, scope)
        else:
            title = str(self.opts.verbose_name_plural)
            columns = [name for name in self.get_list_display(request) if name not in self.not_exported]
            header = [capfirst(str(label_for_field(name, self.model, self))) for name in columns]
            rows = self._listed(request, chosen, columns)
        return workbook_response(f"{place(scope)}{title}-{scope.on:%Y-%m-%d}", title, header, rows)

    @property
    def _export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def _listed(
        self, request: HttpRequest, chosen: QuerySet[Any], columns: Sequence[Any]
    ) -> Iterator[list[Any]]:
        rows = chosen.iterator(chunk_size=AT_ONCE)
        while portion := list(islice(rows, AT_ONCE)):
            self.complete(request, portion)
            for row in portion:
                yield [_plain(*lookup_field(name, row, self)[::2]) for name in columns]


def _plain(field: Any, value: Any) -> Any:
    """A value of a list as it stands in a cell."""
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None)
    if isinstance(value, SafeString):
        return unescape(strip_tags(value))
    if value is None or (isinstance(value, (int, Decimal)) and not isinstance(value, bool)):
        return value
    return value if hasattr(value, "isoformat") else shown(value)
