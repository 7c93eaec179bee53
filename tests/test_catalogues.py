"""The translations are whole: every text of the code, in both scripts, with the same placeholders."""

import re
import shutil
import subprocess
import sys
from importlib.resources import files as opencc_files
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import override

from tests.test_consistency import files, name_of

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted(path for path in files(".po", under=("locale",)))
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
HANS, HANT = (ROOT / "locale" / script / "LC_MESSAGES" / "django.po" for script in ("zh_Hans", "zh_Hant"))
TERMS = {
    r"postings?": "任职",
    r"waive[dr]?|waivers?|waivable": "免考",
    r"quotas?": "指标|超额",
    r"schemes?": "方案",
    r"bonus": "加分",
    r"grades?": "等次",
    r"ranks?": "名次",
    r"adjust\w*": "微调",
    r"appraisal": "测评|民主评议",
    r"category": "类别",
    r"committee": "工委",
    r"roles?": "角色",
    r"daily": "日常行为积分",
    r"annual score": "年度积分",
    r"fulfilment": "完成比例",
    r"award": "得奖|评优评先",
    r"contributions?": "突出贡献",
    r"resolution": "决议",
    r"administrator": "系统管理员",
    r"duty|duties": "职责",
    r"frozen": "存档",
    r"presumed": "视为完成",
    r"ahead": "领先",
    r"behind": "落后",
}
"""The field's words, in which every text that speaks of the matter speaks of it."""


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "catalogue" in metafunc.fixturenames:
        metafunc.parametrize("catalogue", CATALOGUES, ids=map(name_of, CATALOGUES))


def test_every_text_is_translated_for_certain(catalogue):
    messages = [message for message in load(catalogue) if message.id]
    wanting = [m.id for m in messages if m.fuzzy or not all(m.string if m.pluralizable else [m.string])]
    assert wanting == []


def test_translations_keep_the_placeholders(catalogue):
    for message in load(catalogue):
        if not message.id or not message.string:
            continue
        originals = message.id if message.pluralizable else (message.id,)
        translations = message.string if message.pluralizable else (message.string,)
        expected = set(PLACEHOLDER.findall(originals[-1]))
        for translation in translations:
            assert set(PLACEHOLDER.findall(translation)) == expected, message.id


def test_translations_are_in_their_script(catalogue):
    """No text left in English, and no character of the other script."""
    foreign = foreign_to(catalogue.parts[-3])
    for message, translation in translations(catalogue):
        assert not foreign & set(translation), translation
        words = PLACEHOLDER.sub("", str(message.id))
        if re.search(r"[A-Za-z]{2}", words) and not re.search(r"ceil|floor", words):
            assert re.search(r"[\u4e00-\u9fff]", PLACEHOLDER.sub("", translation)), message.id


def test_people_are_addressed_politely_and_brackets_are_full_width(catalogue):
    """Formulas keep the brackets of arithmetic; what Django says of passwords is put politely too."""
    for message, translation in translations(catalogue):
        assert "你" not in translation, translation
        words = PLACEHOLDER.sub("", translation)
        assert "×" in words or not re.search(r"[()]", words), translation
        assert not re.search(r"\d %|s %%|d %%", translation), message.id
    with override(catalogue.parts[-3].replace("_", "-").lower()):
        texts = [*password_validators_help_texts(), PasswordChangeForm.error_messages["password_incorrect"]]
        assert texts
        assert not [str(text) for text in texts if "你" in str(text)]


def test_brackets_around_chinese_in_templates_are_full_width():
    half = re.compile(r"[\u4e00-\u9fff]\s?\(|\([^()<>]*[\u4e00-\u9fff]|[\u4e00-\u9fff]\)|你")
    found = [name_of(path) for path in files(".html", under=("templates",)) if half.search(path.read_text())]
    assert found == []


def test_the_scripts_differ_where_their_characters_do():
    hans, hant = ({key(m): text for m, text in translations(path)} for path in (HANS, HANT))
    simplified = foreign_to("zh_Hant")
    for text_key, text in hans.items():
        if simplified & set(text):
            assert hant[text_key] != text, text


@pytest.mark.parametrize("english, chinese", TERMS.items())
def test_one_matter_has_one_word(english, chinese):
    found = 0
    for message, translation in translations(HANS):
        original = message.id[0] if message.pluralizable else message.id
        if re.search(rf"\b({english})\b", PLACEHOLDER.sub("", original), re.IGNORECASE):
            found += 1
            assert re.search(chinese, translation), original
    assert found, f"no text speaks of {english}"


def test_texts_are_marked_by_names_that_are_collected():
    """Collecting knows gettext and its kin by their own names and by _, and by no other."""
    other = re.compile(r"import \w*gettext\w* as (?!_$)\w+", re.MULTILINE)
    assert [name_of(path) for path in files(".py") if other.search(path.read_text())] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_the_catalogues_hold_every_text_of_the_code(tmp_path):
    """Collects the texts anew, from a copy, and compares."""
    if not CATALOGUES:
        pytest.skip("there are no catalogues yet")
    for path in files(
        ".py", ".html", ".txt", under=("config", "members", "scoring", "appraisal", "reports", "templates")
    ):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    fresh = {key(m) for m in load(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po") if m.id}
    for catalogue in CATALOGUES:
        if catalogue.name == "django.po":
            kept = {key(m) for m in load(catalogue) if m.id}
            assert (fresh - kept, kept - fresh) == (set(), set()), name_of(catalogue)


def translations(catalogue: Path) -> list[tuple[Message, str]]:
    """Every translation with its message; a plural has one form in Chinese."""
    found = []
    for message in load(catalogue):
        if message.id:
            forms: Any = message.string if message.pluralizable else (message.string,)
            found += [(message, str(form)) for form in forms]
    return found


def foreign_to(locale: str) -> set[str]:
    """The characters that only the other script writes, from OpenCC's tables.

    What Taiwan or Hong Kong writes is Traditional, also where it looks like the Simplified character.
    """
    if locale == "zh_Hans":
        return {one for one, others in counterparts("TSCharacters.txt").items() if one not in others}
    variants = {
        one
        for name in ("TWVariants.txt", "HKVariants.txt")
        for others in counterparts(name).values()
        for one in others
    }
    table = counterparts("STCharacters.txt")
    return {one for one, others in table.items() if one not in others} - variants


def counterparts(name: str) -> dict[str, list[str]]:
    """One dictionary of OpenCC: single characters and what they may become."""
    text = opencc_files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return {one: others.split() for one, others in pairs if len(one) == 1}


def key(message: Message) -> tuple[str | None, object]:
    return message.context, message.id
