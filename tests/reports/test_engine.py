"""The engine: nothing fetched, nothing trusted, nothing left to chance."""

import io
import threading

import pdfplumber
import pytest

from reports.print.documents import print_document, print_documents
from reports.print.engine import Sheet, print_sheets
from reports.print.fetcher import FetchRefused
from reports.print.fonts import Style, faces, families
from tests.reports import samples

HANS = "zh-hans"
PRIVATE = "\U0010fffd"
"""A code point for private use: no font has it."""


def print_html(html, language):
    return print_sheets(Sheet(html, language))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/x.png",
        "https://example.org/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "ftp://127.0.0.1/x.png",
        "../engine.py",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<p style="background: url({})">x</p>',
        '<style>@font-face {{ font-family: x; src: url("{}") }} p {{ font-family: x }}</style><p>x</p>',
    ],
)
def test_the_fetcher_refuses_everything_but_packaged_files(markup, address):
    with pytest.raises(FetchRefused):
        print_html(markup.format(address), HANS)


def test_markup_in_a_name_is_text():
    hostile = '<img src="file:///etc/hostname">王'
    page = print_document(samples.half_year_notice(3, organisation=hostile, adjustments=(hostile,)), HANS)
    with pdfplumber.open(io.BytesIO(page.pdf)) as pdf:
        shown = "".join("".join(sheet.extract_text().split()) for sheet in pdf.pages)
    assert shown.count("".join(hostile.split())) == 2


def test_a_missing_glyph_is_a_warning_that_names_the_character():
    page = print_html(f"<p>王{PRIVATE}明</p>", HANS)
    assert page.missing == {PRIVATE}
    assert "U+10FFFD" in page.warnings[0]


def test_a_missing_glyph_stays_out_of_the_log(caplog):
    print_html(f"<p>{PRIVATE}</p>", HANS)
    assert PRIVATE not in caplog.text


def test_one_pages_missing_glyphs_are_not_anothers():
    print_html(f"<p>{PRIVATE}</p>", HANS)
    assert print_html("<p>王</p>", HANS).missing == frozenset()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_rare_characters_of_names_have_glyphs(language):
    assert print_html("<p>喆堃赟燊𬱖㛃</p>", language).missing == frozenset()


def test_the_same_input_gives_the_same_bytes():
    assert (
        print_document(samples.half_year_notice(5), HANS).pdf
        == print_document(samples.half_year_notice(5), HANS).pdf
    )


def test_documents_printed_together_each_begin_with_page_1():
    long = print_document(samples.half_year_notice(40), HANS).pages
    page = print_documents([(samples.half_year_notice(40), HANS), (samples.half_year_notice(40), "zh-hant")])
    with pdfplumber.open(io.BytesIO(page.pdf)) as pdf:
        numbers = [sheet.extract_text().split("—")[-2].strip() for sheet in pdf.pages]
    assert numbers[:long] == [str(number) for number in range(1, long + 1)]
    assert numbers[long] == "1"


def test_threads_print_at_the_same_time_and_get_their_own_pages():
    alone = {number: print_html(f"<p>{number}</p>", HANS).pdf for number in range(6)}
    together = {}

    def work(number):
        together[number] = print_html(f"<p>{number}</p>", HANS).pdf

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="zh-hans or zh-hant"):
        print_document(samples.half_year_notice(1), "en")


def test_the_operators_fonts_come_first_and_keep_their_own_family(tmp_path, settings):
    fandol = next(settings.FONT_DIR.glob("FandolFang*.otf"), None)
    if fandol is None:
        pytest.skip("FandolFang is not installed")
    (tmp_path / "仿宋_GB2312.otf").write_bytes(_renamed(fandol, "FangSong_GB2312"))
    (tmp_path / "FandolFang-Regular.otf").write_bytes(fandol.read_bytes())
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    own = faces(tmp_path, others=())
    stack = families("zh-hans", own)["fang"].split(", ")
    assert [face.style for face in own] == [Style.FANG, Style.FANG]
    assert [name.strip("'") for name in stack] == [
        "FangSong_GB2312-2",
        "FandolFang-Regular-1",
        "LXGW WenKai",
        "Noto Serif CJK SC",
    ]


def test_a_machine_without_a_font_folder_prints_in_installed_fonts(tmp_path):
    assert faces(tmp_path / "none", others=()) == ()
    assert families("zh-hans", ())["fang"] == "'LXGW WenKai', 'Noto Serif CJK SC'"


def _renamed(path, name):
    from fontTools.ttLib import TTFont

    font = TTFont(path)
    for record in font["name"].names:
        if record.nameID in {1, 4, 6}:
            record.string = name
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
