"""The command `notice`: the file it writes, and how it refuses."""

import stat

import pytest
from django.core.management import CommandError, call_command

from appraisal.models import Snapshot


def run(out, org="DT0101", period="2026H1", **options):
    call_command("notice", org=org, period=period, out=out, **options)


def test_it_writes_a_whole_pdf_and_nothing_else(cast, tmp_path, capsys):
    out = tmp_path / "notice.pdf"
    run(out)
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.read_bytes().rstrip().endswith(b"%%EOF")
    assert [path.name for path in tmp_path.iterdir()] == ["notice.pdf"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o644
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize("ending, marks", [("docx", b"word/document.xml"), ("XLSX", b"xl/workbook.xml")])
def test_the_ending_of_its_name_says_what_kind_of_file_is_written(cast, tmp_path, ending, marks, capsys):
    out = tmp_path / f"notice.{ending}"
    run(out)
    assert out.read_bytes().startswith(b"PK")
    assert marks in out.read_bytes()
    assert Snapshot.objects.count() == 1
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize("period, frozen", [("2026Q2", 0), ("2026H1", 1), ("2025", 1)])
def test_the_period_says_what_is_printed(cast, tmp_path, period, frozen):
    run(tmp_path / "page.pdf", period=period)
    assert Snapshot.objects.count() == frozen


def test_another_kind_may_be_asked_for(cast, tmp_path):
    run(tmp_path / "page.pdf", period="2026H1", kind="summary")
    assert Snapshot.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"org": "NONE"},
        {"period": "2026Q9"},
        {"period": "2027H1"},
        {"period": "2026Q1", "kind": "notice"},
        {"period": "2026H1", "kind": "annual"},
        {"org": "DT0102"},
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_an_older_file_as_it_was(cast, tmp_path, wrong):
    out = tmp_path / "notice.pdf"
    out.write_bytes(b"older")
    with pytest.raises(CommandError) as refusal:
        run(out, **wrong)
    assert "\n" not in str(refusal.value)
    assert out.read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("place", ["missing/notice.pdf", "."])
def test_a_file_that_cannot_be_written_is_named(cast, tmp_path, place):
    with pytest.raises(CommandError) as refusal:
        run(tmp_path / place)
    assert str(tmp_path / place) in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_glyph_is_a_warning_that_names_the_character(cast, tmp_path, capsys):
    cast.admit("M900", "王\U0010fffd", "DT0101")
    run(tmp_path / "notice.pdf")
    assert "U+10FFFD" in capsys.readouterr().err
