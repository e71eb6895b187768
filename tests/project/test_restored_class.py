"""A removed class comes back as itself, and nobody else ever gets its id."""

import pytest

from app.project.errors import ProjectError
from app.project.project import Project


@pytest.fixture
def project(tmp_path):
    project = Project.create(tmp_path / "zoo")
    for name in ("cat", "dog", "bird"):
        project.add_class(name)
    return project


def test_a_restored_class_has_its_id_and_place_again(project):
    before = project.classes
    text = project.file.read_text("utf-8").replace('name = "bird"', 'name = "bird"  # rare')
    project.file.write_text(text, "utf-8")
    project.remove_class(before[1].id)
    project.restore_class(before[1], 1)
    assert Project.open(project.folder).classes == before
    assert "# rare" in project.file.read_text("utf-8")
    assert project.add_class("fish").id == 4


def test_the_only_class_can_come_back(project):
    before = project.classes
    for item in before:
        project.remove_class(item.id)
    project.restore_class(before[2], 2)
    assert Project.open(project.folder).classes == before[2:]


def test_a_name_given_away_meanwhile_is_refused(project):
    cat = project.classes[0]
    project.remove_class(cat.id)
    project.add_class("cat")
    with pytest.raises(ProjectError, match="already a class 'cat'"):
        project.restore_class(cat, 0)
    assert [item.id for item in Project.open(project.folder).classes] == [2, 3, 4]


def test_an_id_that_was_never_given_is_refused(project):
    cat = project.classes[0]
    with pytest.raises(ProjectError, match="not that of a removed class"):
        project.restore_class(cat, 0)
