"""How a file is sent that a row keeps: to download, and never to run in the browser."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def kept_file(file: FieldFile, name: str) -> FileResponse:
    """The file under a name without an ending, to which its own is added. Raises Http404 where it is lost."""
    ending = str(file.name).rpartition(".")[2]
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        opened,
        as_attachment=True,
        filename=f"{name}.{ending}",
        headers={"X-Content-Type-Options": "nosniff"},
    )
