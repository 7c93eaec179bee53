"""The page to sign in on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse, HttpResponseRedirect

from config.sessions import ended_of, sign_in


class SignIn(views.LoginView):
    """Django's own, which also says why somebody who was signed in no longer is."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session."""
        sign_in(self.request, form.get_user())
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the ended session, if there is one."""
        return super().get_context_data(ended=ended_of(self.request), **kwargs)
