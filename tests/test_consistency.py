"""The project looks at itself: what is written down and what is there must agree."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
APPS = ("members", "scoring", "appraisal", "reports")
CODE = ("config", *APPS)
LONGEST_FILE = 400

# Settings of the tools around ours, which the README explains beside our own.
VARIABLES_OF_TOOLS = {"PORT", "WORKERS", "FORWARDED_ALLOW_IPS"}
# Hosts that stand for this machine or for nobody, names of XML vocabularies, and whom a licence names.
HARMLESS_HOSTS = re.compile(
    r"^(localhost|127\.0\.0\.1|\[::1\]|testserver|([\w-]+\.)*example(\.org)?|www\.w3\.org|www\.unicode\.org|schemas\.openxmlformats\.org)$"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project that git knows or would take up."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def files(*suffixes: str, under: tuple[str, ...] = ()) -> list[Path]:
    """Tracked files with one of the suffixes, in one of the folders where some are named."""
    return [
        path
        for path in tracked()
        if path.suffix in suffixes and (not under or path.relative_to(ROOT).parts[0] in under)
    ]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def readme() -> str:
    return (ROOT / "README.md").read_text()


def code(*, migrations: bool = False) -> list[Path]:
    return [path for path in files(".py", under=CODE) if migrations or "migrations" not in path.parts]


# --- code -----------------------------------------------------------------------------------------


def test_no_file_is_too_long_to_read_in_one_sitting():
    kinds = (".py", ".html", ".css", ".js", ".sh")
    long = {
        name_of(path): lines
        for path in files(*kinds)
        if "migrations" not in path.parts and (lines := path.read_text().count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_every_module_says_in_one_sentence_what_lives_there():
    silent = []
    for path in code():
        docstring = ast.get_docstring(ast.parse(path.read_text()))
        first = (docstring or "").split("\n\n")[0]
        if not first.endswith("."):
            silent.append(name_of(path))
    assert silent == []


def imports(path: Path) -> Iterator[str]:
    """Absolute names of the modules that `path` imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def in_rules() -> list[Path]:
    return [path for path in code() if "rules" in path.parts]


def test_rules_import_the_standard_library_and_each_other_only():
    foreign = {
        (name_of(path), module)
        for path in in_rules()
        for module in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names and ".rules" not in module
    }
    assert foreign == set()


CLOCK = re.compile(
    r"\b(timezone\.(now|localdate|localtime)\(\)|date(time)?\.(now|today|utcnow)\(|time\.time\()"
)


def test_the_clock_is_read_at_the_edge_only():
    """Views, admin, commands, tasks and what reads a request ask the time; everything below is told."""
    edges = {"access", "admin", "views", "management", "migrations", "tasks"}
    below = [
        path
        for path in code()
        if path.relative_to(ROOT).parts[0] in APPS
        and not edges & set(path.parts)
        and path.stem not in edges
        and CLOCK.search(path.read_text())
    ]
    assert list(map(name_of, below)) == []


# --- templates ------------------------------------------------------------------------------------


def templates() -> list[Path]:
    return [path for path in files(".html", ".txt", ".svg") if "templates" in path.parts]


def template_name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


# Templates that Django's own views ask for by these names, of which it brings none.
ASKED_FOR_BY_DJANGO = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "registration/login.html",
}


def replaces_another(name: str) -> bool:
    """Whether the template stands in for one of an installed package, or the admin finds it by its name."""
    parts = name.split("/")
    if name in ASKED_FOR_BY_DJANGO:
        return True
    if parts[0] == "admin" and len(parts) > 2 and parts[1] in {app.label for app in apps.get_app_configs()}:
        return True
    return any((Path(app.path) / "templates" / name).is_file() for app in apps.get_app_configs())


def test_every_template_is_used():
    sources = "\n".join(path.read_text() for path in [*code(), *templates()])
    unused = [
        name
        for name in map(template_name, templates())
        if f'"{name}"' not in sources and f"'{name}'" not in sources and not replaces_another(name)
    ]
    assert unused == []


INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_carries_inline_script_or_style(what):
    """The content security policy would drop them, on the wall as on the screen."""
    assert [name_of(path) for path in templates() if INLINE[what].search(path.read_text())] == []


# --- what is written down -------------------------------------------------------------------------


def documented(heading: str) -> set[str]:
    """First cells, in code, of the table under a heading of the README: the first word of each."""
    section = re.split(r"^#+ ", readme().split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return {cell.split()[0] for cell in re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)}


def test_every_variable_of_the_settings_is_documented_and_no_other():
    read = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    read |= set(re.findall(r'environment\.folder\("([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))
    assert documented("Environment variables") == read | VARIABLES_OF_TOOLS


def test_every_command_is_documented():
    ours = {
        path.stem
        for path in code()
        if path.parts[-3:-1] == ("management", "commands") and not path.stem.startswith("_")
    }
    assert ours - documented("Commands") == set()


def test_every_make_target_with_a_line_of_help_is_in_the_readme():
    targets = set(re.findall(r"^## (\w+)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets - set(re.findall(r"\bmake (\w+)", readme())) == set()


def test_pictures_and_files_the_documents_point_to_are_there():
    missing = {
        (name_of(page), link)
        for page in files(".md")
        for link in re.findall(r"\]\(([^)#:\s]+)", page.read_text())
        if not (page.parent / link).exists() and not link.startswith("docs/images/")
    }
    assert missing == set()


# --- what comes from outside ----------------------------------------------------------------------


def test_every_requirement_is_pinned_with_hashes():
    for name in ("base.txt", "dev.txt"):
        entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / "requirements" / name).read_text())
        loose = [
            entry.splitlines()[0]
            for entry in entries
            if re.match(r"[A-Za-z0-9]", entry) and not ("==" in entry and "--hash=sha256:" in entry)
        ]
        assert loose == []


def test_requirements_hold_what_the_project_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, declared in (
        ("base.txt", project["dependencies"]),
        ("dev.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        pinned = set(
            re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )
        wanted = {re.match(r"[A-Za-z0-9._-]+", entry)[0] for entry in declared}
        assert wanted - pinned == set()


TEXT = {"", ".cfg", ".css", ".html", ".js", ".json", ".md", ".po", ".py", ".svg", ".toml", ".txt"}


def test_no_file_names_a_host_or_a_folder_of_somebodys_machine():
    found = set()
    for path in tracked():
        if path.suffix not in TEXT:
            continue
        text = path.read_text()
        hosts = re.findall(r"\b(?:https?|file)://([^/\s:,;\"'`<>)}]*)", text)
        found |= {(name_of(path), host) for host in hosts if host and not HARMLESS_HOSTS.match(host)}
        found |= {(name_of(path), folder) for folder in re.findall(r"(?<![\w.])/(?:work|root|farm)/", text)}
    assert found == set()


@pytest.mark.django_db
def test_no_migration_is_missing():
    told = StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)
    except SystemExit:
        pytest.fail(told.getvalue())
