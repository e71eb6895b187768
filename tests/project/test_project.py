from __future__ import annotations

import pytest

from app.files import FileWriteError
from app.project.errors import ProjectError
from app.project.project import PROJECT_FILE, Project


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "digits")


def test_a_new_project_opens_again(project):
    again = Project.open(project.folder)
    assert again.name == "digits"
    assert again.classes == ()
    assert again.images_folder.is_dir()
    assert Project.open(project.file).folder == project.folder


def test_an_empty_folder_with_hidden_files_may_become_one(tmp_path):
    (tmp_path / ".git").mkdir()
    assert Project.create(tmp_path, name="  My counts ").name == "My counts"


def test_what_is_there_is_never_taken_over(project, tmp_path):
    with pytest.raises(ProjectError) as caught:
        Project.create(project.folder)
    assert caught.value.code == "project-exists"

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.png").touch()
    with pytest.raises(ProjectError) as caught:
        Project.create(tmp_path / "full")
    assert caught.value.code == "folder-not-empty"
    assert [item.name for item in (tmp_path / "full").iterdir()] == ["photo.png"]

    (tmp_path / "file").touch()
    with pytest.raises(ProjectError) as caught:
        Project.create(tmp_path / "file")
    assert caught.value.code == "not-a-folder"
    with pytest.raises(FileWriteError):
        Project.create(tmp_path / "file" / "below")


def test_class_ids_are_never_renumbered_or_used_again(project):
    one, two, three = (project.add_class(name) for name in ("d1", "d2", "d3"))
    assert [one.id, two.id, three.id] == [1, 2, 3]

    project.remove_class(1)
    project.remove_class(3)
    assert [item.id for item in project.classes] == [2]
    assert Project.open(project.folder).add_class("d3").id == 4
    project = Project.open(project.folder)
    project.remove_class(4)
    project.remove_class(2)
    assert project.add_class("d5").id == 5


def test_a_forgotten_counter_does_not_renumber(project):
    project.add_class("a")
    project.add_class("b")
    text = project.file.read_text().replace("next_class_id = 3", "")
    project.file.write_text(text)
    assert Project.open(project.folder).add_class("c").id == 3


def test_colours_and_hotkeys_are_given_out(project):
    items = [project.add_class(f"class {number}") for number in range(11)]
    assert [item.hotkey for item in items] == [*"123456789", "", ""]
    assert len({item.color for item in items[:8]}) == 8


def test_a_class_can_be_changed(project):
    project.add_class("Car")
    changed = project.change_class(1, name="Coche", color="#123456", hotkey="c")
    assert changed == Project.open(project.folder).class_of(1)
    assert (changed.id, changed.name, changed.color, changed.hotkey) == (1, "Coche", "#123456", "c")
    assert project.change_class(1, hotkey="").hotkey == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "class-name"),
        ({"name": "a\nb"}, "class-name"),
        ({"name": "Person"}, "class-exists"),
        ({"name": "Car", "color": "red"}, "class-color"),
        ({"name": "Car", "hotkey": "1"}, "hotkey-taken"),
        ({"name": "Car", "hotkey": "F1"}, "class-hotkey"),
    ],
)
def test_a_class_that_cannot_be_changes_nothing(project, change, code):
    project.add_class("Person")
    before = project.file.read_bytes()
    with pytest.raises(ProjectError) as caught:
        project.add_class(**change)
    assert caught.value.code == code
    assert project.file.read_bytes() == before
    assert [item.name for item in project.classes] == ["Person"]


def test_comments_and_unknown_keys_stay(project):
    project.add_class("Car")
    with project.file.open("a", encoding="utf-8") as file:
        file.write('\n# mine\n[future]\nthing = "kept" # really\n')
    project = Project.open(project.folder)
    project.add_class("Bus")
    project.rename("Otro nombre ñ")
    project.save_scene("0", {"a": 1})

    text = project.file.read_text(encoding="utf-8")
    assert "# mine\n" in text
    assert '[future]\nthing = "kept" # really\n' in text
    assert "never renumbered" in text
    assert Project.open(project.folder).name == "Otro nombre ñ"


