"""The container of a workbook: told apart from other files, unpacked within limits, rebuilt."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _

from members.resources.limits import Limits, WorkbookRefused, megabytes

_CHUNK = 1 << 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_FLAG = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def damaged() -> WorkbookRefused:
    """Return the refusal of a file whose inside does not hold together."""
    return WorkbookRefused(_("The file is damaged: open it in Excel or WPS, and save it again as .xlsx."))


class Package:
    """The parts of an .xlsx file, whose sizes are what they unpack to and not what its directory claims.

    Raises WorkbookRefused for anything that is no .xlsx file, is locked with a password, or unpacks to
    more than the limits allow, measured while unpacking.
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._limits = limits
        _refuse_other_files(content)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as error:
            raise damaged() from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        members = self._archive.infolist()
        if len(members) > limits.parts:
            raise damaged()
        for info in members:
            if info.flag_bits & _ENCRYPTED_FLAG:
                raise _locked()
            if info.compress_type not in _METHODS:
                raise damaged()
            self._parts.setdefault(key_of(info.filename), info)
        if "xl/workbook.bin" in self._parts or "content.xml" in self._parts:
            raise WorkbookRefused(_("The file is a workbook of another kind: save it as .xlsx."))
        if "_rels/.rels" not in self._parts and "xl/workbook.xml" not in self._parts:
            raise _not_a_workbook()
        self._unpacked = 0
        self._counted: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return key_of(name) in self._parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of one part piece by piece; a part that is not there refuses the file."""
        info = self._parts.get(key_of(name))
        if info is None:
            raise damaged()
        counted = key_of(name) in self._counted
        self._counted.add(key_of(name))
        for chunk in self._unpack(info):
            if not counted:
                self._count(chunk)
            yield chunk

    def content(self, name: str) -> bytes:
        """Return the content of one part; one that is not there refuses the file."""
        return b"".join(self.chunks(name))

    def size(self, name: str) -> int:
        """Return how many bytes the file says that a part has; it may be wrong."""
        info = self._parts.get(key_of(name))
        return 0 if info is None else info.file_size

    def names(self) -> list[str]:
        """Return the names of the parts as the file writes them."""
        return [info.filename for info in self._parts.values()]

    def count_rest(self) -> None:
        """Unpack every part that nobody asked for, so that the measure is that of the whole file."""
        for info in self._archive.infolist():
            if self._parts[key_of(info.filename)] is not info or key_of(info.filename) not in self._counted:
                for chunk in self._unpack(info):
                    self._count(chunk)

    def _count(self, chunk: bytes) -> None:
        self._unpacked += len(chunk)
        if self._unpacked > self._limits.unpacked_bytes:
            raise WorkbookRefused(
                _("The file unpacks to more than %(limit)s MB: delete what is not needed, or split it.")
                % {"limit": megabytes(self._limits.unpacked_bytes)}
            )

    def _unpack(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._archive.open(info) as part:
                while chunk := part.read(_CHUNK):
                    yield chunk
        except _BROKEN as error:
            raise damaged() from error


def rebuilt(out: IO[bytes], *, sheet_name: str, date1904: bool) -> zipfile.ZipFile:
    """Return a new workbook of one sheet, to be filled with `sheet1.xml` and the parts it needs.

    The reader is given this and not the file itself: so it can see nothing but what was checked,
    whatever two programs may make of an ambiguous archive.
    """
    archive = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
    archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
    archive.writestr("_rels/.rels", _relationships({"officeDocument": "xl/workbook.xml"}))
    archive.writestr(
        "xl/_rels/workbook.xml.rels",
        _relationships(
            {
                "worksheet": "worksheets/sheet1.xml",
                "sharedStrings": "sharedStrings.xml",
                "styles": "styles.xml",
            }
        ),
    )
    archive.writestr(
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(date1904)}"/>'
        f'<sheets><sheet name={quoteattr(sheet_name)} sheetId="1" r:id="rId1"/></sheets></workbook>',
    )
    return archive


def _relationships(targets: dict[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _refuse_other_files(content: bytes) -> None:
    if not content:
        raise WorkbookRefused(_("The file is empty."))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _locked()
        if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
            raise WorkbookRefused(_("The file is a workbook of the old .xls kind: save it as .xlsx."))
        raise _not_a_workbook()
    if not content.startswith(b"PK"):
        raise _not_a_workbook()


def _not_a_workbook() -> WorkbookRefused:
    return WorkbookRefused(_("The file is not a workbook: choose an .xlsx file as Excel and WPS save it."))


def _locked() -> WorkbookRefused:
    return WorkbookRefused(_("The file is protected with a password: save a copy without one."))


def key_of(name: str) -> str:
    """Return a part's name as it is looked up: some programs write backslashes or other capitals."""
    return name.replace("\\", "/").lstrip("/").lower()
