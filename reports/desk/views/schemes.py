"""The pages of schemes, for everybody with a duty: which is in force where, and each version to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from members.models import Organisation
from reports.desk.forms import AdjustmentsForm, YearForm
from reports.desk.services.scheme import listing
from reports.desk.services.scheme.page import adjustments, scheme_page
from scoring.models import Scheme


@about(policy.RULES)
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """Which scheme is in force where in a year, and every version."""
    scope = scope_of(request)
    form = YearForm(request.GET, today=scope.on)
    context = {
        "form": form,
        "trail": [{"label": _("Schemes")}],
        "versions": listing.versions(scope),
        "governing": [],
    }
    if form.is_valid():
        year = form.cleaned_data["year"]
        context |= {"year": year, "governing": listing.governing(year, scope)}
    return render(request, "desk/schemes.html", context)


@about(policy.RULES)
@require_safe
def scheme(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version of a scheme, with the adjustments of a year where the reader's duty reads."""
    scope = scope_of(request)
    found = _find(request, code, version)
    organisations = Organisation.objects.readable_by(scope)
    form = AdjustmentsForm(request.GET, today=scope.on, organisations=organisations)
    context = {
        "page": scheme_page(found, scope),
        "form": form,
        "reads": bool(scope.reads),
        "first_year": listing.first_year(found),
        "trail": [{"label": _("Schemes"), "url": reverse("schemes")}, {"label": found.edition}],
    }
    if scope.reads and form.is_valid():
        year, organisation = form.cleaned_data["year"], form.cleaned_data["organisation"]
        context |= {"year": year, "adjustments": adjustments(found, year, scope, organisation)}
    return render(request, "desk/scheme.html", context)


@about(policy.RULES)
@require_safe
def scheme_file(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The file of a scheme as it was loaded, to look at; links that download it name it themselves."""
    return HttpResponse(_find(request, code, version).source, content_type="text/plain; charset=utf-8")


def _find(request: HttpRequest, code: str, version: int) -> Scheme:
    """The published version, or Http404 where there is none."""
    visible = Scheme.objects.visible_to(scope_of(request)).published()
    return get_object_or_404(visible, code=code, version=version)
