"""A pipeline.config of the Object Detection API is made to fit an export, the rest stays."""

import difflib

import pytest

from app.dataset.errors import DatasetError
from app.dataset.pipeline_config import PipelineChanges, changes_for, updated_config
from tests.dataset.export_projects import export, project_with

CHANGES = PipelineChanges(
    5, "/d/label_map.pbtxt", "/d/train.record", "/d/test.record", 8, "/m/ckpt-0", "detection"
)
SMALL = """# my notes {
model { ssd { num_classes: 90  # of COCO
  name: 'a # b } c' } }
train_config { batch_size: 64 fine_tune_checkpoint: "PATH" "/MORE" }
train_input_reader: {
  label_map_path: "old"
  tf_record_input_reader {
    input_path: "a"
    input_path: "b"  # the second
  }
}
eval_input_reader < label_map_path: 'old';
  tf_record_input_reader < input_path: ["a", "b"] > >
"""


@pytest.mark.parametrize("name", ["ssd_mobilenet_v1_pets", "faster_rcnn_inception_v2_pets"])
def test_only_the_lines_that_the_course_changes_differ(reference_data, name):
    text = (reference_data / "od_api" / f"{name}.config").read_text()
    new = updated_config(text, CHANGES, origin=name)
    changed = [
        line[1:].strip()
        for line in difflib.unified_diff(text.split("\n"), new.split("\n"), n=0, lineterm="")
        if line.startswith("+") and not line.startswith("+++")
    ]
    assert changed == [
        "num_classes: 5",
        'fine_tune_checkpoint_type: "detection"',
        "batch_size: 8",
        'fine_tune_checkpoint: "/m/ckpt-0"',
        'input_path: "/d/train.record"',
        'label_map_path: "/d/label_map.pbtxt"',
        'input_path: "/d/test.record"',
        'label_map_path: "/d/label_map.pbtxt"',
    ]


def test_comments_quotes_and_odd_layouts_are_understood_and_kept():
    assert (
        updated_config(SMALL, CHANGES, origin="x")
        == """# my notes {
model { ssd { num_classes: 5  # of COCO
  name: 'a # b } c' } }
train_config {
  fine_tune_checkpoint_type: "detection" batch_size: 8 fine_tune_checkpoint: "/m/ckpt-0" }
train_input_reader: {
  label_map_path: "/d/label_map.pbtxt"
  tf_record_input_reader {
    input_path: "/d/train.record"  # the second
  }
}
eval_input_reader < label_map_path: "/d/label_map.pbtxt";
  tf_record_input_reader < input_path: "/d/test.record" > >
"""
    )


def test_what_is_not_said_stays():
    changes = PipelineChanges(2, "map", "train")
    new = updated_config(SMALL, changes, origin="x")
    assert "batch_size: 64" in new
    assert '"PATH" "/MORE"' in new
    assert "input_path: [" in new


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model { ssd {", "ends inside a message"),
        ("model { ssd { num_classes: 1 } }", "no train_config"),
        ("hello world", "no model"),
        ("model { $ }", "line 1: it is not protobuf"),
        ("a: 1\nb: }", "line 2"),
        ("x { " * 5000, "x.config"),
    ],
)
def test_a_file_that_is_no_configuration_is_named_and_refused(text, words):
    with pytest.raises(DatasetError, match=words) as told:
        updated_config(text, CHANGES, origin="x.config")
    assert told.value.message.startswith("x.config")


def test_changes_name_the_files_of_an_export(tmp_path):
    project = project_with(tmp_path / "p", 10, classes=("a", "cat", "dog"))
    result = export(project, shards=2)
    changes = changes_for(result.folder, result.manifest, checkpoint="/m/ckpt-0")
    assert changes.class_count == 3
    assert changes.train_records == f"{result.folder.as_posix()}/train.record-?????-of-00002"
    assert changes.test_records.endswith("test.record-?????-of-00002")
    assert changes.checkpoint_type == "detection"
    packed = export(project, name="packed", is_compressed=True)
    with pytest.raises(DatasetError, match="compressed"):
        changes_for(packed.folder, packed.manifest)
