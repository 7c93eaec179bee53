"""Takes pictures of the pages and of a notice, on a fictional sub-district in a scratch folder."""

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

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SCHEME = ROOT / "fixtures" / "schemes" / "dongtang-2015.toml"
YEAR = 2025
DESK = (1280, 900)
PHONE = (390, 844)


@dataclass(frozen=True)
class Shot:
    """One picture: its file, who looks (None: nobody signed in), at what, how large, in which language."""

    name: str
    user: str | None
    path: str
    size: tuple[int, int] = DESK
    language: str = "zh-CN"


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def plan() -> tuple[list[Shot], dict[str, str], str]:
    """What to take, the session of each user who looks, and the code of the branch to print for."""
    import django

    django.setup()
    from django.db.models import Count
    from django.test import Client
    from django.urls import reverse

    from members.enums import DutyKind, OrganisationKind
    from members.models import Duty, Member, Organisation

    with_secretary = Duty.objects.filter(kind=DutyKind.SECRETARY).values("organisation")
    branch = (
        Organisation.objects.filter(kind=OrganisationKind.BRANCH, pk__in=with_secretary)
        .annotate(members=Count("postings__member", distinct=True))
        .order_by("-members", "code")[0]
    )
    secretary = Duty.objects.filter(kind=DutyKind.SECRETARY, organisation=branch).order_by("pk")[0].user
    committee = Duty.objects.filter(kind=DutyKind.COMMITTEE).order_by("pk")[0].user
    member = Member.objects.filter(postings__organisation=branch).order_by("number")[0]

    sessions = {}
    for user in (secretary, committee):
        client = Client()
        client.force_login(user)
        sessions[user.username] = client.cookies["sessionid"].value

    last_day = f"?year={YEAR}&as_of={YEAR}-12-31"
    scores = reverse("branch_scores", args=[branch.code]) + last_day
    why = reverse("member_scores", args=[member.number, YEAR])
    pages = [
        Shot("login", None, reverse("login")),
        Shot("home", secretary.username, reverse("home")),
        Shot("committee", committee.username, reverse("home")),
        Shot("branch", secretary.username, scores),
        Shot("branch-hant", secretary.username, scores, language="zh-TW"),
        Shot("branch-en", secretary.username, scores, language="en"),
        Shot("branch-phone", secretary.username, scores, PHONE),
        Shot("why", secretary.username, why),
        Shot("why-phone", secretary.username, why, PHONE),
        Shot("entries", secretary.username, reverse("admin:scoring_entry_changelist")),
        Shot("entry", secretary.username, reverse("admin:scoring_entry_add")),
    ]
    return pages, sessions, branch.code


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


def take(shots: list[Shot], sessions: dict[str, str], address: str) -> None:
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("shots: no Chromium is installed (scripts/system-packages).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in shots:
            width, height = shot.size
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale=shot.language, timezone_id="Asia/Shanghai"
            )
            if shot.user:
                context.add_cookies([{"name": "sessionid", "value": sessions[shot.user], "url": address}])
            page = context.new_page()
            answer = page.goto(address + shot.path)
            if answer is None or not answer.ok:
                sys.exit(f"shots: {shot.path} could not be shown.")
            page.screenshot(path=IMAGES / f"{shot.name}.png", full_page=False)
            context.close()
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
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FONT_DIR": os.environ.get("FONT_DIR", str(ROOT / "var" / "fonts")),
            "DATA_DIR": scratch,
            "DATABASE_URL": f"sqlite:///{scratch}/db.sqlite3",
            "DEBUG": "yes",
        }
        sys.path.insert(0, str(ROOT))
        manage("migrate")
        manage("load_scheme", str(SCHEME))
        manage("seed_demo", "--year", str(YEAR), "--accounts")
        shots, sessions, branch = plan()
        with serving() as address:
            take(shots, sessions, address)
        print_notice(branch, scratch)
    print(f"shots: {len(shots)} pages and a notice in {IMAGES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
