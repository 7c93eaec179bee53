"""Restoring a backup: everything is checked first, and then put in place wholly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from members.errors import Refused, why
from members.models import LogRow, User
from members.services import guards
from reports.desk.services.backup import archive
from reports.desk.services.backup.facts import collect, tables
from reports.desk.services.backup.making import engine, product


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `outdated` where its tables are those of an earlier version."""

    manifest: archive.Manifest
    outdated: bool


def restore(*, file: Path, force: bool = False) -> Restored:
    """Put a backup in the place of the database and the uploads.

    Raises Refused: for a damaged file, another engine, a newer version, an installation that holds something
    already (unless `force`), and when what was restored is not what the manifest says.
    """
    media = Path(settings.MEDIA_ROOT)
    if not force and _in_use(media):
        raise Refused(_("This installation holds data. It is replaced only with --force."))
    try:
        with archive.workshop(media.parent) as shop:
            manifest = archive.unpack(file, shop)
            outdated = _outdated(manifest)
            if connection.vendor == "sqlite":
                with engine().tried(shop / archive.DATABASE):
                    _compare(manifest, outdated)
            with archive.replaced(shop / archive.MEDIA, media):
                engine().restore(shop / archive.DATABASE)
    except OSError as error:
        raise Refused(_("%(file)s: %(why)s.") % {"file": file, "why": why(error)}) from error
    _compare(manifest, outdated)
    if not outdated:
        guards.install()
    return Restored(manifest, outdated)


def _in_use(media: Path) -> bool:
    """Whether the installation holds accounts, a log or uploads. Raises Refused where it cannot be read."""
    try:
        there = tables()
        rows = any(model._meta.db_table in there and model._base_manager.exists() for model in (User, LogRow))
    except DatabaseError as error:
        raise Refused(
            _("The present database cannot be read; move it away first: %(why)s.") % {"why": error}
        ) from error
    return rows or any(path.is_file() for path in media.rglob("*"))


def _outdated(manifest: archive.Manifest) -> bool:
    """Whether the tables of the backup are those of an earlier version. Raises Refused if it does not fit."""
    if manifest.engine != connection.vendor:
        raise Refused(
            _("The backup is of %(theirs)s, and this installation uses %(ours)s.")
            % {"theirs": manifest.engine, "ours": connection.vendor}
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    theirs = set(manifest.facts.migrations)
    if _numbers(manifest.product) > _numbers(product()) or not theirs <= known:
        raise Refused(_("The backup was made by a newer version of the product."))
    return theirs != known


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


def _compare(manifest: archive.Manifest, outdated: bool) -> None:
    """Raise Refused where the database is not what the manifest says; of old tables scores cannot be read."""
    differing = manifest.facts.differences(collect(scores=not outdated))
    if differing:
        raise Refused(_("The restored copy differs: %(what)s.") % {"what": ", ".join(differing)})
