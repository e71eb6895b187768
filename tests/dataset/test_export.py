"""Exports: what is in them, that they are whole or not there, and that they are always the same."""

import csv
import json
import os
import shutil

import cv2
import numpy as np
import pytest
from PIL import Image

from app.annotation.formats.registry import FORMATS
from app.annotation.labels import LabeledBox
from app.dataset.errors import DatasetError
from app.dataset.example_proto import decode_example
from app.dataset.export import exports_folder
from app.dataset.export_settings import ExportSettings
from app.dataset.manifest import damaged_files
from app.dataset.record_contents import read_examples, summarise
from app.dataset.record_file import read_records
from app.imaging import read_image
from app.project.activity import ActivityFile, activity_path
from app.project.project import Project
from app.project.proposals import Proposal, ProposalStore
from tests.dataset.export_projects import (
    BOXES,
    SIZE,
    add_picture,
    contents,
    export,
    import_voc,
    label,
    project_with,
)

CLASSIC_KEYS = {
    "image/height",
    "image/width",
    "image/filename",
    "image/source_id",
    "image/encoded",
    "image/format",
    "image/object/bbox/xmin",
    "image/object/bbox/xmax",
    "image/object/bbox/ymin",
    "image/object/bbox/ymax",
    "image/object/class/text",
    "image/object/class/label",
}


