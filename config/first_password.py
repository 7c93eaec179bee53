"""The own password: its page, and that whoever has one that was given changes it before anything else."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from config import resume
from members.access import by_of
from members.errors import Refused
from members.models import User
from members.services import accounts

KEPT = "first-password-typed"
"""Name of the field in which the page keeps a form that was sent before the password was changed."""

BEFORE = {"logout", "set_language", "second_step", "password_change", "password_change_done"}
"""Pages that open before it."""


class FirstPassword(MiddlewareMixin):
    """Leads whoever has signed in with a password that somebody else set to the page where it is changed."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """The way to that page, or None where the page that was asked for may open."""
        if not must_change(request) or not getattr(view_func, "login_required", True):
            return None
        if request.resolver_match is not None and request.resolver_match.view_name in BEFORE:
            return None
        if request.method == "POST":
            kept = resume.Kept.from_request(request, cast(User, request.user))
            form = PasswordChangeForm(cast(User, request.user))
            return render(request, TEMPLATE, _context(request, kept) | {"form": form}, status=403)
        return HttpResponseRedirect(reverse("password_change"))


TEMPLATE = "registration/password_change_form.html"


class OwnPassword(views.PasswordChangeView):
    """Django's own, which stores through the service, and keeps what was typed before."""

    template_name = TEMPLATE

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password; the session goes on, under a new key."""
        try:
            accounts.choose_password(by=by_of(self.request), password=form.cleaned_data["new_password1"])
        except Refused as refusal:
            form.add_error("new_password1", " ".join(refusal.messages))
            return self.form_invalid(form)
        user = cast(User, self.request.user)
        user.refresh_from_db()
        update_session_auth_hash(self.request, user)
        kept = _kept(self.request)
        if kept is None or kept.typed is None:
            return HttpResponseRedirect(reverse("password_change_done"))
        context = {"kept": kept, "signed": kept.signed(), "again": resume.FIELD}
        return render(self.request, "registration/password_change_done.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what was typed before, if anything was."""
        return super().get_context_data(**kwargs) | _context(self.request, _kept(self.request))


def must_change(request: HttpRequest) -> bool:
    """Whether the user of the request has signed in with a password that somebody else set."""
    half = getattr(request, "code_asked", False)
    return request.user.is_authenticated and not half and request.user.password_given


def _kept(request: HttpRequest) -> resume.Kept | None:
    kept = resume.Kept.read(request.POST.get(KEPT, ""))
    return kept if kept is not None and kept.user == str(request.user.pk) else None


def _context(request: HttpRequest, kept: resume.Kept | None) -> dict[str, Any]:
    return {
        "given": must_change(request),
        "kept": kept,
        "signed": kept.signed() if kept else "",
        "late": KEPT,
    }
