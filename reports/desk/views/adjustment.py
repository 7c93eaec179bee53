"""A branch adjustment 微调 step by step: of what, with which list, what it would do, by which resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import policy
from members.access import about, by_of, scope_of
from members.errors import OutOfScope, Refused
from members.models import Organisation, Role
from reports.desk.services.adjusted import differences, in_words
from reports.desk.services.formulas import plain
from reports.desk.services.whatif import WhatIf, what_if
from scoring.forms.adjustments import AdjustmentForm, MatrixForm, SubjectForm
from scoring.models import Adjustment
from scoring.services import adjustments
from scoring.services.scores import NoScheme


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One line of the matrix: the standard in words beside the fields; `quota` is None for what is judged."""

    wording: str
    standard: str
    quota: Any
    points: Any


@about(policy.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def adjustment(request: HttpRequest, code: str) -> HttpResponse:
    """The query says of what; the list is then filled in, weighed, and adopted by a resolution."""
    scope = scope_of(request)
    organisation = get_object_or_404(Organisation.objects.writable_by(scope), code=code)
    subject = SubjectForm(
        request.GET or None,
        organisation=organisation,
        roles=Role.objects.visible_to(scope).select_related("category").order_by("category__order", "order"),
        year=scope.on.year,
    )
    scores = reverse("branch_scores", args=[organisation.code])
    trail = [{"label": organisation.name, "url": scores}, {"label": _("Adjustment")}]
    context = {"organisation": organisation, "subject": subject, "trail": trail}
    if not subject.is_valid():
        return render(request, "desk/adjustment/subject.html", context)
    context["title"] = _("Adjust %(role)s of %(organisation)s for %(year)s") % {
        "role": subject.cleaned_data["local"] or subject.cleaned_data["role"],
        "organisation": organisation,
        "year": subject.cleaned_data["year"],
    }
    try:
        return _second(request, subject, context)
    except OutOfScope:
        raise Http404 from None


def _second(request: HttpRequest, subject: SubjectForm, context: dict[str, Any]) -> HttpResponse:
    """The list; once it may be adopted, what it would do and the resolution."""
    proposed = _proposed(subject)
    local = subject.local_role()
    optional = local is not None or subject.cleaned_data["role"].organisation_id is not None
    rows = subject.rows()
    matrix = MatrixForm.with_rows(rows, optional=optional)(request.POST if request.method == "POST" else None)
    if matrix.is_bound and matrix.is_valid() and "again" not in request.POST:
        by, lines = by_of(request), matrix.lines()
        weighed = Adjustment(organisation=proposed.organisation, year=proposed.year)
        weighed.pk, weighed.version = proposed.pk, proposed.version
        if local is None:
            weighed.role = proposed.role
        confirmed = "seen" in request.POST
        form_class = AdjustmentForm.with_rows(rows, optional=optional)
        try:
            adjustments.check_proposal(by=by, adjustment=weighed, lines=lines, local=local is not None)
            with transaction.atomic():
                effect = what_if(adjustment=weighed, lines=lines, local=local is not None, scope=by.scope)
                form = _resolution(form_class, request, proposed, confirmed, matrix.cleaned_data)
                stale = confirmed and request.POST["seen"] != effect.digest
                if confirmed and not stale and form.is_valid() and _adopted(request, form, subject):
                    messages.success(request, _("The adjustment is adopted."))
                    page = reverse("branch_scores", args=[proposed.organisation.code])
                    return redirect(f"{page}?year={proposed.year}")
        except NoScheme as problem:
            matrix.report(problem)
        except Refused as refusal:
            matrix.report(refusal)
        else:
            return render(request, "desk/adjustment/effect.html", {**context, **_shown(effect, form, stale)})
    context["matrix"] = matrix
    context["rows"] = list(_matrix_rows(matrix, subject))
    return render(request, "desk/adjustment/matrix.html", context)


def _proposed(subject: SubjectForm) -> Adjustment:
    """The stored adjustment that is to be replaced, or a new one."""
    chosen = subject.adjustment()
    if subject.cleaned_data["local"]:
        return chosen
    stored = Adjustment.objects.filter(organisation=chosen.organisation, year=chosen.year, role=chosen.role)
    return stored.select_related("organisation", "role__category").first() or chosen


def _resolution(
    form_class: type[AdjustmentForm],
    request: HttpRequest,
    stored: Adjustment,
    confirmed: bool,
    lines: dict[str, Any],
) -> AdjustmentForm:
    """The form of the resolution; the list goes along unseen."""
    if confirmed:
        form = form_class(request.POST, request.FILES, instance=stored)
    else:
        form = form_class(instance=stored, initial=lines)
    for row in form.rows:
        for name in row.names:
            form.fields[name].widget = HiddenInput()
    return form


def _adopted(request: HttpRequest, form: AdjustmentForm, subject: SubjectForm) -> bool:
    """Store it; what the service refuses stands beside the fields, and nothing is stored."""
    made = form.save(commit=False)
    try:
        if made.pk is not None:
            adjustments.replace_adjustment(by=by_of(request), adjustment=made, lines=form.lines())
        else:
            local = subject.local_role()
            adjustments.adopt_adjustment(by=by_of(request), adjustment=made, lines=form.lines(), local=local)
    except Refused as refusal:
        form.report(refusal)
        return False
    return True


def _shown(effect: WhatIf, form: AdjustmentForm, stale: bool) -> dict[str, Any]:
    changes = differences(effect.effective) if effect.effective else []
    stored = "remove_file" in form.fields
    scan_url = reverse("admin:scoring_adjustment_scan", args=[form.instance.pk]) if stored else ""
    return {"effect": effect, "differences": changes, "form": form, "stale": stale, "scan_url": scan_url}


def _matrix_rows(matrix: MatrixForm, subject: SubjectForm) -> list[MatrixRow]:
    own = () if subject.cleaned_data["local"] else subject.effective.unadjusted
    standard = {row.code: row for row in own}
    for row in matrix.rows:
        if (asked := standard.get(row.indicator.code)) is not None:
            # The page's script marks what differs from these.
            for name, value in zip(reversed(row.names), (plain(asked.points), asked.quota), strict=False):
                matrix.fields[name].widget.attrs["data-standard"] = value
        matrix.fields[row.names[-1]].widget.attrs["data-points"] = ""
    return [
        MatrixRow(
            wording=row.wording,
            standard=in_words(standard[row.indicator.code]) if row.indicator.code in standard else "",
            quota=matrix[row.names[0]] if len(row.names) > 1 else None,
            points=matrix[row.names[-1]],
        )
        for row in matrix.rows
    ]
