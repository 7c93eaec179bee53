"""The command load_scheme: sentences for people, and never a traceback."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from scoring.models import Scheme
from tests.cast import SCHEME, Cast

SECOND = Path(__file__).parents[1] / "fixtures/second-scheme.toml"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_loads_and_says_so(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_scheme", str(SCHEME))
    published = capsys.readouterr()
    call_command("load_scheme", str(SCHEME))
    again = capsys.readouterr()
    assert "dongtang-2015 v1 for the whole tree, in force from 2015-01-01" in published.out
    assert again.out.startswith("Nothing changed: ")
    assert (published.err, again.err) == ("", "")


def test_for_an_organisation(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_scheme", str(SECOND), "--org", "XT")
    call_command("load_scheme", str(SECOND), "--org", "DT02")
    out = capsys.readouterr().out.splitlines()
    assert out[0].endswith("river-2026 v1 for 西塘街道工委, in force from 2026-01-01.")
    assert out[1].endswith("was published already; it now applies to 城南社区党总支 too.")
    assert Scheme.objects.filter(code="river-2026").count() == 1


def test_one_line_for_each_problem(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        SECOND.read_text(encoding="utf-8")
        .replace("daily = 65", "daily = 60")
        .replace("lower = 0", "lower = 1")
    )
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    assert refusal(capsys, str(path)) == [
        "band fail: leaves a gap: nothing grades a score below 1",
        "annual: the weights total 95 per cent, not 100",
    ]
    assert not Scheme.objects.exists()


@pytest.mark.parametrize(
    "content,said",
    [
        (None, "there is no such file or folder"),
        (os.curdir, "it is a folder"),
        (b"\x7fELF\x00\x01\xff\xfe", "not UTF-8 text (line 1)"),
        (b"PK\x03\x04 a workbook\n", "not readable as TOML"),
        (b"#" * 6_000_000, "larger than 1 MB"),
        (b"", "“scheme” is missing"),
    ],
)
def test_what_is_no_scheme_file(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, said: str
) -> None:
    path = tmp_path / "file.toml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()
    assert said in refusal(capsys, str(path))[0]


def test_an_unknown_organisation(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, str(SCHEME), "--org", "NOWHERE") == ["There is no organisation “NOWHERE”."]


def test_a_changed_file(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_scheme", str(SCHEME))
    path = tmp_path / "changed.toml"
    path.write_bytes(SCHEME.read_bytes() + b"# one more remark\n")
    assert refusal(capsys, str(path))[0].startswith("dongtang-2015 v1 is published, and this file differs")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines on standard error of a command that refuses."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        call_command("load_scheme", *arguments)
    assert stop.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    return told.err.splitlines()
