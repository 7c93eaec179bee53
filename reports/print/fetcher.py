"""What a printed page may load: the packaged stylesheets and the fonts of the stack, and nothing else."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse


class FetchRefused(Exception):
    """A page asked for something that is neither a packaged stylesheet nor a font; rendering stops."""


class PackagedOnly(URLFetcher):
    """Serves an allow-list of local files; every other address, whatever its scheme, ends the rendering."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Allow exactly these files."""
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)
        self._files = {path.resolve().as_uri(): path for path in files}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file behind an allowed address. Raises FetchRefused for any other."""
        path = self._files.get(url)
        if path is None:
            raise FetchRefused(f"A printed page loads packaged files only, not {url[:200]!r}.")
        kind = "text/css" if path.suffix == ".css" else "font/sfnt"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
