"""Making a backup: dump, pack, and try out what was packed before it is called a backup."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from members.errors import Refused, why
from reports.desk.services.backup import archive, postgres, sqlite
from reports.desk.services.backup.facts import collect


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup; `untried` says why it was not tried out, and is empty where it was."""

    path: Path
    manifest: archive.Manifest
    untried: str


def engine() -> ModuleType:
    """How the database in use is copied: `dump`, `tried` and `restore`."""
    return sqlite if connection.vendor == "sqlite" else postgres


def product() -> str:
    """The version of the product."""
    declared = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())
    return str(declared["project"]["version"])


def make(*, to: str, now: datetime, unverified: bool = False) -> Made:
    """Write a backup to `to`, never over another file.

    A path that ends as an archive does is that of the file; any other, or one with a slash at the end, is a
    folder, which is made where there is none. The backup is restored from the archive into a database of its
    own and compared before it gets its name. With `unverified` one that cannot be tried out is kept all the
    same. Raises Refused.
    """
    place = Path(to).absolute()
    try:
        if place.is_dir() or to.endswith("/") or not place.name.endswith(archive.ENDING):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = _free(place, now)
        elif place.exists():
            raise Refused(_("%(file)s exists already.") % {"file": place})
        with archive.workshop(place.parent) as shop:
            packed = shop / "backup.tar.gz"
            manifest = _pack(packed, shop / archive.DATABASE, now)
            untried = ""
            try:
                _try(packed, shop / "tried")
            except postgres.MayNotTry as refusal:
                if not unverified:
                    raise
                untried = " ".join(refusal.messages)
            archive.put(packed, place)
    except OSError as error:
        raise Refused(_("%(file)s: %(why)s.") % {"file": place, "why": why(error)}) from error
    return Made(place, manifest, untried)


def _free(folder: Path, now: datetime) -> Path:
    """A name of the moment in the folder, with a number where one was made in the same second."""
    name = f"points-{localtime(now):%Y%m%d-%H%M%S}"
    names = (f"{name}{number}{archive.ENDING}" for number in ("", *(f"-{at}" for at in range(2, 100))))
    return next(place for place in (folder / one for one in names) if not place.exists())


def _pack(packed: Path, dump: Path, now: datetime) -> archive.Manifest:
    """Dump the database and then pack it with the uploads, which only grow: none that a row names lacks."""
    facts = engine().dump(dump)
    writer = archive.Writer(packed)
    writer.add(dump, archive.DATABASE)
    dump.unlink()
    writer.add_media(Path(settings.MEDIA_ROOT))
    manifest = archive.Manifest(
        format=archive.FORMAT,
        product=product(),
        engine=connection.vendor,
        made=now.isoformat(timespec="seconds"),
        facts=facts,
        files=writer.files,
    )
    writer.close(manifest)
    return manifest


def _try(packed: Path, into: Path) -> None:
    """Unpack and restore the archive aside, and compare everything with what the manifest says."""
    into.mkdir(mode=0o700)
    manifest = archive.unpack(packed, into)
    with engine().tried(into / archive.DATABASE):
        differing = manifest.facts.differences(collect())
    if differing:
        raise Refused(_("The restored copy differs: %(what)s.") % {"what": ", ".join(differing)})
