"""The scheme file: TOML in, a frozen document out, or every problem with its place and reason."""

from __future__ import annotations

from django.utils.translation import gettext as _

from scoring.services.schemefile.checking import check
from scoring.services.schemefile.document import Problem, SchemeDocument
from scoring.services.schemefile.reading import digest_of, parse, read, text_of

__all__ = ["Problem", "SchemeDocument", "SchemeFileError", "digest_of", "read_scheme", "text_of"]


class SchemeFileError(Exception):
    """The file is no valid scheme; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_scheme(source: bytes) -> SchemeDocument:
    """The scheme of a file's bytes. Raises SchemeFileError with every problem, by place and reason."""
    problems: list[Problem] = []
    try:
        data = parse(text_of(source))
    except ValueError as error:
        raise SchemeFileError([Problem(_("the file"), str(error))]) from error
    document = read(data, problems)
    shapeless = {problem.place for problem in problems}
    problems.extend(found for found in check(document, data) if not _within(found.place, shapeless))
    if problems:
        raise SchemeFileError(problems)
    return document


def _within(place: str, shapeless: set[str]) -> bool:
    """Whether something at the place, or in it, could not even be read: then totals say nothing new."""
    return any(other == place or other.startswith(f"{place}, ") for other in shapeless)
