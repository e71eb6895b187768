"""Splits on disk: read from real label files, written, read again, locked, and as folders."""

import json
import os
import shutil

import pytest

from app.dataset.errors import DatasetError
from app.dataset.split_files import (
    locked_test_of,
    read_split,
    rule_of,
    split_age,
    split_folder,
    write_split,
)
from app.dataset.split_folders import flat_names, write_split_folders
from app.dataset.split_images import read_split_images
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SplitRule
from app.jobs.cancel import CancelToken, JobCancelled
from app.project.project import Project
from tests.dataset.split_labels import label, labels_of

EMPTY = '<annotation verified="yes"><filename>wall.png</filename></annotation>\n'


def add(project, name, class_name=None):
    """Put a picture into the project, with one box if it has a class."""
    path = project.images_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())  # nothing here decodes it
    if class_name:
        label(project, name, class_name)


@pytest.fixture
def project(tmp_path):
    project = Project.create(tmp_path / "digits")
    for class_name in ("d1", "d2"):
        project.add_class(class_name)
        for number in range(10):
            add(project, f"trip/{class_name}_{number}.png", class_name)
    return project


def planned(project, rule=None, **options):
    images = read_split_images(labels_of(project))
    return plan_split(images, rule or SplitRule(), **options)


def bytes_below(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


# -- reading the pictures ----------------------------------------------------------------------


def test_states_classes_and_sessions_come_from_the_files(project):
    for name in ("new.png", "broken.png", "refused.png", "wall.png"):
        add(project, name)
    labels = project.annotations_folder
    (labels / "broken.xml").write_text("<annotation><obj", "utf-8")
    (labels / "wall.xml").write_text(EMPTY, "utf-8")
    (labels / "refused.xml").write_text(
        "<annotation><object><name>d1</name></object></annotation>", "utf-8"
    )
    (project.images_folder / "trip" / "session.json").write_text("{}", "utf-8")
    add(project, "trip/deeper/a.png", "d1")
    found = {each.name: each for each in read_split_images(labels_of(project))}
    states = {name: found[name].state for name in found if "/" not in name}
    assert states == {
        "new.png": "unlabelled",
        "broken.png": "broken",
        "refused.png": "broken",
        "wall.png": "empty",
    }
    assert found["trip/d2_3.png"].classes == (("d2", 1),)
    assert found["trip/d2_3.png"].session == found["trip/deeper/a.png"].session == "trip"
    assert found["new.png"].session == ""


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_name_that_no_list_can_hold_is_left_out_and_told(project):
    add(project, "two\nlines.png", "d1")
    plan = planned(project)
    assert plan.left_out == {"odd-name": ("two\nlines.png",)}


# -- written and read --------------------------------------------------------------------------


def test_a_split_is_read_as_it_was_written(project):
    (project.images_folder / "trip" / "frames.json").write_text("{}", "utf-8")
    add(project, "new.png")
    plan = planned(project, SplitRule(60, 20, 20, seed=7))
    write_split(project, plan)
    split = read_split(project)
    assert split.sets == plan.sets
    assert split.rule == rule_of(Project.open(project.folder)) == plan.rule
    assert split.left_out == {"unlabelled": ("new.png",)}
    assert (split.locked_test, split.changed_lists) == ((), ())
    lines = (project.folder / "splits" / "train.txt").read_text("utf-8").splitlines()
    assert lines == list(plan.sets["train"])
    assert all((project.images_folder / line).is_file() for line in lines)


def test_the_same_pictures_and_seed_give_the_same_bytes(project):
    write_split(project, planned(project))
    before = bytes_below(split_folder(project))
    shutil.rmtree(split_folder(project))
    write_split(Project.open(project.folder), planned(project))
    assert bytes_below(split_folder(project)) == before


def test_the_project_file_keeps_its_comments(project):
    text = project.file.read_text("utf-8") + "\n# mine\n"
    project.file.write_text(text, "utf-8")
    write_split(project, planned(project))
    assert project.file.read_text("utf-8").startswith(text.rstrip("\n"))


def test_nothing_labelled_writes_nothing(tmp_path):
    project = Project.create(tmp_path / "empty")
    with pytest.raises(DatasetError) as caught:
        write_split(project, planned(project))
    assert caught.value.code == "nothing-labelled"
    assert not split_folder(project).exists()


def test_without_a_split_it_says_how_to_make_one(project):
    with pytest.raises(DatasetError, match="no split yet") as caught:
        read_split(project)
    assert "tallybox split" in caught.value.hint
    assert locked_test_of(project) == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 1}', '{"version": 99}'])
