"""Takes pictures of every page and of a notice, on a fictional sub-district in a scratch folder.

Every page at the width of a desk and of a phone goes into var/shots, to be looked at; what the documents show
goes into docs/images, what the guides of the site show into static/guide.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FloatRect, Page

    from members.models import User

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
GUIDE = ROOT / "static"
SHOTS = ROOT / "var" / "shots"
SCHEME = ROOT / "fixtures" / "schemes" / "dongtang-2015.toml"
YEAR = 2025
DESK = (1280, 900)
PHONE = (390, 844)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
"""Its own language is the one in which Chromium shows days."""
GUIDE_SCALE = 0.7
"""Pictures of the guides stand in the text: 1280 pixels of a page become 896."""
LONGEST = 2400
"""A picture of a whole page is cut off below, at so many pixels."""
IN_ALL_LANGUAGES = (
    "home", "branch_scores", "member_scores", "admin:scoring_entry_changelist", "admin:scoring_entry_add",
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One picture: its file, who looks (None: nobody signed in), at what, how large, in which language.

    `whole` shows what is below the window, too; `scale` makes the picture smaller than the window.
    """

    file: Path
    user: str | None
    path: str
    size: tuple[int, int] = DESK
    language: str = "zh-CN"
    whole: bool = False
    scale: float = 1


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def plan() -> tuple[list[Shot], dict[str, str], str]:
    """What to take, the session of each user who looks, and the code of the branch to print for."""
    import django

    django.setup()
    from django.db.models import Count
    from django.test import Client

    from members.enums import DutyKind, OrganisationKind
    from members.models import Duty, Organisation

    with_secretary = Duty.objects.filter(kind=DutyKind.SECRETARY).values("organisation")
    branch = (
        Organisation.objects.filter(kind=OrganisationKind.BRANCH, pk__in=with_secretary)
        .annotate(members=Count("postings__member", distinct=True))
        .order_by("-members", "code")[0]
    )
    duties = Duty.objects.order_by("pk").select_related("user")
    readers = {
        "secretary": duties.filter(kind=DutyKind.SECRETARY, organisation=branch)[0].user,
        "committee": duties.filter(kind=DutyKind.COMMITTEE)[0].user,
        "administrator": duties.filter(kind=DutyKind.ADMINISTRATOR)[0].user,
    }
    sessions = {}
    for name, user in readers.items():
        client = Client()
        client.force_login(user)
        sessions[name] = client.cookies["sessionid"].value
    shots = [*of_documents(branch), *of_guides(branch), *of_every_page(branch, readers)]
    return shots, sessions, branch.code


def of_documents(branch: Any) -> list[Shot]:
    """The pictures that the documents show."""
    from django.urls import reverse

    from members.models import Member

    member = Member.objects.filter(postings__organisation=branch).order_by("number")[0]
    scores = reverse("branch_scores", args=[branch.code]) + f"?year={YEAR}&as_of={YEAR}-12-31"
    why = reverse("member_scores", args=[member.number, YEAR])
    return [
        Shot(IMAGES / "login.png", None, reverse("login")),
        Shot(IMAGES / "home.png", "secretary", reverse("home")),
        Shot(IMAGES / "committee.png", "committee", reverse("home")),
        Shot(IMAGES / "branch.png", "secretary", scores),
        Shot(IMAGES / "branch-hant.png", "secretary", scores, language="zh-TW"),
        Shot(IMAGES / "branch-en.png", "secretary", scores, language="en"),
        Shot(IMAGES / "branch-phone.png", "secretary", scores, PHONE),
        Shot(IMAGES / "why.png", "secretary", why),
        Shot(IMAGES / "why-phone.png", "secretary", why, PHONE),
        Shot(IMAGES / "entries.png", "secretary", reverse("admin:scoring_entry_changelist")),
        Shot(IMAGES / "entry.png", "secretary", reverse("admin:scoring_entry_add")),
    ]


def of_guides(branch: Any) -> list[Shot]:
    """The pictures that the guides show, each for the task that names it."""
    from django.urls import reverse

    from members.models import Member
    from reports.desk.services.guide_tasks import TASKS
    from scoring.models import Activity

    member = Member.objects.filter(postings__organisation=branch).order_by("number")[0]
    activity = Activity.objects.filter(organisation=branch, state="held").order_by("-date", "-pk")[0]
    paths = {
        "meeting": reverse("attendance", args=[activity.pk]),
        "dues": reverse("dues_grid", args=[branch.code, YEAR]),
        "visits-and-essays": reverse("quick_rows", args=[branch.code]),
        "roster": reverse("branch_roster", args=[branch.code]),
        "why": reverse("member_scores", args=[member.number, YEAR]),
        "notice": reverse("branch_scores", args=[branch.code]) + f"?year={YEAR}",
        "excel": reverse("admin:scoring_entry_import"),
        "overview": reverse("home") + "?pace=1",
        "organisations": reverse("admin:members_organisation_changelist"),
        "duties": reverse("admin:members_duty_add"),
        "print-settings": reverse("admin:reports_printsettings_add"),
        "log": reverse("admin:members_logrow_changelist"),
    }
    return [
        Shot(GUIDE / task.picture.file, str(task.audience), paths[task.slug], scale=GUIDE_SCALE)
        for task in TASKS
        if task.picture
    ]