def test_two_writers_do_not_lose_each_others_changes(project):
    other = Project.open(project.folder)
    project.add_class("Car")
    other.add_class("Bus")
    assert [(item.id, item.name) for item in other.classes] == [(1, "Car"), (2, "Bus")]


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("schema_version = 1\nname = ", "project-file-broken", "line 2"),
        ("name = 'x'", "project-file-invalid", "schema_version"),
        ("schema_version = 'one'", "project-file-invalid", "schema_version"),
        ("schema_version = 2", "project-too-new", "newer Tallybox"),
        ("schema_version = 1\nclasses = 3", "project-file-invalid", "classes"),
        ("schema_version = 1\n[[classes]]\nid = 0\nname = 'a'", "project-file-invalid", "id"),
        ("schema_version = 1\n[[classes]]\nid = 1", "project-file-invalid", "number 1: name"),
        (
            "schema_version = 1\n[[classes]]\nid = 1\nname = 'a'\n[[classes]]\nid = 1\nname = 'b'",
            "project-file-invalid",
            "twice",
        ),
        (
            "schema_version = 1\n[[classes]]\nid = 1\nname = 'a'\ncolor = 'red'",
            "project-file-invalid",
            "color",
        ),
    ],
)
def test_a_broken_file_is_named_and_left_alone(project, text, code, told):
    project.file.write_text(text)
    with pytest.raises(ProjectError) as caught:
        Project.open(project.folder)
    assert caught.value.code == code
    assert told in caught.value.message
    assert str(project.file) in caught.value.message
    # A project that was open when the file was broken does not overwrite it either.
    with pytest.raises(ProjectError):
        project.add_class("Car")
    assert project.file.read_text() == text


def test_not_a_project_and_not_text(tmp_path):
    with pytest.raises(ProjectError) as caught:
        Project.open(tmp_path)
    assert caught.value.code == "no-project"
    (tmp_path / PROJECT_FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError) as caught:
        Project.open(tmp_path)
    assert caught.value.code == "project-not-readable"


SCENE = {
    "anchor": "center",
    "geometries": [
        {"kind": "line", "start_norm": [0.0, 0.5], "end_norm": [1.0, 0.5], "names": {"up": "Sube"}},
        {"kind": "zone", "points_norm": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.1]]},
    ],
}


def test_a_scene_is_found_again_when_the_project_moves(project, tmp_path):
    video = project.folder / "videos" / "a b.mp4"
    project.save_scene(str(video), SCENE)
    assert Project.open(project.folder).scene_for(str(video)) == SCENE

    moved = tmp_path / "elsewhere"
    project.folder.rename(moved)
    assert Project.open(moved).scene_for(str(moved / "videos" / "a b.mp4")) == SCENE


def test_scenes_are_kept_per_source(project, tmp_path, monkeypatch):
    outside = tmp_path / "street.mp4"
    project.save_scene(str(outside), {"n": 1})
    project.save_scene("0", {"n": 2})
    project.save_scene("rtsp://me:secret@cam.local:554/live?x=1", {"n": 3, "gone": None})
    project.save_scene("0", {"n": 4})

    project = Project.open(project.folder)
    monkeypatch.chdir(tmp_path)
    assert project.scene_for("street.mp4") == {"n": 1}
    assert project.scene_for(" 0 ") == {"n": 4}
    assert project.scene_for("rtsp://me:other@cam.local:554/live?x=1") == {"n": 3}
    assert project.scene_for("1") is None
    assert "secret" not in project.file.read_text()


def test_a_scene_given_out_is_not_the_one_kept(project):
    project.save_scene("0", SCENE)
    project.scene_for("0")["geometries"].clear()
    assert project.scene_for("0") == SCENE
