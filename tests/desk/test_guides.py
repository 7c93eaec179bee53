"""The guides: every task has its text, its picture and pages that exist; each duty finds its own."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import get_commands, load_command_class
from django.template.loader import get_template, render_to_string
from django.utils import translation
from PIL import Image

from members.enums import DutyKind
from members.text import traditional
from reports.desk.services.guide_tasks import TASKS
from reports.desk.services.guides import GUIDES, guides_for, task_about, text_of
from tests import pages
from tests.cast import Cast

ROOT = Path(settings.BASE_DIR)
HEAVIEST = 120_000
"""Bytes of a picture."""

ON_THE_SERVER = {"working-days", "verify", "backup", "restore", "workers", "address"}
"""Tasks of administrators for which the site has no page."""


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.audience}-{task.slug}")
class TestEveryTask:
    def test_is_about_addresses_that_exist(self, task):
        known = {name for name, _arguments in pages.patterns()}
        assert task.url_names or task.slug in ON_THE_SERVER
        assert set(task.url_names) - known == set()

    def test_has_a_text_in_steps(self, task):
        get_template(task.template)
        with translation.override("zh-hans"):
            text = text_of(task)
        assert 5 <= text.split("</ol>")[0].count("<li>") <= 8
        assert "<h2>注意</h2>" in text

    def test_has_its_picture(self, task):
        if task.picture is None:
            return
        file = finders.find(task.picture.file)
        assert file is not None
        assert Path(file).stat().st_size <= HEAVIEST
        with Image.open(file) as picture:
            assert picture.size == (task.picture.width, task.picture.height)

    def test_is_read_by_whoever_is_signed_in(self, task, cast):
        for user in (cast.owner, cast.committee, cast.administrator, cast.nobody):
            answer = cast.client(user).get(f"/guide/{task.audience}/{task.slug}/")
            assert answer.status_code == 200

    def test_quotes_the_interface_in_both_scripts(self, task):
        quoted = {}
        for language in ("zh-hans", "zh-hant"):
            with translation.override(language):
                quoted[language] = re.findall(r"<b>(.*?)</b>", text_of(task))
        assert len(quoted["zh-hans"]) == len(quoted["zh-hant"])
        # Nothing in bold was left in English.
        assert [word for words in quoted.values() for word in words if re.search(r"[A-Za-z]{6}", word)] == []


def test_no_address_belongs_to_two_tasks_of_a_guide():
    for guide in GUIDES:
        names = [name for task in guide.tasks for name in task.url_names]
        assert len(names) == len(set(names))


def test_a_slug_names_one_task():
    assert len({(task.audience, task.slug) for task in TASKS}) == len(TASKS)


def test_the_text_is_in_the_script_of_the_reader():
    dues = next(task for task in TASKS if task.slug == "dues")
    with translation.override("zh-hant"):
        text = text_of(dues)
    assert "一張表登記全支部一年的黨費" in text
    assert "<b>遲繳或不足額</b>" in text


def test_pages_are_called_as_the_menu_calls_them():
    texts = {task.slug: task.template for task in TASKS if task.audience == DutyKind.SECRETARY}
    with translation.override("zh-hans"):
        notice, excel = (render_to_string(texts[slug]) for slug in ("notice", "excel"))
    assert "<b>年度审定</b>" in notice
    assert "年度审核" not in notice
    for said in ("年度工作", "导入记录", "撤销此次导入…", "撤销此次导入"):
        assert f"<b>{said}</b>" in excel


TERMS = re.compile(r"打印|登錄|賬號|數據|導入|導出|文件|信息|錄入|軟件|列表")
"""Words that the interface says otherwise in Traditional characters: the texts quote it or do without."""


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.audience}-{task.slug}")
def test_traditional_texts_speak_as_the_interface_does(task):
    with translation.override("zh-hant"):
        text = re.sub(r"<b>.*?</b>", "", text_of(task))
    assert TERMS.findall(text) == []


COMMANDS = re.compile(r"manage\.py (\w+)([^<;&]*)")
NAMES = re.compile(r"<code>([A-Z]+_[A-Z_]+|TASKS)\b")
FILES = re.compile(r"<code>((?:docs|fixtures|scripts)/[^<]+)</code>")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.audience}-{task.slug}")
def test_what_a_text_lets_type_on_the_server_exists(task, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    text = render_to_string(task.template)
    for command, said in COMMANDS.findall(text):
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        parser.parse_args(unescape(said).split())
    documented = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(NAMES.findall(text)) - set(documented) == set()
    assert [name for name in FILES.findall(text) if not (ROOT / name).exists()] == []


def test_the_administrators_guide_tells_the_commands_that_run_an_installation():
    text = "".join(render_to_string(task.template) for task in TASKS)
    told = {command for command, _said in COMMANDS.findall(text)}
    assert told == {
        "axes_reset_username", "backup", "check", "clear_uploads", "clearsessions", "createsuperuser",
        "db_worker", "import_data", "load_scheme", "migrate", "prune_db_task_results", "reset_second_factor",
        "restore", "verify",
    }  # fmt: skip


def test_tags_and_words_in_bold_are_kept():
    assert traditional('<p title="党">党员<b>导出</b>账</p>') == '<p title="党">黨員<b>导出</b>賬</p>'


def test_guides_fit_the_duties():
    def titles(*kinds):
        return [guide.audience for guide in guides_for(kinds)]

    secretary, committee = DutyKind.SECRETARY, DutyKind.COMMITTEE
    officer, administrator = DutyKind.CONFIRMING_OFFICER, DutyKind.ADMINISTRATOR
    assert titles("secretary") == [secretary]
    assert titles("committee") == [committee]
    assert titles("secretary", "committee") == [secretary, committee]
    assert titles("confirming") == [officer]
    assert titles("administrator") == [administrator]
    assert titles() == [secretary, officer, committee, administrator]


def test_one_page_is_another_task_for_another_duty():
    assert task_about("branch_scores", ["secretary"]).slug == "notice"
    assert task_about("branch_scores", ["committee"]).slug == "branch"
    assert task_about("password_change", ["secretary"]) is None


def links(cast: Cast, user, path: str) -> list[str]:
    """Where the guide's link at the top of a page leads."""
    return re.findall(r'class="guide-link" href="([^"]+)"', cast.client(user).get(path).content.decode())