def of_every_page(branch: Any, readers: dict[str, User]) -> list[Shot]:
    """Every page that the addresses of the site lead to, some of them in the other languages."""
    from django.contrib import admin
    from django.test import Client, override_settings
    from django.utils import timezone

    from appraisal.models import BranchYear, Case
    from members.models import Member
    from members.services.by import By
    from scoring.models import Activity, Scheme
    from tests import pages
    from tests.e2e.samples import uploads

    rows = {}
    scopes = [By.person(user, timezone.now()).scope for user in readers.values()]
    for model in admin.site._registry:
        seen = [model._default_manager.visible_to(scope).order_by("pk").first() for scope in scopes]
        if found := list(filter(None, seen)):
            rows[model] = found[0]
    member, scheme = rows[Member], Scheme.objects.order_by("pk")[0]
    values = {"code": branch.code, "number": member.number, "year": YEAR, "app_label": "scoring"}
    values |= {"version": scheme.version, "scheme.code": scheme.code, "scheme_file.code": scheme.code}
    if held := rows.get(Activity):
        values |= {"pk": held.pk, "activity": held.pk}
    decided = BranchYear.objects.filter(organisation=branch, snapshot__isnull=False).order_by("-year").first()
    if decided is not None:
        values |= {f"{page}.year": decided.year for page in ("branch_year", "branch_review")}
        values |= {"branch_submission.year": decided.year, "branch_submission.pk": decided.snapshot_id}
    if handled := Case.objects.order_by("pk").first():
        values["case.pk"] = handled.pk
    clients = {name: Client() for name in readers}
    for name, user in readers.items():
        clients[name].force_login(user)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        values |= uploads(clients["secretary"], clients["administrator"])
        at, unknown = pages.addresses(rows, values)
        opened = pages.found(at, {**clients, "": Client()}).pages
    for missing in unknown:
        print(f"shots: left out, {missing}")
    shots = [shot(page, size, "zh-CN", SHOTS / str(size[0])) for page in opened for size in (DESK, PHONE)]
    for language in ("zh-TW", "en"):
        shots += [
            shot(page, DESK, language, SHOTS / language) for page in opened if page.name in IN_ALL_LANGUAGES
        ]
    return shots


def shot(page: Any, size: tuple[int, int], language: str, folder: Path) -> Shot:
    """The picture of a whole page."""
    file = folder / f"{page.name.replace(':', '-')}.png"
    return Shot(file, page.reader or None, page.path, size, language, whole=True)


@contextmanager
def serving() -> Iterator[str]:
    """A server of the scratch installation on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def cut(page: Page) -> FloatRect:
    """The whole page, down to `LONGEST`."""
    width, height = page.evaluate(
        "() => [document.documentElement.clientWidth, document.documentElement.scrollHeight]"
    )
    return {"x": 0, "y": 0, "width": width, "height": min(height, LONGEST)}


def slim(file: Path) -> None:
    """Write a picture anew with few colours: the guides are read over slow lines, too."""
    from PIL import Image

    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(64)
    few.save(file, optimize=True)


def take(shots: list[Shot], sessions: dict[str, str], address: str) -> None:
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("shots: no Chromium is installed (scripts/system-packages).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=ARGUMENTS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        contexts: dict[tuple[object, ...], BrowserContext] = {}
        for shot in shots:
            key = (shot.user, shot.size, shot.language, shot.scale)
            if key not in contexts:
                width, height = shot.size
                contexts[key] = context = browser.new_context(
                    viewport={"width": width, "height": height},
                    locale=shot.language,
                    timezone_id="Asia/Shanghai",
                    device_scale_factor=shot.scale,
                )
                if shot.user:
                    context.add_cookies([{"name": "sessionid", "value": sessions[shot.user], "url": address}])
            page = contexts[key].new_page()
            answer = page.goto(address + shot.path)
            if answer is None or not answer.ok:
                sys.exit(f"shots: {shot.path} could not be shown.")
            shot.file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=shot.file, full_page=shot.whole, clip=cut(page) if shot.whole else None)
            if shot.scale != 1:
                slim(shot.file)
            page.close()
        browser.close()


def print_notice(branch: str, scratch: str) -> None:
    """The half-year notice of the branch, its first page as a picture."""
    pdf = Path(scratch) / "notice.pdf"
    manage("notice", "--org", branch, "--period", f"{YEAR}H1", "--out", str(pdf))
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-singlefile", str(pdf), str(IMAGES / "notice")],
        check=True,
    )


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(SHOTS, ignore_errors=True)  # pictures of pages that are gone
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FONT_DIR": os.environ.get("FONT_DIR", str(ROOT / "var" / "fonts")),
            "DATA_DIR": scratch,
            "DATABASE_URL": f"sqlite:///{scratch}/db.sqlite3",
            "DEBUG": "yes",
            "LOG_LEVEL": "ERROR",  # whoever may not read a page is asked for it, too
        }
        sys.path.insert(0, str(ROOT))
        manage("migrate")
        manage("load_scheme", str(SCHEME))
        manage("seed_demo", "--year", str(YEAR), "--accounts")
        shots, sessions, branch = plan()
        with serving() as address:
            take(shots, sessions, address)
        print_notice(branch, scratch)
    print(
        f"shots: {len(shots)} pictures and a notice in {SHOTS.relative_to(ROOT)}, {IMAGES.relative_to(ROOT)}"
    )


if __name__ == "__main__":
    main()
