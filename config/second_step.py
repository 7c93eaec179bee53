"""The step after the password: where there is a second factor, no page opens before its code was given."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config import resume
from members import policy
from members.access import by_of, scope_of
from members.errors import Refused
from members.models import SecondFactor, User
from members.services import second_factor

OFF, OFFERED, REQUIRED = "off", "offered", "required"
"""What an installation may choose: nobody has one; whoever wants; committee and administrators must."""

CODE, LATE = "second-step-code", "second-step-typed"
"""Names of the fields of the page that asks for the code."""

PASSED = "second-step-passed"
"""Where a session keeps for which factor the code was given: a new one asks again."""

BEFORE = {"logout", "set_language"}
"""Pages that open before it."""


class SecondStep(MiddlewareMixin):
    """Asks whoever has signed in for the code; the page stands where the one that was asked for would.

    A form that comes before the code was given is kept in it, and sent again with the code.
    """

    def process_request(self, request: HttpRequest) -> None:
        """See whether the password is all that was given yet: so also pages of errors know it."""
        request.half_signed_in = request.code_asked = False  # type: ignore[attr-defined]
        if settings.SECOND_FACTOR == OFF or not request.user.is_authenticated:
            return
        stamp = second_factor.stamp(request.user)
        if stamp and request.session.get(PASSED) == stamp:
            return
        missing = not stamp and settings.SECOND_FACTOR == REQUIRED and concerns(request)
        request.code_asked = bool(stamp)  # type: ignore[attr-defined]
        request.half_signed_in = bool(stamp) or missing  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """The page that asks, or None where the page that was asked for may open."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.half_signed_in or name in BEFORE:  # type: ignore[attr-defined]
            return None
        if not getattr(view_func, "login_required", True):
            return None
        if request.code_asked:  # type: ignore[attr-defined]
            return _asked(request)
        if name == "second_step":
            return None
        if request.method == "POST":
            kept = resume.Kept.from_request(request, cast(User, request.user))
            return _setting_up(request, kept, status=403)
        return HttpResponseRedirect(reverse("second_step"))


def concerns(request: HttpRequest) -> bool:
    """Whether the second factor is meant for whoever asks: committee and administrators."""
    return policy.SECOND_FACTOR.reads(scope_of(request))


def pending(user: User) -> bool:
    """Whether the password alone does not sign the account in."""
    return settings.SECOND_FACTOR != OFF and second_factor.confirmed(user)


def counts(request: HttpRequest) -> bool:
    """Whether a code is being checked, whose failures are kept apart: as those of a browser of its name."""
    return getattr(request, "counts_codes", False)


@sensitive_post_parameters(CODE, "code")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The page on which an account gets its second factor: begin, confirm, and the recovery codes, once."""
    user, said, refusals, codes = cast(User, request.user), request.POST.get("do"), [], []
    if settings.SECOND_FACTOR == OFF:
        return render(request, "registration/second_factor.html", {"off": True})
    if not concerns(request):
        raise Http404
    if "picture" in request.GET:
        return _picture(SecondFactor.objects.filter(user=user).first())
    kept = resume.Kept.read(request.POST.get(LATE, ""))
    if kept is not None and kept.user != str(user.pk):
        kept = None
    try:
        if said == "begin":
            second_factor.begin(user=user)
            if kept is None:
                return HttpResponseRedirect(reverse("second_step"))
        if said == "confirm":
            codes = second_factor.confirm(by=by_of(request), code=request.POST.get("code", ""))
            _passed(request)
    except Refused as refusal:
        refusals = refusal.messages
    return _setting_up(request, kept, codes=codes, refusals=refusals)


def _setting_up(
    request: HttpRequest,
    kept: resume.Kept | None,
    *,
    codes: Sequence[str] = (),
    refusals: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The page on which the factor is set up; a form that was sent before is kept in it until then."""
    factor = SecondFactor.objects.filter(user=cast(User, request.user)).first()
    context = {
        "off": False,
        "required": settings.SECOND_FACTOR == REQUIRED,
        "factor": factor,
        "spelled": second_factor.spelled(factor) if factor and not factor.confirmed_at else "",
        "codes": codes,
        "refusals": refusals,
        "kept": kept,
        "signed": kept.signed() if kept else "",
        "late": LATE,
        "again": resume.FIELD,
    }
    return render(request, "registration/second_factor.html", context, status=status)


def _asked(request: HttpRequest) -> HttpResponse | None:
    """Check the code that was sent; without one, or with a wrong one, the page that asks for it."""
    user = cast(User, request.user)
    kept, wrong = None, False
    if request.method == "POST" and CODE in request.POST:
        named = {"username": user.get_username()}
        kept = resume.Kept.read(request.POST.get(LATE, ""), request.get_full_path())
        AxesProxyHandler.update_request(request)
        request.axes_user_agent = CODE  # type: ignore[attr-defined]
        request.counts_codes = True  # type: ignore[attr-defined]
        if not AxesProxyHandler.is_allowed(request, named):
            return get_lockout_response(request, credentials=named)
        if second_factor.check(by=by_of(request), code=request.POST[CODE]):
            _passed(request)
            if kept is None or kept.user != str(user.pk) or kept.typed is None:
                return HttpResponseRedirect(request.get_full_path())
            resume.restore(request, kept)
            return None
        wrong = True
        user_login_failed.send(sender=__name__, credentials=named, request=request)
        if getattr(request, "axes_locked_out", False):
            return get_lockout_response(request, credentials=named)
    elif request.method == "POST":
        kept = resume.Kept.from_request(request, user)
    return _page(request, kept, status=403 if kept else 200, wrong=wrong)


def locked(request: HttpRequest, minutes: int) -> HttpResponse:
    """The page that asks, while for so many minutes no code is taken: what was typed before stays in it."""
    kept = resume.Kept.read(request.POST.get(LATE, ""), request.get_full_path())
    return _page(request, kept, status=429, minutes=minutes)


def _page(
    request: HttpRequest, kept: resume.Kept | None, *, status: int, wrong: bool = False, minutes: int = 0
) -> HttpResponse:
    context = {
        "kept": kept,
        "signed": kept.signed() if kept else "",
        "wrong": wrong,
        "minutes": minutes,
        "failures": settings.AXES_FAILURE_LIMIT,
        "code": CODE,
        "late": LATE,
    }
    return render(request, "registration/second_step.html", context, status=status)


def _passed(request: HttpRequest) -> None:
    """Begin the session that the password alone did not begin: under a new key, failures forgotten."""
    request.half_signed_in = False  # type: ignore[attr-defined]
    request.session.cycle_key()
    request.session[PASSED] = second_factor.stamp(cast(User, request.user))
    AxesProxyHandler.reset_attempts(username=request.user.get_username())


def _picture(factor: SecondFactor | None) -> HttpResponse:
    """The code that a device takes with its camera; there is none once it was confirmed."""
    if factor is None or factor.confirmed_at is not None:
        raise Http404
    picture = segno.make(second_factor.address(factor, _("Members’ points")), micro=False)
    drawn = BytesIO()
    picture.save(drawn, kind="svg", scale=5, border=4, light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