@pytest.mark.django_db
def test_pages_lead_to_their_task(cast):
    assert links(cast, cast.owner, "/activities/new/") == ["/guide/secretary/meeting/"]
    assert links(cast, cast.owner, "/branches/DT0101/quick/") == ["/guide/secretary/visits-and-essays/"]
    assert links(cast, cast.owner, "/admin/scoring/bonus/") == ["/guide/secretary/bonus/"]
    assert links(cast, cast.owner, "/admin/scoring/entry/import/") == ["/guide/secretary/excel/"]
    assert links(cast, cast.owner, "/admin/scoring/waiver/") == ["/guide/secretary/waivers/"]
    assert links(cast, cast.owner, "/admin/scoring/waiver/add/") == ["/guide/secretary/waivers/"]
    assert links(cast, cast.committee, "/") == ["/guide/committee/overview/"]
    assert links(cast, cast.nobody, "/") == []
    assert links(cast, cast.administrator, "/") == ["/guide/administrator/setup/"]
    assert links(cast, cast.administrator, "/admin/members/duty/add/") == ["/guide/administrator/duties/"]
    assert links(cast, cast.administrator, "/admin/members/importbatch/") == ["/guide/administrator/lists/"]
    assert links(cast, cast.administrator, "/schemes/") == ["/guide/administrator/scheme/"]
    assert links(cast, cast.confirming, "/") == ["/guide/confirming/confirm/"]
    assert links(cast, cast.owner, "/branches/DT0101/ballots/2026/") == ["/guide/secretary/ballot/"]
    assert links(cast, cast.owner, "/accounts/password/") == []


@pytest.mark.django_db
def test_the_first_administrator_finds_the_guide_without_any_duty(cast):
    cast.nobody.is_superuser = True
    cast.nobody.save()
    page = cast.client(cast.nobody).get("/guide/").content.decode()
    assert {path.split("/")[2] for path in re.findall(r'href="(/guide/\w[^"]+)"', page)} == {"administrator"}


@pytest.mark.django_db
def test_the_account_menu_leads_to_the_guides(cast):
    assert '<a class="panel-item" href="/guide/">' in cast.client(cast.owner).get("/").content.decode()


@pytest.mark.django_db
def test_a_task_that_is_not_there_is_not_found(cast):
    client = cast.client(cast.owner)
    assert client.get("/guide/secretary/log/").status_code == 404
    assert client.get("/guide/administrator/meeting/").status_code == 404


@pytest.mark.django_db
def test_a_stranger_signs_in_first(client):
    for path in ("/guide/", "/guide/secretary/meeting/"):
        assert client.get(path)["Location"].startswith("/accounts/login/")