def test_every_set_has_a_record_file_and_a_table_and_the_classes_have_three_label_maps(tmp_path):
    result = export(project_with(tmp_path / "p", 10))
    assert sorted(contents(result.folder)) == [
        "label_map.csv",
        "label_map.json",
        "label_map.pbtxt",
        "manifest.json",
        "notes.csv",
        "test.csv",
        "test.record",
        "train.csv",
        "train.record",
    ]
    assert {name: tally.images for name, tally in result.manifest.sets.items()} == {
        "train": 7,
        "test": 3,
    }
    assert (result.folder / "label_map.csv").read_text() == "1,cat\n2,dog\n"
    with (result.folder / "test.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    first = {key: rows[0][key] for key in ("width", "xmin", "ymax", "class", "class_id")}
    assert first == {"width": "80", "xmin": "4", "ymax": "50", "class": "cat", "class_id": "1"}
    assert damaged_files(result.folder, result.manifest) == []


def test_a_record_says_all_of_its_picture(tmp_path):
    project = project_with(tmp_path / "p", 4)
    result = export(project)
    data = [
        *read_records(result.folder / "train.record"),
        *read_records(result.folder / "test.record"),
    ]
    features = [decode_example(each) for each in data]
    assert sorted(each["image/source_id"][0] for each in features) == [b"1", b"2", b"3", b"4"]
    for each in features:
        picture = project.images_folder / each["image/filename"][0].decode()
        assert each["image/encoded"] == [picture.read_bytes()]
        assert each["image/format"] == [b"jpeg"]
        assert each["image/object/bbox/xmin"] == pytest.approx([4 / 80, 20 / 80], abs=1e-6)
        assert each["image/object/bbox/ymax"] == pytest.approx([50 / 60, 59 / 60], abs=1e-6)
        assert each["image/object/class/text"] == [b"cat", b"dog"]
        assert each["image/object/class/label"] == [1, 2]
        assert each["image/object/difficult"] == [0, 1]
        assert each["image/object/area"] == pytest.approx([36 * 44, 59 * 49])


def test_the_same_input_gives_the_same_bytes(tmp_path):
    project = project_with(tmp_path / "p", 8)
    first = contents(export(project, shards=2, is_compressed=True, also=("coco", "yolo")).folder)
    for path in project.images_folder.rglob("*.jpg"):
        os.utime(path, (1, 1))
    again = export(project, replaces=True, shards=2, is_compressed=True, also=("coco", "yolo"))
    assert contents(again.folder) == first
    moved = shutil.copytree(project.folder, tmp_path / "elsewhere")
    shutil.rmtree(moved / "exports")
    other = export(Project.open(moved), shards=2, is_compressed=True, also=("coco", "yolo"))
    assert contents(other.folder) == first


def test_shards_share_a_set_out_evenly(tmp_path):
    result = export(project_with(tmp_path / "p", 10), shards=3)
    train = sorted(path.name for path in result.folder.glob("train.record*"))
    assert train == [f"train.record-0000{index}-of-00003" for index in range(3)]
    counts = [len(list(read_records(result.folder / name))) for name in train]
    assert counts == [2, 2, 3]
    names = [each.name for path in train for each in read_examples(result.folder / path)]
    assert names == (tmp_path / "p" / "splits" / "train.txt").read_text().split()


def test_the_classes_keep_the_ids_of_the_project(tmp_path):
    project = project_with(tmp_path / "p", 4, classes=("gone", "dog", "cat"))
    project.remove_class(1)
    result = export(project)
    assert json.loads((result.folder / "label_map.json").read_text()) == [
        {"name": "dog", "id": 2},
        {"name": "cat", "id": 3},
    ]
    assert summarise([result.folder / "train.record"]).boxes.keys() == {("cat", 3), ("dog", 2)}


def test_pictures_without_boxes_are_background_or_left_out_and_counted(tmp_path):
    project = project_with(tmp_path / "p", 4, is_split=False)
    add_picture(project, "empty.jpg", seed=9, boxes=None)
    label(project, "empty.jpg", (), is_verified=True)
    add_picture(project, "not-yet.jpg", seed=10, boxes=None)
    kept = export(project, name="kept").manifest.sets["all"]
    assert (kept.images, kept.background) == (5, 1)
    dropped = export(project, name="dropped", background="drop").manifest.sets["all"]
    assert (dropped.images, dropped.background) == (4, 0)
    assert dropped.notes == {"background-dropped": 1}


def test_without_a_split_the_labelled_pictures_are_one_set(tmp_path):
    result = export(project_with(tmp_path / "p", 3, is_split=False))
    assert not result.manifest.is_split
    assert (result.folder / "all.record").is_file()


def odd_pictures(folder):
    """Return pictures that TensorFlow would misread, by name, with what is said of them."""
    pixels = np.random.default_rng(3).integers(0, 256, (6, 8, 3), np.uint8)
    picture = Image.fromarray(cv2.resize(pixels, SIZE, interpolation=cv2.INTER_NEAREST))
    exif = Image.Exif()
    exif[274] = 6
    folder.mkdir(parents=True, exist_ok=True)
    picture.convert("CMYK").save(folder / "cmyk.jpg")
    picture.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", exif=exif, quality=95)
    picture.save(folder / "moving.gif")
    picture.save(folder / "web.webp", lossless=True)
    picture.save(folder / "plain.bmp")
    deep = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    deep.save(folder / "deep.png")
    picture.convert("RGBA").save(folder / "clear.png")
    return {
        "cmyk.jpg": ("jpeg", "CMYK"),
        "turned.jpg": ("jpeg", "Exif"),
        "moving.gif": ("png", "GIF"),
        "web.webp": ("png", "WebP"),
        "plain.bmp": ("png", "BMP"),
        "deep.png": ("png", "16 bits"),
        "clear.png": ("png", "transparent"),
    }


def test_pictures_that_tensorflow_would_misread_go_out_as_annotate_shows_them(tmp_path):
    project = project_with(tmp_path / "p", 0, is_split=False)
    expected = odd_pictures(project.images_folder)
    for name in expected:
        label(project, name, BOXES)
    result = export(project)
    notes = (result.folder / "notes.csv").read_text("utf-8")
    found = {each.name: each for each in read_examples(result.folder / "all.record")}
    assert found.keys() == expected.keys()
    for name, (form, words) in expected.items():
        each = found[name]
        assert (each.format, each.width, each.height) == (form, *SIZE)
        line = next(line for line in notes.splitlines() if name in line)
        assert "converted" in line
        assert words in line
        shown = read_image(project.images_folder / name)
        assert np.abs(each.image_bgr().astype(int) - shown).mean() < 4
        assert each.problems == ()
    assert result.manifest.sets["all"].notes["converted"] == len(expected)


def test_a_picture_under_a_wrong_name_goes_out_as_it_is_and_its_format_is_true(tmp_path):
    project = project_with(tmp_path / "p", 1, is_split=False)
    content = cv2.imencode(".png", np.full((60, 80, 3), 9, np.uint8))[1].tobytes()
    add_picture(project, "wrong.jpg", content=content)
    result = export(project)
    wrong = next(e for e in read_examples(result.folder / "all.record") if e.name == "wrong.jpg")
    assert (wrong.format, wrong.content) == ("png", content)
    assert result.manifest.sets["all"].notes == {"odd": 1}


def test_open_proposals_of_a_model_do_not_go_out(tmp_path):
    project = project_with(tmp_path / "p", 2, is_split=False)
    add_picture(project, "proposed.jpg", seed=30, boxes=None)
    store = ProposalStore(ActivityFile(activity_path(project.images_folder, project.folder)))
    proposal = Proposal("cat", 1, 1, 30, 30, 0.9, "model", "1")
    for name in ("proposed.jpg", "s0/000.jpg"):
        store.replace(name, [proposal], "model", "1")
    result = export(project)
    found = {each.name: len(each.boxes) for each in read_examples(result.folder / "all.record")}
    assert found == {"s0/000.jpg": 2, "s1/001.jpg": 2}


def test_what_cannot_go_out_is_told_and_the_rest_goes_out(tmp_path):
    project = project_with(tmp_path / "p", 5)
    names = (project.folder / "splits" / "train.txt").read_text().split()
    (project.images_folder / names[0]).unlink()
    broken = project.images_folder / names[1]
    broken.write_bytes(broken.read_bytes()[:-40])
    label(project, names[2], [LabeledBox("fox", 1, 1, 9, 9)])
    result = export(project)
    tally = result.manifest.sets["train"]
    assert (tally.images, tally.notes) == (len(names) - 3, {"left-out": 3})
    words = " ".join(note.text for note in tally.first_notes)
    for part in ("no such file", "cut short", "fox"):
        assert part in words


def test_nothing_to_export_is_an_error_and_leaves_no_export(tmp_path):
    project = project_with(tmp_path / "p", 0, is_split=False)
    with pytest.raises(DatasetError, match="nothing to export"):
        export(project)
    add_picture(project, "a.jpg", boxes=[LabeledBox("fox", 1, 1, 9, 9)])
    with pytest.raises(DatasetError, match=r"None of the pictures .* fox"):
        export(project)
    assert not (exports_folder(project.folder) / "dataset").exists()


@pytest.mark.parametrize("name", ["", "a/b", "..", ".x", "a.partial", " a"])
def test_a_name_that_is_none_for_a_folder_is_refused(name):
    with pytest.raises(DatasetError, match="No export can be made"):
        ExportSettings(name=name)


def test_a_classic_record_file_and_ours_say_the_same(reference_data, tmp_path):
    raccoon = reference_data / "voc" / "raccoon"
    classic = {
        features["image/filename"][0]: features
        for features in map(decode_example, read_records(raccoon / "data" / "test.record"))
    }
    project = import_voc(tmp_path / "p", raccoon / "images", raccoon / "annotations", ("raccoon",))
    result = export(project)
    ours = {
        features["image/filename"][0]: features
        for features in map(decode_example, read_records(result.folder / "all.record"))
    }
    assert len(classic) > 30
    for name, theirs in classic.items():
        assert theirs.keys() == CLASSIC_KEYS
        for key in CLASSIC_KEYS - {"image/source_id", "image/format"}:
            found, expected = ours[name][key], theirs[key]
            same = pytest.approx(expected, abs=1e-6) if "bbox" in key else expected
            assert found == same, (name, key)


def test_boxes_of_padilla_come_back_from_every_form(reference_data, tmp_path):
    database = reference_data / "foreign" / "padilla" / "database"
    labels = database / "gts" / "pascalvoc_format"
    names = (database / "voc.names").read_text().split("\n")
    project = import_voc(
        tmp_path / "p", database / "images", labels, [name for name in names if name]
    )
    result = export(project, also=("coco", "yolo"))
    assert result.manifest.sets["all"].boxes.total() == 273
    assert summarise([result.folder / "all.record"]).boxes.total() == 273
    sizes = {e.name: (e.width, e.height) for e in read_examples(result.folder / "all.record")}
    for key, path in (("csv", "all.csv"), ("coco", "coco/all.json"), ("yolo", "yolo/labels/all")):
        read = FORMATS[key].read(result.folder / path, size_of=sizes.get)
        assert sum(len(image.annotation.boxes) for image in read.images) == 273, key
