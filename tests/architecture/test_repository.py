"""What several files say must be the same: commands, versions, licences."""

from __future__ import annotations

import re
import tomllib

import pytest
import typer

from app.commands.application import application
from app.paths import checkout_root, data_root, resource_path, sample_data_path

ROOT = checkout_root()


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(*parts):
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def test_the_workflow_runs_the_lowest_and_highest_python_on_every_system(project):
    workflow = read(".github", "workflows", "ci.yml")
    tested = re.findall(r'"(3\.\d+)"', re.search(r"python: \[(.*)\]", workflow)[1])
    pythons = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert tested == [pythons[0], pythons[-1]]
    systems = re.search(r"os: \[(.*)\]", workflow)[1]
    named = {"ubuntu": "POSIX :: Linux", "windows": "Microsoft :: Windows", "macos": "MacOS"}
    for runner, classifier in named.items():
        assert runner in systems
        assert any(classifier in line for line in project["classifiers"])


def test_the_readme_and_the_integration_run_the_same_command():
    command = "-m uv run --locked tests/check.py"
    assert command in read("README.md")
    assert command in read(".ci", "run")


def test_the_readme_names_the_libraries_that_the_program_looks_for():
    from app import screen

    readme = read("README.md")
    packages = {**screen._QT_LIBRARIES, **screen._X11_LIBRARIES}.values()
    assert [package for package in packages if package not in readme] == []


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", read(page))
    files = [link for link in links if "://" not in link]
    assert [link for link in files if not (ROOT / link).exists()] == []


def test_every_command_of_the_readme_exists():
    told = set(re.findall(r"^tallybox ([a-z]+)", read("README.md"), flags=re.MULTILINE))
    assert told
    assert told <= typer.main.get_command(application()).commands.keys()


def test_the_changelog_knows_this_version(project):
    assert f"## [{project['version']}]" in read("CHANGELOG.md") or "## [Unreleased]" in read(
        "CHANGELOG.md"
    )


def test_the_licence_is_whole():
    text = read("LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("folder", ["resources", "sample_data"])
def test_everything_bundled_is_credited(folder):
    """Whatever comes with the program and is not ours is named in NOTICE."""
    notice = read("NOTICE")
    models = [path.name for path in (data_root() / folder).glob("models/*") if path.is_dir()]
    videos = [path.name for path in (data_root() / folder).glob("*.mp4")]
    assert [name for name in [*models, *videos] if name not in notice] == []


def test_the_starter_model_is_there():
    assert (resource_path("models") / "starter-oidv4" / "model.json").is_file()


def test_the_sample_is_there():
    assert list(sample_data_path().glob("*.*"))