def test_a_broken_file_is_named_and_its_lock_is_not_passed_over(project, text):
    write_split(project, planned(project), lock_test=True)
    (split_folder(project) / "split.json").write_text(text, "utf-8")
    with pytest.raises(DatasetError, match=r"split\.json"):
        read_split(project)
    with pytest.raises(DatasetError, match=r"split\.json"):
        locked_test_of(project)


def test_a_picture_in_two_lists_is_named(project):
    write_split(project, planned(project))
    train, test = (split_folder(project) / f"{name}.txt" for name in ("train", "test"))
    name = train.read_text("utf-8").splitlines()[0]
    test.write_text(test.read_text("utf-8") + name + "\n", "utf-8")
    with pytest.raises(DatasetError, match=name):
        read_split(project)


def test_a_rule_broken_by_hand_names_the_project_file(project):
    project.save_split_rule({"train": 50, "tests": 50})
    with pytest.raises(DatasetError, match=r"tallybox\.toml.*'tests'"):
        rule_of(project)
    without = project.file.read_text("utf-8").partition("[split]")[0]
    project.file.write_text(f"split = 3\n{without}", "utf-8")
    with pytest.raises(DatasetError, match=r"tallybox\.toml"):
        rule_of(Project.open(project.folder))


# -- lock and age ------------------------------------------------------------------------------


def test_a_locked_test_set_stays_over_new_pictures_and_lost_ones(project):
    write_split(project, planned(project), lock_test=True)
    test = read_split(project).sets["test"]
    for number in range(30):
        add(project, f"more/{number}.png", "d1")
    (project.images_folder / test[0]).unlink()
    plan = planned(project, SplitRule(seed=5), locked_test=locked_test_of(project))
    write_split(project, plan)
    split = read_split(project)
    assert split.sets["test"] == test[1:]
    assert set(split.locked_test) == set(test)  # it is test again when it comes back
    assert plan.gone_test == (test[0],)


def test_an_empty_test_set_is_not_locked(project):
    with pytest.raises(DatasetError, match="nothing to lock"):
        write_split(project, planned(project, SplitRule(100, 0, 0)), lock_test=True)
    assert not split_folder(project).exists()


def test_the_age_of_a_split_tells_new_lost_and_changed(project):
    add(project, "later.png")
    write_split(project, planned(project))
    assert split_age(read_split(project), read_split_images(labels_of(project))).is_current
    gone, blank = read_split(project).sets["train"][:2]
    (project.images_folder / gone).unlink()
    (project.annotations_folder / blank).with_suffix(".xml").unlink()
    label(project, "later.png", "d2")
    add(project, "new.png", "d1")
    (split_folder(project) / "val.txt").write_text("x.png\n", "utf-8")
    age = split_age(read_split(project), read_split_images(labels_of(project)))
    assert not age.is_current
    assert set(age.new) == {"later.png", "new.png"}
    assert set(age.gone) == {gone, "x.png"}
    assert age.unusable == (blank,)
    assert age.changed_lists == ("val",)


def test_pictures_left_out_on_purpose_do_not_make_a_split_old(project):
    write_split(project, planned(project, SplitRule(4, 0, 2, unit="images")))
    assert split_age(read_split(project), read_split_images(labels_of(project))).is_current


