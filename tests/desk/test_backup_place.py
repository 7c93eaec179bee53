"""Where `manage.py backup` puts its file: into a folder, made where there is none, or under its name."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Cast
from tests.desk.test_backup import refused, run


@pytest.fixture
def installed(transactional_db: None, cast: Cast, settings, tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """An installation that can be copied, without uploads."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return cast


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["bk", "bk/", "below/bk", "bk.tar.gz/"])
def test_a_path_without_the_ending_is_a_folder_night_after_night(
    installed, tmp_path, monkeypatch, name, there
):
    monkeypatch.setattr("reports.desk.management.commands.backup.timezone.now", lambda: NOW)
    if there:
        (tmp_path / name).mkdir(parents=True)
    for _night in range(2):  # both within one second
        code, _out, err = run("backup", "--to", f"{tmp_path}/{name}")
        assert (code, err) == (0, "")
    names = sorted(path.name for path in (tmp_path / name).iterdir())
    assert names == ["points-20260915-100000-2.tar.gz", "points-20260915-100000.tar.gz"]
    if not there:
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_a_file_where_the_folder_would_be_is_one_line(installed, tmp_path):
    (tmp_path / "bk").touch()
    refused("backup", "--to", str(tmp_path / "bk"))
    refused("backup", "--to", str(tmp_path / "bk" / "below"))
