"""Addresses of the whole site: sign-in and language here, everything else in the apps."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config import second_step
from config.first_password import OwnPassword
from config.signin import SignIn
from members import policy
from members.access import about

public, own = about(policy.PUBLIC), about(policy.SIGNED_IN)

urlpatterns = [
    path("accounts/login/", public(SignIn.as_view()), name="login"),
    path("accounts/logout/", public(auth.LogoutView.as_view()), name="logout"),
    path("accounts/password/", own(OwnPassword.as_view()), name="password_change"),
    path(
        "accounts/password/done/",
        own(auth.PasswordChangeDoneView.as_view(extra_context={"signed": ""})),
        name="password_change_done",
    ),
    path("accounts/second-step/", own(second_step.set_up), name="second_step"),
    path("accounts/language/", public(set_language), name="set_language"),
    # One sign-in page for the whole site: the admin's own would look different and know nothing of duties.
    path("admin/login/", public(RedirectView.as_view(pattern_name="login", query_string=True))),
    path("admin/", admin.site.urls),
    path("", include("scoring.urls")),
    path("", include("appraisal.urls")),
    path("", include("reports.desk.urls")),
]
