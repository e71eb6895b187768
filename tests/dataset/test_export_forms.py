"""Exports beside the records: COCO and YOLO with their pictures, and tables from other tools."""

import json

import cv2
import numpy as np
import pytest

from app.annotation.exchange import import_labels
from app.annotation.formats.registry import FORMATS
from app.annotation.formats.yolo_classes import read_class_names
from app.dataset.export_settings import ALSO_FORMATS
from app.dataset.manifest import damaged_files
from app.imaging import read_image, read_size
from app.project.project import Project
from tests.dataset.export_projects import (
    BOXES,
    SIZE,
    add_picture,
    contents,
    export,
    folder_of,
    label,
    project_with,
)


def test_a_trainer_finds_what_data_yaml_points_at(tmp_path):
    result = export(project_with(tmp_path / "p", 6), also=("yolo",))
    folder = result.folder / "yolo"
    lines = (folder / "data.yaml").read_text().splitlines()
    sets = dict(line.split(": ") for line in lines if line.startswith(("train:", "test:")))
    assert sets == {"train": "images/train", "test": "images/test"}
    assert read_class_names(folder) == {0: "cat", 1: "dog"}
    for name, where in sets.items():
        pictures = contents(folder / where)
        labels = contents(folder / where.replace("images", "labels"))
        assert len(pictures) == result.manifest.sets[name].images
        assert {each.replace(".jpg", ".txt") for each in pictures} | {"classes.txt"} == set(labels)
        for each, content in pictures.items():
            assert content == (tmp_path / "p" / "images" / each).read_bytes()
    assert damaged_files(result.folder, result.manifest) == []


@pytest.mark.parametrize("key", ALSO_FORMATS)
def test_a_converted_picture_has_the_ending_that_is_true_of_it(tmp_path, key):
    project = project_with(tmp_path / "p", 1, is_split=False)
    picture = np.random.default_rng(3).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
    add_picture(project, "s0/plain.bmp", content=cv2.imencode(".bmp", picture)[1].tobytes())
    folder = export(project, also=(key,)).folder / key
    assert (read_image(folder / "images/all/s0/plain.png") == picture).all()
    read = FORMATS[key].read(
        folder / ("all.json" if key == "coco" else "labels/all"),
        size_of=lambda name: sizes_below(folder / "images/all").get(name),
    )
    boxes = {image.name: len(image.annotation.boxes) for image in read.images}
    assert boxes == {"s0/000.jpg": 2, "s0/plain.png": 2}


def sizes_below(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): read_size(path) for path in files}


def test_a_converted_picture_takes_no_other_pictures_name(tmp_path):
    project = project_with(tmp_path / "p", 0, is_split=False)
    for name, gray in (("a.bmp", 10), ("a.png", 20)):
        picture = np.full((SIZE[1], SIZE[0], 3), gray, np.uint8)
        content = cv2.imencode(name[1:], picture)[1].tobytes()
        path = add_picture(project, name, content=content, boxes=None)
        target = folder_of(project).label_path(path)
        label(project, target.with_suffix("").name + ".x", BOXES)
        (project.annotations_folder / f"{target.stem}.xml").replace(target)
    folder = export(project, also=("coco",)).folder / "coco"
    names = [each["file_name"] for each in json.loads((folder / "all.json").read_text())["images"]]
    assert sorted(names) == ["a.bmp.png", "a.png"]
    grays = {name: read_image(folder / "images/all" / name)[0, 0, 0] for name in names}
    assert grays == {"a.bmp.png": 10, "a.png": 20}


def test_changing_a_label_or_picture_in_the_project_leaves_an_export_as_it_was(tmp_path):
    project = project_with(tmp_path / "p", 3, is_split=False)
    result = export(project, also=("yolo",))
    before = contents(result.folder)
    (project.images_folder / "s0" / "000.jpg").unlink()
    label(project, "s1/001.jpg", BOXES[:1])
    assert contents(result.folder) == before


def test_the_sample_of_linkedai_gives_the_row_of_the_course(reference_data, tmp_path):
    sample = reference_data / "foreign" / "linkedai" / "repaired_one_record.json"
    project = Project.create(tmp_path / "p")
    for name in ("placas", "motos"):
        project.add_class(name)
    picture = np.full((953, 1300, 3), 90, np.uint8)
    content = cv2.imencode(".jpg", picture)[1].tobytes()
    add_picture(project, "fc15988c9a.jpg", content=content, boxes=None)
    import_labels([sample], FORMATS["linkedai"], folder_of(project))
    table = (export(project).folder / "all.csv").read_text()
    assert table.splitlines() == [
        "filename,width,height,xmin,ymin,xmax,ymax,class,class_id",
        "fc15988c9a.jpg,1300,953,63,436,809,864,motos,2",
    ]
