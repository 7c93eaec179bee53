"""How log lines are written: nothing of people's data gets into them."""

import logging
import traceback
from types import TracebackType


class Discreet(logging.Formatter):
    """Writes where an exception came from and of what type it is, and leaves out what it says.

    Messages of exceptions quote data: a database that refuses a row repeats the row.
    """

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.format_tb(error.__traceback__)
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            lines = [*frames, f"{name} (its text is left out)\n", *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            if error is not None:
                lines.insert(0, "which led to:\n")
        return "".join(lines).rstrip()


class Expected(logging.Filter):
    """Takes the stack from lines about requests that were turned away as they should be (403, 404, 400)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, without the stack where the status is below 500."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
