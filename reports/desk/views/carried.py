"""Doing what a form about a branch's year asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest

from appraisal.forms.years import YearForm
from members.errors import OutOfScope, Refused, Stale


def carried_out(request: HttpRequest, form: YearForm, act: Callable[[], object], done: str) -> bool:
    """Do what the form says if it can be done, and tell so; what stands against it is in the form.

    Where somebody else has changed the year meanwhile that is told instead, and the page is to be shown as it
    is now. Raises Http404 for what is not the user's to write.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except OutOfScope:
        raise Http404 from None
    except Stale as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Refused as refusal:
        form.report(refusal)
        return False
    else:
        messages.success(request, done)
    return True
