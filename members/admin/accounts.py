"""Pages of accounts and duties, for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from members import policy
from members.access import by_of, scope_of
from members.admin.base import RecordedAdmin, ScopedAdmin, Way
from members.admin.filters import CurrencyFilter, WithinFilter
from members.admin.of_member import LastingMixin
from members.enums import DutyKind
from members.errors import Refused
from members.forms import AccountForm, NewAccountForm, PasswordForm
from members.markup import stretch
from members.models import Duty, User
from members.services import accounts, duties, second_factor
from members.services.by import By
from members.text import listed

sensitive = method_decorator(sensitive_post_parameters("password1", "password2"))


class SignInFilter(admin.SimpleListFilter):
    """Accounts by whether they may sign in."""

    title = gettext_lazy("may sign in")
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        if self.value() not in ("yes", "no"):
            raise IncorrectLookupParameters
        return queryset.filter(is_active=self.value() == "yes")


class DutyFilter(admin.SimpleListFilter):
    """Accounts by what they do today."""

    title = gettext_lazy("duty today")
    parameter_name = "duty"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*DutyKind.choices, ("none", _("None"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        held = Duty.objects.in_force(scope_of(request).on).filter(user=OuterRef("pk"))
        match self.value():
            case None:
                return queryset
            case "none":
                return queryset.filter(~Exists(held))
            case kind if kind in DutyKind.values:
                return queryset.filter(Exists(held.filter(kind=kind)))
        raise IncorrectLookupParameters


def duty_text(duty: Duty) -> str:
    """A duty and where it is done."""
    kind = duty.get_kind_display()
    return f"{kind} · {duty.organisation}" if duty.organisation else kind


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """Accounts: a name, a password, whether it may sign in; duties are given on their own page."""

    policy = policy.ACCOUNTS
    list_display = ("username", "full_name", "duties_now", "may_sign_in", "last_login")
    list_display_links = ("username", "full_name")
    list_filter = (SignInFilter, DutyFilter)
    search_fields = ("username", "first_name")
    search_help_text = gettext_lazy("User name or full name")
    readonly_fields = ("password_link", "second_factor_link", "duties_shown")
    fixed_fields = ("username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Accounts with their duties of today."""
        held = Duty.objects.in_force(scope_of(request).on).select_related("organisation").order_by("start")
        return super().get_queryset(request).prefetch_related(Prefetch("duties", held, to_attr="held"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            secret = {"fields": ["password1", "password2"]}
            return [(_("Who"), {"fields": ["username", "first_name"]}), (_("First password"), secret)]
        return [
            (_("Who"), {"fields": ["username", "first_name", "seen"]}),
            (_("Signing in"), {"fields": ["is_active", "password_link", "second_factor_link"]}),
            (_("What the user does here"), {"fields": ["duties_shown"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = NewAccountForm if obj is None else AccountForm
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.password_view)
        factor = self.admin_site.admin_view(self.second_factor_view)
        return [
            path("<path:object_id>/password/", page, name="members_user_password"),
            path("<path:object_id>/second-factor/", factor, name="members_user_second_factor"),
            *super().get_urls(),
        ]

    @sensitive
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    @sensitive
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set an account's password."""
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

    def second_factor_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take an account's second factor away; it can be set up anew after that."""
        user = self.get_object(request, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            try:
                second_factor.reset(by=by_of(request), user=user)
                messages.success(request, _("The second factor of %(user)s was reset.") % {"user": user})
            except Refused as refusal:
                messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(reverse("admin:members_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reset the second factor of %(user)s") % {"user": user},
            "subtitle": None,
            "object": user,
            "opts": self.opts,
            "set_up": second_factor.confirmed(user),
        }
        return TemplateResponse(request, "admin/members/user/second_factor.html", context)

    def store(self, by: By, obj: User, form: Any, *, new: bool) -> None:
        if not new:
            accounts.correct_account(by=by, user=obj)
            return
        opened = duties.open_account(
            by=by,
            username=obj.username,
            password=form.cleaned_data["password1"],
            full_name=obj.first_name,
            given=True,
        )
        obj.pk = opened.pk

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """To the duty of the new account, which may do nothing without one; or to another account."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request,
            _("The account “%(user)s” is opened. It sees nothing before it has a duty: give it one here.")
            % {"user": obj},
        )
        return HttpResponseRedirect(self._duty_url(obj))

    def ways(self, request: HttpRequest, obj: User | None) -> Sequence[Way]:
        """From an account to a new duty of it."""
        return () if obj is None else ((_("Give a duty"), self._duty_url(obj)),)

    def _duty_url(self, user: User) -> str:
        return f"{reverse('admin:members_duty_add')}?user={user.pk}"

    @admin.display(description=gettext_lazy("full name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        """The name that the site shows."""
        return user.get_full_name()

    @admin.display(description=gettext_lazy("duties today"))
    def duties_now(self, user: Any) -> str:
        """What the user does today."""
        return listed(duty_text(duty) for duty in user.held)

    @admin.display(description=gettext_lazy("may sign in"), ordering="is_active")
    def may_sign_in(self, user: User) -> str:
        """Yes or no."""
        return _("Yes") if user.is_active else _("No")

    @admin.display(description=gettext_lazy("duties"))
    def duties_shown(self, user: User) -> SafeString | str:
        """All duties, the newest first, each leading to its page."""
        rows = user.duties.select_related("organisation").order_by("-start")
        lines = (
            (
                reverse("admin:members_duty_change", args=[duty.pk]),
                stretch(duty.start, duty.end),
                duty_text(duty),
            )
            for duty in rows
        )
        shown = format_html_join("", '<div><a href="{}">{}</a> {}</div>', lines)
        return shown or _("No duty: the account signs in and sees nothing.")

    @admin.display(description=gettext_lazy("password"))
    def password_link(self, user: User) -> SafeString:
        """The way to the page where it is set."""
        url = reverse("admin:members_user_password", args=[user.pk])
        return format_html('<a href="{}">{}</a>', url, _("Set a new password"))

    @admin.display(description=gettext_lazy("second factor"))
    def second_factor_link(self, user: User) -> SafeString | str:
        """The way to the page where it is reset, if there is one."""
        if not second_factor.confirmed(user):
            return _("none")
        url = reverse("admin:members_user_second_factor", args=[user.pk])
        return format_html('<a href="{}">{}</a>', url, _("Reset the second factor"))


@admin.register(Duty)
class DutyAdmin(LastingMixin, RecordedAdmin):
    """Duties, from which everything a user may see and write follows."""

    policy = policy.ACCOUNTS
    deletable = True
    fieldsets = (
        (
            gettext_lazy("Who does what, and where"),
            {
                "fields": ("user", "kind", "organisation"),
                "description": gettext_lazy("A duty reaches the organisation and all below it."),
            },
        ),
        (gettext_lazy("How long"), {"fields": ("start", "end")}),
    )
    help_texts = {
        "organisation": gettext_lazy("Empty for an administrator, and for nobody else."),
        "end": gettext_lazy("The last day; empty until further notice. Who leaves gets an end here."),
    }
    list_display = ("user", "kind", "organisation", "start", "end", "state")
    list_filter = ("kind", CurrencyFilter, WithinFilter)
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "user__first_name", "=organisation__code", "organisation__name")
    search_help_text = gettext_lazy("User name or full name; name or code of the organisation")
    autocomplete_fields = ("user",)
    date_hierarchy = "start"

    def ways(self, request: HttpRequest, obj: Duty | None) -> Sequence[Way]:
        """From a duty to the account that has it."""
        return (
            () if obj is None else ((_("Account"), reverse("admin:members_user_change", args=[obj.user_id])),)
        )

    def store(self, by: By, obj: Duty, form: Any, *, new: bool) -> None:
        duties.save_duty(by=by, duty=obj)

    def withdraw(self, by: By, obj: Duty) -> None:
        duties.withdraw_duty(by=by, duty=obj)
