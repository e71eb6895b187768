"""The starter's backbone: all of it is read, and Model Garden computes the same with it."""

import json
import subprocess
import sys

import pytest

from app.training.errors import TrainingError
from app.training.starter_network import read_backbone, starter_model_path


def test_the_convolutions_are_those_of_mobilenet_v2():
    found = read_backbone(starter_model_path()).convolutions
    assert len(found) == 52
    assert found[0].kernel.shape == (3, 3, 3, 32)
    assert found[-1].kernel.shape == (1, 1, 320, 1280)
    assert [each.is_depthwise for each in found[:5]] == [False, True, False, False, True]
    assert sum(each.stride == 2 for each in found) == 5


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x1c\0\0\0TFL3" + bytes(200)])
def test_a_file_that_is_no_model_is_told(tmp_path, content):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"model\.tflite"):
        read_backbone(path)


@pytest.mark.tf
@pytest.mark.slow
def test_model_garden_computes_what_the_starter_does(tmp_path):
    command = [sys.executable, "-m", "tests.training.backbone_report", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert set(report["endpoints"]) >= {"2", "3", "4", "5"}
    assert max(report["endpoints"].values()) < 1e-5
    assert report["first"] < 1e-5
    assert report["kernel"] < 1e-6  # the stock task took it
    assert report["classes"] == 3