# -- folders -----------------------------------------------------------------------------------


def test_folders_hold_pictures_and_labels_side_by_side(project, tmp_path):
    add(project, "flat.png", "d1")
    plan = planned(project)
    count = write_split_folders(labels_of(project), plan.sets, tmp_path / "out")
    assert count == 21
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"train", "test"}
    for set_name in ("train", "test"):
        pictures = sorted(each.name for each in (tmp_path / "out" / set_name).glob("*.png"))
        assert pictures == sorted(name.replace("/", "_") for name in plan.sets[set_name])
        for name in pictures:
            text = (tmp_path / "out" / set_name / name).with_suffix(".xml").read_text("utf-8")
            assert f"<filename>{name}</filename>" in text
            assert "<mood>kept</mood>" in text
    (flat,) = (tmp_path / "out").rglob("flat.xml")
    assert flat.read_bytes() == (project.annotations_folder / "flat.xml").read_bytes()


def test_hard_links_take_no_room(project, tmp_path):
    write_split_folders(labels_of(project), planned(project).sets, tmp_path / "out", is_linked=True)
    assert (tmp_path / "out" / "train").is_dir()
    for path in (tmp_path / "out").rglob("*.png"):
        assert path.stat().st_nlink == 2


@pytest.mark.parametrize(
    "names",
    [
        ["a/b_c.png", "a_b/c.png", "a_b_c.png"],
        ["a/x.png", "a/x.jpg", "a_x.jpg"],
        ["A/x.png", "a/x.png"],
        ["s/a.png", "s_a_2.png", "s_a.png"],
    ],
)
def test_flat_names_never_collide_not_even_their_labels(names):
    flat = flat_names(names)
    assert list(flat) == names
    stems = {each.rpartition(".")[0].casefold() for each in flat.values()}
    assert len(stems) == len(names)
    assert all(flat[name] == name for name in names if "/" not in name and name != "a_x.jpg")


def test_a_folder_that_is_there_is_not_written_over(project, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(DatasetError, match="there already"):
        write_split_folders(labels_of(project), planned(project).sets, tmp_path / "out")
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_stopped_run_leaves_nothing_and_a_killed_one_is_cleared(project, tmp_path):
    token = CancelToken()

    def stop(done, _total):
        if done == 3:
            token.cancel()

    with pytest.raises(JobCancelled):
        write_split_folders(
            labels_of(project),
            planned(project).sets,
            tmp_path / "out",
            on_progress=stop,
            cancel_token=token,
        )
    assert not list(tmp_path.glob("out*"))
    (tmp_path / "out.partial" / "train").mkdir(parents=True)
    (tmp_path / "out.partial" / "train" / "old.png").touch()
    assert write_split_folders(labels_of(project), planned(project).sets, tmp_path / "out") == 20
    assert not list(tmp_path.rglob("old.png"))
    (tmp_path / "more.partial").mkdir()
    (tmp_path / "more.partial" / "mine.txt").touch()
    with pytest.raises(DatasetError, match=r"mine\.txt"):
        write_split_folders(labels_of(project), planned(project).sets, tmp_path / "more")


def test_a_picture_that_is_gone_is_named(project, tmp_path):
    plan = planned(project)
    name = plan.sets["test"][0]
    (project.images_folder / name).unlink()
    with pytest.raises(DatasetError, match=name):
        write_split_folders(labels_of(project), plan.sets, tmp_path / "out")
    assert not list(tmp_path.glob("out*"))


def test_split_json_names_seed_shares_and_groups(project):
    (project.images_folder / "trip" / "session.json").write_text("{}", "utf-8")
    write_split(project, planned(project, SplitRule(seed=3, grouping="session")))
    fields = json.loads((split_folder(project) / "split.json").read_text("utf-8"))
    assert (fields["version"], fields["seed"], fields["train"], fields["test"]) == (1, 3, 70, 30)
    assert len(fields["groups"]) == 1
    assert len(fields["groups"][0]) == 20
