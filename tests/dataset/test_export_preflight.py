"""The twelve faults that spoil a data set are found before it is exported, with what to do."""

import time

import cv2
import numpy as np
import pytest
from PIL import Image

from app.annotation.labels import LabeledBox
from app.dataset.export_sets import split_sets
from app.dataset.preflight import find_problems
from app.dataset.problems import CODES, Problem
from app.project.project import PROJECT_FILE, Project
from tests.dataset.export_projects import SIZE, add_picture, folder_of, label, project_with, split


def problems_of(project):
    classes = {item.id: item.name for item in project.classes}
    return find_problems(folder_of(project), classes, split_sets(project))


def codes_at(project, part):
    return {problem.code for problem in problems_of(project) if part in problem.place}


def edit(project, name, old, new):
    path = (project.annotations_folder / name).with_suffix(".xml")
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def seed_faults(project):
    """Plant one of each fault; return the code of each and where it is to be found."""
    add_picture(project, "bare.jpg", seed=70, boxes=None)
    label(project, "lost.jpg", [LabeledBox("cat", 1, 1, 9, 9)])
    edit(project, "s0/000.jpg", "<width>80</width>", "<width>90</width>")
    edit(project, "s1/001.jpg", "<xmax>40</xmax>", "<xmax>95</xmax>")
    edit(project, "s0/002.jpg", "<xmax>40</xmax>", "<xmax>4</xmax>")
    edit(project, "s1/003.jpg", "<name>cat</name>", "<name>fox</name>")
    edit_classes(project)
    broken = project.images_folder / "s0" / "004.jpg"
    broken.write_bytes(broken.read_bytes()[:-60])
    turned(project, "turned.jpg")
    add_picture(project, "rare.jpg", seed=71, boxes=[LabeledBox("rare", 1, 1, 9, 9)])
    lists = project.folder / "splits"
    names = (lists / "test.txt").read_text("utf-8")
    (lists / "test.txt").write_text(names + "rare.jpg\n", "utf-8")
    return {
        "no-labels": "bare.jpg",
        "no-picture": "lost.xml",
        "size-mismatch": "s0/000.jpg",
        "box-outside": "s1/001.jpg",
        "box-empty": "s0/002.jpg",
        "unknown-class": "s1/003.jpg",
        "class-twice": "Cat",
        "class-id-gap": "classes",
        "picture-broken": "s0/004.jpg",
        "exif-swap": "turned.jpg",
        "class-empty": "never",
        "class-not-in-train": "rare",
    }


def edit_classes(project):
    """Add classes as another program or a person with an editor might."""
    path = project.folder / PROJECT_FILE
    added = "".join(
        f'\n[[classes]]\nid = {class_id}\nname = "{name}"\ncolor = "#112233"\n'
        for class_id, name in ((4, "Cat"), (5, "never"), (6, "rare"))
    )
    path.write_text(path.read_text("utf-8") + added, "utf-8")


def turned(project, name):
    exif = Image.Exif()
    exif[274] = 6
    (project.images_folder / name).parent.mkdir(exist_ok=True)
    Image.new("RGB", SIZE, "teal").save(project.images_folder / name, exif=exif)
    label(project, name, [LabeledBox("cat", 1, 1, 9, 9)], size=SIZE)  # as it lies in the file


def test_twelve_of_twelve_seeded_faults_are_found_with_what_to_do(tmp_path):
    project = project_with(tmp_path / "p", 12)
    assert problems_of(project) == []
    seeded = seed_faults(project)
    found = problems_of(Project.open(project.folder))
    assert len(seeded) == 12
    for code, place in seeded.items():
        assert [each for each in found if each.code == code and place in each.place], code
    others = {(each.code, each.place) for each in found if each.code not in seeded}
    assert others == set()
    assert all(each.text.endswith(".") and each.hint for each in found)


def test_a_class_that_only_differs_in_case_is_pointed_at(tmp_path):
    project = project_with(tmp_path / "p", 3)
    edit(project, "s0/000.jpg", "<name>cat</name>", "<name>CAT</name>")
    found = [each for each in problems_of(project) if each.code == "unknown-class"]
    assert "there is 'cat'" in found[0].text


def test_a_picture_of_a_set_that_is_gone_or_lost_its_labels_is_told(tmp_path):
    project = project_with(tmp_path / "p", 4)
    (project.images_folder / "s0" / "000.jpg").unlink()
    (project.annotations_folder / "s1" / "001.xml").unlink()
    assert codes_at(project, "s0/000.jpg") == {"picture-broken"}
    assert codes_at(project, "s1/001.jpg") == {"split-no-labels"}


def test_a_broken_file_of_labels_is_told_once(tmp_path):
    project = project_with(tmp_path / "p", 2, is_split=False)
    (project.annotations_folder / "s0" / "000.xml").write_text("<annotation><obj", "utf-8")
    assert [each.code for each in problems_of(project)] == ["labels-broken"]


def test_work_that_is_not_done_yet_is_no_fault(tmp_path):
    project = project_with(tmp_path / "p", 2, is_split=False)
    add_picture(project, "later.jpg", seed=80, boxes=None)
    (only,) = problems_of(project)
    assert (only.code, only.kind, only.is_fault) == ("no-labels", "open", False)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_kind_and_words_of_advice(code):
    problem = Problem(code, "a.jpg", "Wrong.")
    assert problem.kind in {"refused", "mended", "open", "noted"}
    assert problem.hint.endswith(".")


@pytest.mark.slow
def test_a_thousand_pictures_are_checked_in_about_three_seconds(tmp_path):
    project = project_with(tmp_path / "p", 20, is_split=False)
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    picture = cv2.resize(pixels, (640, 480), interpolation=cv2.INTER_CUBIC)
    content = cv2.imencode(".jpg", picture)[1].tobytes()
    boxes = [LabeledBox("cat", 1, 1, 600, 400)]
    for number in range(1000):
        name = f"many/{number:04d}.jpg"
        add_picture(project, name, boxes=None, content=content)
        label(project, name, boxes, size=(640, 480))
    split(project)
    seeded = seed_faults(project)
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    found = problems_of(Project.open(project.folder))
    took_s = min(time.perf_counter() - start_s, time.process_time() - start_cpu_s)
    assert {each.code for each in found} >= seeded.keys()
    assert took_s < 6  # twice what it is to be: other tests run beside this one
