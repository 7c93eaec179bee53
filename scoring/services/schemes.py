"""Loading a scheme file: its rows made, published and bound to an organisation in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.db import IntegrityError
from django.utils.translation import gettext as _

from members.errors import Refused
from members.models import Organisation, YearLock
from members.services import guards, log, recording
from members.services.by import By
from scoring.models import Scheme, SchemeScope
from scoring.services.scheme_faults import LOAD
from scoring.services.scheme_rows import make_rows
from scoring.services.schemefile import digest_of, read_scheme, text_of
from scoring.services.standards import StandardsBook


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: `published` a new scheme, `bound` it to an organisation, or neither."""

    scheme: Scheme
    published: bool
    bound: bool


def load_scheme(*, by: By, source: bytes, organisation: Organisation | None = None) -> Loaded:
    """Publish the scheme of a file for an organisation and all below it (None: for the whole tree).

    A file loaded already is only bound to the organisation; nothing is done where it is bound too.
    Raises SchemeFileError with every problem of the file, Refused for a file changed under a published
    version or one that would reach into closed years, OutOfScope unless `by` is an administrator.
    """
    recording.permit_administration(by)
    document = read_scheme(source)
    text = text_of(source)
    try:
        with guards.writing():
            stored = Scheme.objects.published().filter(code=document.code, version=document.version).first()
            if stored is not None:
                _refuse_changed(stored, text)
                if stored.scopes.filter(organisation=organisation).exists():
                    return Loaded(stored, published=False, bound=False)
            _refuse_closed(stored, document.effective_from, organisation)
            scheme = stored or make_rows(document, text=text, digest=digest_of(text), now=by.now)
            SchemeScope.objects.create(scheme=scheme, organisation=organisation)
            after = {
                "code": scheme.code,
                "version": scheme.version,
                "digest": scheme.digest,
                "organisation": organisation.code if organisation else None,
            }
            log.record(by=by, verb=LOAD, obj=scheme, organisation=organisation, after=after)
    except IntegrityError as error:
        raise Refused(_("Somebody else has just loaded this scheme; try again.")) from error
    return Loaded(scheme, published=stored is None, bound=True)


def _refuse_changed(stored: Scheme, text: str) -> None:
    """Raise Refused, naming the first line that differs, unless the text is the published one."""
    if stored.digest == digest_of(text):
        return
    pairs = zip_longest(stored.source.split("\n"), text.split("\n"))
    line = next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)
    raise Refused(
        _(
            "%(edition)s is published, and this file differs from it (first in line %(line)s). "
            "A published scheme is never altered: give the file a new version."
        ),
        params={"edition": stored.edition, "line": line},
    )


def _refuse_closed(stored: Scheme | None, effective_from: date, organisation: Organisation | None) -> None:
    """Raise Refused when the scheme would newly govern a year that approval has closed there."""
    first = effective_from.year + (effective_from > date(effective_from.year, 1, 1))
    locks = YearLock.objects.filter(year__gte=first).order_by("year")
    if organisation is not None:
        locks = locks.filter(member__postings__organisation__path__startswith=organisation.path)
    path = organisation.path if organisation else ""
    for year in locks.values_list("year", flat=True).distinct():
        governing = StandardsBook.for_year(year).scheme(path)
        if stored is None or governing is None or governing.pk != stored.pk:
            raise Refused(
                _(
                    "The year %(year)s is closed for members there, and this scheme would govern it: "
                    "its “effective_from” must be later than 1 January %(year)s."
                ),
                params={"year": year},
            )
