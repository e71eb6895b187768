from __future__ import annotations

import pytest

from app.files import FileWriteError
from app.project.settings import RECENT_LIMIT, UserSettings, settings_file


def test_defaults_come_without_a_file():
    assert UserSettings.load() == UserSettings("system", "", ())
    assert not settings_file().exists()


def test_what_was_chosen_comes_back(tmp_path):
    settings = UserSettings(theme="dark", language="es").with_recent(tmp_path)
    settings.save()
    assert UserSettings.load() == settings


def test_recent_projects_newest_first_each_once(tmp_path):
    settings = UserSettings()
    folders = [tmp_path / str(number) for number in range(RECENT_LIMIT + 2)]
    for folder in folders:
        folder.mkdir()
        settings = settings.with_recent(folder)
    settings = settings.with_recent(folders[5])
    assert settings.recent_projects[0] == folders[5]
    assert len(settings.recent_projects) == len(set(settings.recent_projects)) == RECENT_LIMIT


def test_projects_that_are_away_are_kept(tmp_path):
    (tmp_path / "a").mkdir()
    UserSettings().with_recent(tmp_path / "a").with_recent(tmp_path / "away").save()
    assert UserSettings.load().recent_projects == (tmp_path / "away", tmp_path / "a")


def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("TALLYBOX_CONFIG_DIR", str(tmp_path / "taken" / "settings"))
    with pytest.raises(FileWriteError, match="taken"):
        UserSettings().save()


def test_a_broken_file_is_put_aside(caplog):
    path = settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("theme = ")
    assert UserSettings.load() == UserSettings()
    assert path.with_name("settings.toml.broken").read_text() == "theme = "
    assert str(path) in caplog.text
    caplog.clear()


def test_nonsense_in_the_file_is_passed_over():
    path = settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("theme = 'pink'\nrecent_projects = 3\nmore = 1\n")
    assert UserSettings.load() == UserSettings()
