"""Care of a branch: who is cared for, by whom, and the visits of a year, recorded and corrected in place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.models import Organisation
from members.text import is_key
from scoring.forms.care import CareVisitForm
from scoring.models import CareVisit
from scoring.services import ledger
from scoring.services.care import CaredFor, cared_for
from scoring.services.naming import offered
from scoring.services.roll import kept
from scoring.views.places import begun, branch_of, carry_out, page_context, require_writer, stored

DAY = "care_day"
"""Under this the session keeps the day of the visit recorded last: several are made on one day."""


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def care_visits(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The visits of the year by member; a POST records one, or corrects or withdraws that of `?visit`."""
    organisation, year = branch_of(request, code), begun(request, year)
    visit = _asked(request, organisation, year)
    if request.method == "POST" or visit.pk:
        require_writer(request, organisation)
    if "withdraw" in request.POST and visit.pk:
        return _withdrawn(request, organisation, visit)
    context = page_context(request, organisation, "care_visits", year=year)
    people = [] if context["crowded"] else list(kept(organisation, scope_of(request)).order_by("number"))
    cared = [] if context["crowded"] else cared_for(organisation, year, scope_of(request))
    form = CareVisitForm(
        request.POST if request.method == "POST" else None,
        instance=visit,
        initial={} if visit.pk else {"date": _day(request, year), "member": _meant(request, cared)},
        in_care=[one.member for one in cared if one.in_care or one.member.pk == visit.member_id],
        people=people,
        contacts={
            one.member.pk: one.care.contact.name for one in cared if one.care and one.care.contact is not None
        },
    )
    save = partial(ledger.save_care_visit, by=by_of(request), visit=form.instance)
    if form.is_bound and form.is_valid() and stored(form, save):
        request.session[DAY] = form.instance.date.isoformat()
        messages.success(request, _("Saved: the visit to %(visit)s.") % {"visit": _named(form.instance)})
        return redirect("care_visits", code=organisation.code, year=form.instance.date.year)
    context |= {
        "form": form,
        "visit": visit,
        "cared_for": cared,
        "in_care": offered(form.in_care),
        "people": offered(people),
    }
    return render(request, "scoring/care.html", context)


def _asked(request: HttpRequest, organisation: Organisation, year: int) -> CareVisit:
    """The visit that `?visit` names, or a new one. Raises Http404 for one that is not of this page."""
    key = request.GET.get("visit", "")
    if not key:
        return CareVisit()
    if not is_key(key):
        raise Http404
    members = kept(organisation, scope_of(request)).order_by()
    rows = CareVisit.objects.filter(member__in=members, date__year=year).select_related("member")
    visit: CareVisit = get_object_or_404(rows, pk=key)
    return visit


def _meant(request: HttpRequest, cared: Iterable[CaredFor]) -> str:
    """Whom `?member` names by number, where it is somebody in care here."""
    number = request.GET.get("member", "")
    return next((str(one.member) for one in cared if one.in_care and one.member.number == number), "")


def _day(request: HttpRequest, year: int) -> str:
    """The day of the visit recorded last, or today; empty in a year in which neither lies."""
    days = (request.session.get(DAY, ""), scope_of(request).on.isoformat())
    return next((day for day in days if day.startswith(f"{year}-")), "")


def _withdrawn(request: HttpRequest, organisation: Organisation, visit: CareVisit) -> HttpResponse:
    """Take a visit back that nobody has changed since it was shown."""
    if str(visit.version) != request.POST.get("version_read"):
        messages.error(request, _("Somebody else has changed this visit meanwhile."))
        return redirect(request.get_full_path())
    withdraw = partial(ledger.withdraw, by=by_of(request), row=visit)
    carry_out(request, withdraw, _("Taken back: the visit to %(visit)s.") % {"visit": _named(visit)})
    return redirect("care_visits", code=organisation.code, year=visit.date.year)


def _named(visit: CareVisit) -> str:
    return f"{visit.member.name} · {date_format(visit.date)}"
