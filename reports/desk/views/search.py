"""The search that every page offers: members, organisations and users, within what the user sees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from members import policy
from members.access import about, scope_of
from reports.desk.forms import SearchForm
from reports.desk.services.search import MOST, Found, search


@about(policy.SIGNED_IN)
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found; a single hit is opened at once."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = search(words, scope_of(request)) if words else Found()
    if len(found.urls) == 1:
        return redirect(found.urls[0])
    return render(request, "desk/search.html", {"form": form, "words": words, "found": found, "most": MOST})
