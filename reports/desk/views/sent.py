"""How printed pages are sent."""

from __future__ import annotations

from django.http import HttpResponse


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """A PDF to download under the name."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
