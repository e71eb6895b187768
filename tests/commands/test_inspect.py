"""`tallybox export --tfrecord`, `export --check` and `inspect`, as a person runs them."""

import json

import cv2
import pytest

from app.__main__ import main
from app.dataset.record_file import read_records
from tests.dataset.export_projects import add_picture, label, project_with

CONFIG = """model { faster_rcnn { num_classes: 1 } }
train_config { batch_size: 1 fine_tune_checkpoint: "x" }
train_input_reader { label_map_path: "x" tf_record_input_reader { input_path: "x" } }
eval_input_reader { label_map_path: "x" tf_record_input_reader { input_path: "x" } }
"""


@pytest.fixture
def project(tmp_path):
    return project_with(tmp_path / "p", 10)


def told(capsys, *arguments, code=0):
    assert main([*map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_project_is_exported_and_inspected(project, capsys):
    report = told(capsys, "export", "--tfrecord", "--project", project.folder)
    folder = project.folder / "exports" / "dataset"
    assert report["folder"] == str(folder)
    assert report["sets"]["train"]["images"] == 7
    assert report["classes"] == [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    seen = told(capsys, "inspect", folder / "train.record", folder / "test.record")
    assert (seen["examples"], seen["boxes"], seen["problem_count"]) == (10, 20, 0)
    assert seen["classes"][0] == {"name": "cat", "id": 1, "boxes": 10, "images": 10}


def test_every_choice_reaches_the_export(project, capsys, tmp_path):
    config = tmp_path / "pipeline.config"
    config.write_text(CONFIG)
    report = told(
        capsys,
        *("export", "--tfrecord", "--project", project.folder, "--name", "second"),
        *("--shards", 2, "--gzip", "--background", "drop", "--also", "coco,yolo"),
    )
    assert "train.record-00001-of-00002.gz" in report["files"]
    assert "coco/train.json" in report["files"]
    assert "yolo/labels/test/classes.txt" in report["files"]
    plain = told(
        capsys,
        *("export", "--tfrecord", "--project", project.folder, "--pipeline-config", config),
        *("--batch-size", 4, "--checkpoint", "/m/ckpt-0"),
    )
    text = (project.folder / "exports" / "dataset.pipeline.config").read_text()
    assert plain["pipeline_config"].endswith("dataset.pipeline.config")
    for part in ("num_classes: 2", "batch_size: 4", "/m/ckpt-0", "exports/dataset/train.record"):
        assert part in text
    assert config.read_text() == CONFIG


def test_a_second_export_of_a_name_needs_to_be_asked_for(project, capsys):
    arguments = ["export", "--tfrecord", "--project", str(project.folder)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "train: 7 pictures, 14 boxes" in out
    assert main(arguments) == 1
    assert "already" in capsys.readouterr().err
    assert main([*arguments, "--replace"]) == 0


def test_a_plain_folder_is_exported_as_one_set(project, capsys):
    report = told(
        capsys,
        *("export", "--tfrecord", "--project", project.images_folder),
        *("--labels", project.annotations_folder),
    )
    assert (report["is_split"], list(report["sets"])) == (False, ["all"])
    assert (project.images_folder / "exports" / "dataset" / "all.csv").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["out", "--tfrecord"],
        ["--format", "coco"],
        ["--tfrecord", "--format", "coco"],
        ["--tfrecord", "--also", "voc"],
        ["--tfrecord", "--name", "a/b"],
        ["--tfrecord", "--shards", "0"],
        ["--tfrecord", "--batch-size", "3"],
    ],
)
def test_what_makes_no_sense_is_bad_usage(project, arguments, capsys):
    assert main(["export", "--project", str(project.folder), *arguments]) == 2
    assert "error:" in capsys.readouterr().err


def test_check_lists_problems_with_what_to_do_and_export_check_says_the_same(project, capsys):
    add_picture(project, "bare.jpg", seed=60, boxes=None)
    label(project, "lost.jpg", ())
    found = told(capsys, "check", project.folder, code=1)
    assert [each["code"] for each in found["problems"]] == ["no-picture"]
    assert [each["code"] for each in found["others"]] == ["no-labels"]
    assert "Bring the picture back" in found["problems"][0]["hint"]
    assert told(capsys, "export", "--check", "--project", project.folder, code=1) == found
    assert main(["check", str(project.folder)]) == 1
    assert "1 problems; 1 open." in capsys.readouterr().out


def test_an_example_is_drawn_with_its_boxes(project, capsys, tmp_path):
    told(capsys, "export", "--tfrecord", "--project", project.folder)
    record = project.folder / "exports" / "dataset" / "test.record"
    target = tmp_path / "two.png"
    told(capsys, "inspect", record, "--picture", 2, target)
    drawn = cv2.imread(str(target))
    assert drawn.shape == (60, 80, 3)
    assert tuple(drawn[30, 4]) == (0xE9, 0xB4, 0x56)  # the first class's colour, on the left edge
    assert main(["inspect", str(record), "--picture", "9", str(target)]) == 1
    assert "no example number 9" in capsys.readouterr().err
    assert main(["inspect", str(record), "--picture", "1", str(tmp_path / "a.jpg")]) == 2


def test_damage_is_told_with_its_place_and_the_rest_is_counted(project, capsys):
    told(capsys, "export", "--tfrecord", "--project", project.folder)
    record = project.folder / "exports" / "dataset" / "train.record"
    whole = len(list(read_records(record)))
    record.write_bytes(record.read_bytes()[:-9])
    seen = told(capsys, "inspect", record, code=1)
    assert seen["examples"] == whole - 1
    assert f"record {whole} at byte" in seen["problems"][0]["text"]
    assert main(["inspect", str(record)]) == 1
    assert "1 problems" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(capsys, tmp_path):
    assert main(["inspect", str(tmp_path / "gone.record")]) == 1
    assert "gone.record" in capsys.readouterr().err
