"""From a template to a PDF: fonts kept warm, packaged files only, the same bytes for the same page."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from reports.print.fetcher import FetchRefused, PackagedOnly
from reports.print.fonts import CWTEX_FILE, LANGUAGES, faces, families, stylesheet
from reports.print.measure import SIZES
from reports.tables import WIDTH_PARTS

STYLES = Path(__file__).parent / "styles"
PAPER = STYLES / "paper.css"
WIDE = STYLES / "wide.css"
FORMS = STYLES / "forms.css"
CARD = STYLES / "card.css"
HANDED = STYLES / "handed.css"
SHEETS = (PAPER, WIDE, FORMS, CARD, HANDED)
FETCHED = settings.BASE_DIR / "var/fonts/FandolFang-Regular.otf"
WIDTHS = "\n".join(
    f".part-{part} {{ width: {100 * part / WIDTH_PARTS:g}% }}" for part in range(1, WIDTH_PARTS + 1)
)
"""The classes that give a table's columns their widths."""
TYPES = "\n".join(f".cards .size-{size} {{ font-size: {size / 2:g}pt }}" for size in SIZES)
"""The classes that give the cards of a page the sizes of their type."""


@dataclass(frozen=True, slots=True)
class MissingGlyphs:
    """A warning for whoever prints: these characters came out as empty boxes."""

    characters: frozenset[str]

    def __str__(self) -> str:
        listed = ", ".join(f"{char} (U+{ord(char):04X})" for char in sorted(self.characters))
        return _(
            "No installed font has these characters, so the page shows empty boxes for them: %(characters)s"
        ) % {"characters": listed}


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A finished PDF, its number of pages, and the characters that no font had a glyph for."""

    pdf: bytes
    pages: int
    missing: frozenset[str]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to tell the user of missing glyphs; empty when all is well."""
        return (str(MissingGlyphs(self.missing)),) if self.missing else ()


class _GlyphWatch(logging.Filter):
    """Takes WeasyPrint's lines about missing glyphs out of the log, and keeps the characters.

    The characters are parts of names, which do not belong in a log.
    """

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.get_ident()
        self.characters: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self.thread or not str(record.msg).startswith(".notdef glyph"):
            return True
        if isinstance(record.args, tuple) and record.args:
            self.characters.add(str(record.args[0]))
        return False


class _Press:
    """What is worth keeping between pages: the fonts as loaded, the stylesheets as parsed."""

    def __init__(self, font_dir: Path) -> None:
        self._lock = threading.Lock()
        # What the project's own set-up fetched serves also where the data lie elsewhere.
        self._faces = faces(
            font_dir, tuple(path for path in (FETCHED, CWTEX_FILE) if path.parent != font_dir)
        )
        self._sheets: dict[str, list[CSS]] = {}
        self.fetcher = PackagedOnly((*SHEETS, *(face.path for face in self._faces)))

    @cached_property
    def fonts(self) -> FontConfiguration:
        return FontConfiguration()

    def families(self, language: str) -> dict[str, str]:
        """The font families by style, for drawings, which no stylesheet reaches."""
        return families(language, self._faces)

    def sheets(self, language: str) -> list[CSS]:
        """The stylesheets of a language, parsed once."""
        if language not in self._sheets:
            packaged = (path.read_text(encoding="utf-8") for path in SHEETS)
            sources = (stylesheet(language, self._faces), *packaged, WIDTHS, TYPES)
            self._sheets[language] = [
                CSS(string=source, font_config=self.fonts, url_fetcher=self.fetcher) for source in sources
            ]
        return self._sheets[language]

    @contextmanager
    def use(self) -> Iterator[_GlyphWatch]:
        """One page at a time: the font map that pages share is not safe to use from two threads."""
        with self._lock:
            watch = _GlyphWatch()
            LOGGER.addFilter(watch)
            try:
                yield watch
            finally:
                LOGGER.removeFilter(watch)


_presses: dict[Path, _Press] = {}
_presses_lock = threading.Lock()


def _press() -> _Press:
    """The press for the configured fonts, built on first use and kept for the life of the process."""
    folder = Path(settings.FONT_DIR)
    with _presses_lock:
        return _presses.setdefault(folder, _presses.get(folder) or _Press(folder))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document as finished HTML, and the language whose fonts it is set in."""

    html: str
    language: str


def render(template: str, context: Mapping[str, Any], language: str) -> Sheet:
    """Render a template of `templates/print/` in a language of fonts.LANGUAGES; ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(f"Pages are printed in {' or '.join(LANGUAGES)}, not in {language!r}.")
    fonts = _press().families(language)
    with translation.override(language):
        return Sheet(render_to_string(template, {**context, "language": language, "fonts": fonts}), language)


def identifier(html: str) -> str:
    """What stands in a PDF for the page that it was made of."""
    return sha256(html.encode()).hexdigest()[:32]


def print_sheets(*sheets: Sheet) -> PrintedPage:
    """Print documents one after the other into one PDF; each begins with page 1.

    The same input gives the same bytes: no clock, no chance. Raises FetchRefused when a document asks for
    anything but packaged files.
    """
    press = _press()
    with press.use() as watch:
        try:
            documents = [
                HTML(string=sheet.html, base_url=STYLES.as_uri() + "/", url_fetcher=press.fetcher).render(
                    font_config=press.fonts,
                    stylesheets=press.sheets(sheet.language),
                )
                for sheet in sheets
            ]
            pages = [page for document in documents for page in document.pages]
            pdf = (
                documents[0]
                .copy(pages)
                .write_pdf(pdf_identifier=identifier("".join(sheet.html for sheet in sheets)))
            )
        except FatalURLFetchingError as error:
            raise FetchRefused(str(error.__cause__)) from None
    return PrintedPage(pdf=pdf, pages=len(pages), missing=frozenset(watch.characters))
