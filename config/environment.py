"""Reads the settings' variables from the environment and refuses a bad value with one sentence."""

import os
import secrets
import sys
import warnings
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NoReturn

import environ

ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHORTEST_SECRET = 32

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}
_env = environ.Env()


def refuse(sentence: str) -> NoReturn:
    """End the start with `sentence` (what is wrong, what would be right) on stderr, exit code 1."""
    sys.exit(f"Settings: {sentence}")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks, `default` where it is not set or empty."""
    return str(_env.str(name, default="")).strip() or default


def switch(name: str, *, default: bool = False) -> bool:
    """A yes-or-no variable; what is neither is refused rather than taken for no."""
    value = text(name, "yes" if default else "no").lower()
    if value not in _YES | _NO:
        refuse(f"{name} must be yes or no, not “{value}”.")
    return value in _YES


def one_of(name: str, default: str, choices: Sequence[str]) -> str:
    """One of a few words."""
    value = text(name, default).lower()
    if value not in choices:
        refuse(f"{name} must be one of {', '.join(choices)}, not “{value}”.")
    return value


def number(name: str, default: int, *, most: int) -> int:
    """A whole number from 1 to `most`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= most):
        refuse(f"{name} must be a whole number from 1 to {most}, not “{value}”.")
    return int(value)


def names(name: str, default: list[str]) -> list[str]:
    """A list divided by commas, without empty parts."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or default


def origins(name: str) -> list[str]:
    """A list of web origins, each with its scheme and without a path."""
    found = names(name, [])
    for origin in found:
        scheme, separator, host = origin.partition("://")
        if scheme not in {"http", "https"} or not separator or not host or "/" in host:
            refuse(f"{name} must list origins such as https://points.example, not “{origin}”.")
    return found


def origin(name: str) -> str:
    """One web origin, or nothing."""
    found = origins(name)
    if len(found) > 1:
        refuse(f"{name} must be a single origin, such as https://points.example, and no list.")
    return found[0] if found else ""


def networks(name: str, default: list[str]) -> list[str]:
    """A list of addresses and networks; `*` stands for every one."""
    found = names(name, default)
    for network in found:
        try:
            if network != "*":
                ip_network(network, strict=False)
        except ValueError:
            refuse(f"{name} must list addresses such as 127.0.0.1 or 10.0.0.0/8, not “{network}”.")
    return found


def level(name: str, default: str) -> str:
    """A level of the log."""
    value = text(name, default).upper()
    if value not in LOG_LEVELS:
        refuse(f"{name} must be one of {', '.join(LOG_LEVELS)}, not “{value}”.")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder of the operator's, as an absolute path; it need not exist yet."""
    path = Path(text(name, str(default))).expanduser().absolute()
    if path.exists() and not path.is_dir():
        refuse(f"{name} must be a folder, and {path} is not one.")
    return path


def writable(name: str, path: Path) -> Path:
    """`path`, made where it does not exist; refused where nothing can be written in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{name}: the folder {path} cannot be made ({error.strerror}).")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse(f"{name}: nothing can be written in the folder {path}.")
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """A database's settings from its URL, which no message repeats since it may hold a password."""
    url = text(name, default)
    advice = "sqlite:////folder/file.sqlite3 or postgres://user:password@host:5432/database"
    if url.partition("://")[0] not in ENGINES:
        refuse(f"{name} must begin with sqlite:// or postgres://, as in {advice}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = dict(environ.Env.db_url_config(url))
    except (ValueError, UserWarning):
        refuse(f"{name} cannot be read; it should look like {advice}.")
    if not found.get("NAME"):
        refuse(f"{name} names no database; it should look like {advice}.")
    return found


def secret_key(name: str, kept_in: Path) -> str:
    """The installation's secret: the variable, or one made once and kept in a file that only we can read."""
    given = text(name)
    if given:
        if len(given) < SHORTEST_SECRET:
            refuse(f"{name} must have at least {SHORTEST_SECRET} characters.")
        return given
    try:
        # O_EXCL: of two processes that start together one makes the file, and both then read the same secret.
        descriptor = os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        refuse(f"{name} is not set, and no secret can be kept in {kept_in} ({error.strerror}).")
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    try:
        kept = kept_in.read_text().strip()
    except OSError as error:
        refuse(f"{name} is not set, and the secret in {kept_in} cannot be read ({error.strerror}).")
    if len(kept) < SHORTEST_SECRET:
        refuse(f"{name} is not set, and {kept_in} holds no secret; remove the file to have a new one made.")
    return kept
