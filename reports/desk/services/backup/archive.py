"""The archive: the dump of the database, the uploads, and last a manifest that says what they must be."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from members.errors import Refused, why
from reports.desk.services.backup.facts import Facts

FORMAT = 1
ENDING = ".tar.gz"
MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media"
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `files` are SHA-256 by name, `made` is a moment in ISO 8601."""

    format: int
    product: str
    engine: str
    made: str
    facts: Facts
    files: dict[str, str]

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """Raises Refused for what is no manifest, or one of a later format."""
        try:
            values = json.loads(text)
            if values["format"] > FORMAT:
                raise Refused(_("The backup was made by a newer version of the product."))
            return cls(**{**values, "facts": Facts(**values["facts"])})
        except (ValueError, TypeError, KeyError):
            raise Refused(_("The file is not a backup, or it is damaged.")) from None

    def text(self) -> bytes:
        """The manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """A folder for nobody else to read, on the disk of `beside`, gone afterwards."""
    folder = Path(mkdtemp(prefix=".backup-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Writer:
    """Writes an archive; what is added is hashed on its way in."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w:gz", compresslevel=6)  # noqa: SIM115
        self.files: dict[str, str] = {}

    def add(self, path: Path, name: str) -> None:
        """Add a file under a name."""
        with path.open("rb") as source:
            facts = tarfile.TarInfo(name)
            facts.size, facts.mode = os.fstat(source.fileno()).st_size, 0o600
            hashed = _Hashed(source)
            self._tar.addfile(facts, cast(BinaryIO, hashed))
            self.files[name] = hashed.digest.hexdigest()

    def add_media(self, root: Path) -> None:
        """Add every file of a folder of uploads; links are not followed."""
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                self.add(path, f"{MEDIA}/{path.relative_to(root).as_posix()}")

    def close(self, manifest: Manifest) -> None:
        """Add the manifest, and have the disk keep it all."""
        text = manifest.text()
        facts = tarfile.TarInfo(MANIFEST)
        facts.size, facts.mode = len(text), 0o600
        self._tar.addfile(facts, io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def unpack(path: Path, into: Path) -> Manifest:
    """Unpack an archive into an empty folder, as `database` and below `media`. Nothing else is written.

    Raises Refused where it is no backup, or where one byte is not what the manifest says.
    """
    found: dict[str, str] = {}
    manifest = None
    try:
        with gzip.open(path) as unzipped, tarfile.open(fileobj=unzipped, mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None or member.name in found or manifest is not None:
                    raise _damaged()
                if member.name == MANIFEST:
                    manifest = Manifest.read(file.read())
                else:
                    found[member.name] = _copy(cast(BinaryIO, file), into / _safe(member.name))
            while unzipped.read(PIECE):  # to the end, where the check sum of the whole stands
                pass
    except OSError as error:
        if error.errno:
            raise Refused(_("%(file)s: %(why)s.") % {"file": path, "why": why(error)}) from error
        raise _damaged() from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise _damaged() from error
    if manifest is None or found != manifest.files or DATABASE not in found:
        raise _damaged()
    (into / MEDIA).mkdir(mode=0o700, exist_ok=True)
    return manifest


def _damaged() -> Refused:
    return Refused(_("The file is not a backup, or it is damaged."))


def _safe(name: str) -> PurePosixPath:
    """A name inside the archive, as a path that leads nowhere else."""
    path = PurePosixPath(name)
    plain = (
        str(path) == name
        and not path.is_absolute()
        and not {"..", "."} & set(path.parts)
        and "\0" not in name
    )
    if not plain or not (name == DATABASE or (path.parts[0] == MEDIA and len(path.parts) > 1)):
        raise _damaged()
    return path


def _copy(source: BinaryIO, to: Path) -> str:
    digest = hashlib.sha256()
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def put(finished: Path, place: Path) -> None:
    """Give a finished file its name, never over another one. Raises Refused."""
    try:
        os.link(finished, place)
    except FileExistsError:
        raise Refused(_("%(file)s exists already.") % {"file": place}) from None
    except OSError:
        # A disk without such links; between the look and the move somebody would have to be very quick.
        if place.exists():
            raise Refused(_("%(file)s exists already.") % {"file": place}) from None
        finished.rename(place)


@contextmanager
def replaced(new: Path, place: Path) -> Iterator[None]:
    """Put a folder in the place of another, and put that one back if what is done meanwhile fails."""
    aside = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    if place.exists():
        place.rename(aside)
    try:
        new.rename(place)
        try:
            yield
        except BaseException:
            place.rename(new)
            raise
    except BaseException:
        if aside.exists():
            aside.rename(place)
        raise
    shutil.rmtree(aside, ignore_errors=True)
