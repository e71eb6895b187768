"""Exports are read by the programs that they are for: Model Garden, and the classic way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.annotation.formats.voc import read_voc
from tests.conftest import REPOSITORY
from tests.dataset.export_projects import add_picture, export, label, project_with, split
from tests.dataset.test_export import odd_pictures

pytestmark = [pytest.mark.tf, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = project_with(tmp_path_factory.mktemp("consumers") / "p", 6, is_split=False)
    for name in odd_pictures(project.images_folder / "odd"):
        label(project, f"odd/{name}", [*boxes_of(project, "s0/000.jpg")])
    add_picture(project, "empty.jpg", seed=40, boxes=None)
    label(project, "empty.jpg", (), is_verified=True)
    split(project, train=100, test=0)
    return project


def boxes_of(project, name):
    path = (project.annotations_folder / name).with_suffix(".xml")
    return read_voc(path).annotation.boxes


@pytest.fixture(scope="module")
def told(project):
    folders = [
        export(project, name="one").folder,
        export(project, name="many", shards=3, is_compressed=True).folder,
    ]
    script = Path(__file__).with_name("tf_consumers.py")
    command = [sys.executable, str(script), *map(str, folders)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=REPOSITORY, timeout=280
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ["one", "many"])
def test_the_classic_way_finds_every_picture_with_the_boxes_of_its_xml_file(project, told, name):
    found = told[name]["keys"]
    pictures = [path for path in project.images_folder.rglob("*") if path.is_file()]
    assert len(found) == len(pictures) == 14
    for picture in pictures:
        relative = picture.relative_to(project.images_folder).as_posix()
        boxes = boxes_of(project, relative)
        said = found[relative]
        assert said["texts"] == [box.class_name for box in boxes]
        assert said["labels"] == [{"cat": 1, "dog": 2}[box.class_name] for box in boxes]
        expected = [
            [box.xmin / 80 for box in boxes],
            [box.xmax / 80 for box in boxes],
            [box.ymin / 60 for box in boxes],
            [box.ymax / 60 for box in boxes],
        ]
        for edges, others in zip(said["boxes"], expected, strict=True):
            assert edges == pytest.approx(others, abs=1e-6)


@pytest.mark.parametrize("name", ["one", "many"])
def test_model_garden_decodes_every_picture_in_its_true_size(told, name):
    found = told[name]["model_garden"]
    assert sorted(map(int, found)) == list(range(1, 15))
    for said in found.values():
        assert said["size"] == [80, 60]
        assert said["decoded"] == [80, 60, 3]
        assert said["classes"] == said["classes_by_name"]
        for (ymin, xmin, ymax, xmax), area in zip(said["boxes_yxyx"], said["areas"], strict=True):
            assert (ymax - ymin) * 60 * (xmax - xmin) * 80 == pytest.approx(area, rel=1e-4)
    assert sum(not said["classes"] for said in found.values()) == 1


@pytest.mark.parametrize("name", ["one", "many"])
def test_retinanet_parses_every_picture_to_train_and_to_evaluate(told, name):
    assert told[name]["retinanet"] == {"train": 14, "eval": 14}
