"""The members app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Organisations, members and the kernel that every other app builds on."""

    name = "members"
    verbose_name = _("Organisations and members")
