"""Pages of accounts and duties, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from members import policy
from members.access import by_of
from members.admin.base import RecordedAdmin, ScopedAdmin
from members.forms import AccountForm, NewAccountForm, PasswordForm
from members.models import Duty, User
from members.services import accounts, duties
from members.services.by import By

sensitive = method_decorator(sensitive_post_parameters("password1", "password2"))


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """Accounts: a name, a password, whether it may sign in; duties are given on their own page."""

    policy = policy.ACCOUNTS
    list_display = ("username", "full_name", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name")
    readonly_fields = ("password_link",)
    fixed_fields = ("username",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return ["username", "first_name", "password1", "password2"]
        return ["username", "first_name", "is_active", "password_link", "seen"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = NewAccountForm if obj is None else AccountForm
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.password_view)
        return [path("<path:object_id>/password/", page, name="members_user_password"), *super().get_urls()]

    @sensitive
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    @sensitive
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set an account's password."""
        self._hide(request)
        user = self.get_object(request, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        form = PasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            accounts.set_password(by=by_of(request), user=user, password=form.cleaned_data["password1"])
            messages.success(request, _("The password of %(user)s has been set.") % {"user": user})
            return HttpResponseRedirect(reverse("admin:members_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Set the password of %(user)s") % {"user": user},
            "subtitle": None,
            "object": user,
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/members/user/password.html", context)

    def store(self, by: By, obj: User, form: Any, *, new: bool) -> None:
        if not new:
            accounts.correct_account(by=by, user=obj)
            return
        opened = duties.open_account(
            by=by, username=obj.username, password=form.cleaned_data["password1"], full_name=obj.first_name
        )
        obj.pk = opened.pk

    @admin.display(description=gettext_lazy("full name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        """The name that the site shows."""
        return user.get_full_name()

    @admin.display(description=gettext_lazy("password"))
    def password_link(self, user: User) -> SafeString:
        """The way to the page where it is set."""
        url = reverse("admin:members_user_password", args=[user.pk])
        return format_html('<a href="{}">{}</a>', url, _("Set a new password"))


@admin.register(Duty)
class DutyAdmin(RecordedAdmin):
    """Duties, from which everything a user may see and write follows."""

    policy = policy.ACCOUNTS
    deletable = True
    fields = ("user", "kind", "organisation", "start", "end")
    list_display = ("user", "kind", "organisation", "start", "end")
    list_filter = ("kind", "organisation")
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "user__first_name", "organisation__code", "organisation__name")
    autocomplete_fields = ("user",)

    def store(self, by: By, obj: Duty, form: Any, *, new: bool) -> None:
        duties.save_duty(by=by, duty=obj)

    def withdraw(self, by: By, obj: Duty) -> None:
        duties.withdraw_duty(by=by, duty=obj)
