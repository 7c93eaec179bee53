"""Texts of Django that people see here, and that its own Chinese catalogues lack or put badly.

Named here, they are collected with the project's own, and our catalogues translate them.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

LACKING = (
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    gettext_noop("Model name"),
    gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
REWORDED = (
    gettext_noop(":"),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("You don’t have permission to view or edit anything."),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("Add %s"),
    gettext_noop("Breadcrumbs"),
    gettext_noop("Change %s"),
    gettext_noop("Filter"),
    gettext_noop("Models in the %(name)s application"),
    gettext_noop("Save and add another"),
    gettext_noop("Start typing to filter…"),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("View %s"),
)
