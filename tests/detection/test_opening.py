from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from app.detection.class_names import resolve_class_names
from app.detection.errors import ModelError
from app.detection.opening import open_detector
from app.detection.registry import list_models, locate_model
from app.paths import resource_path

STARTER = resource_path("models", "starter-oidv4")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a copy of the starter as a package of a project, version 1."""
    return Path(shutil.copytree(STARTER, tmp_path / "models" / "cars" / "1"))


def edit_card(package: Path, **fields: object) -> None:
    path = package / "model.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**card, **fields}), encoding="utf-8")


@pytest.mark.parametrize("model", [None, "", "starter-oidv4"])
def test_the_starter_opens_with_nothing_said(model: str | None) -> None:
    detector = open_detector(model)
    assert detector.name == "starter-oidv4"
    assert len(detector.classes) == 23
    assert detector.classes[23] == "Car"
    assert detector.default_score == pytest.approx(0.3)
    assert detector.default_class_names == ("Person", "Bicycle", "Car", "Vehicle")
    detector.close()
    detector.close()


def test_a_projects_models_are_found_by_name_in_their_newest_version(package: Path) -> None:
    models_dir = package.parent.parent
    for version in ("2", "10"):
        shutil.copytree(package, package.parent / version)
    assert list_models(models_dir) == ["starter-oidv4", "cars"]
    assert locate_model("cars", models_dir).name == "10"
    edit_card(package.parent / "10", name="cars, tenth")
    assert open_detector("cars", models_dir=models_dir).name == "cars, tenth"


def test_no_project_means_the_starter_alone(tmp_path: Path) -> None:
    assert list_models() == list_models(tmp_path / "absent") == ["starter-oidv4"]


def test_a_zipped_package_opens(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "cars.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in package.iterdir():
            archive.write(file, f"cars/{file.name}")
    assert open_detector(str(path), cache_dir=tmp_path / "cache").name == "starter-oidv4"


def failure(model: Path | str) -> ModelError:
    with pytest.raises(ModelError) as caught:
        open_detector(str(model))
    assert caught.value.hint
    return caught.value


def test_no_such_model_lists_those_there_are() -> None:
    error = failure("nowhere/model.tflite")
    assert error.code == "model-not-found"
    assert "nowhere/model.tflite" in error.message
    assert "starter-oidv4" in error.hint


@pytest.mark.parametrize("size", [0, 4, 100, 5_000_000])
def test_a_broken_tflite_says_so(tmp_path: Path, size: int) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes((STARTER / "model.tflite").read_bytes()[:size])
    error = failure(path)
    assert error.code == "model-broken"
    assert str(path) in error.message


def test_what_is_no_model_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    assert failure(tmp_path / "notes.txt").code == "model-not-a-model"
    assert failure(tmp_path / "empty").code == "model-not-a-model"


def test_a_network_without_finished_boxes_names_what_is_missing(tmp_path: Path) -> None:
    shutil.copy(STARTER / "model.tflite", tmp_path / "raw.bin")  # known by content, not by name
    error = failure(tmp_path / "raw.bin")
    assert error.code == "model-output-missing"
    assert '"detection_boxes"' in error.message
    assert "raw_outputs/box_encodings" in error.message


def test_a_folder_of_several_models_asks_for_one(tmp_path: Path) -> None:
    for name in ("a.tflite", "b.tflite"):
        (tmp_path / name).touch()
    error = failure(tmp_path)
    assert error.code == "model-ambiguous"
    assert "a.tflite, b.tflite" in error.message


def test_a_package_whose_parts_do_not_fit_says_which(package: Path) -> None:
    card = json.loads((package / "model.json").read_text(encoding="utf-8"))
    edit_card(package, output={**card["output"], "scores": "gone"})
    assert 'no output "gone"' in failure(package).message
    anchors = {**card["output"]["anchors"], "feature_maps": [19, 10, 5]}
    edit_card(package, output={**card["output"], "anchors": anchors})
    assert "1917 boxes" in failure(package).message
    (package / "model.tflite").unlink()
    assert failure(package).code == "model-incomplete"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"classes": []}, '"classes"'),
        ({"classes": [{"id": 0, "name": "a"}]}, '"classes"'),
        ({"classes": [{"id": 1}]}, '"classes"'),
        ({"classes": 3}, '"classes"'),
        ({"thresholds": {"score": "high"}}, '"score"'),
        ({"thresholds": []}, '"thresholds"'),
        ({"input": None}, '"input"'),
        ({"input": {"std": 0}}, '"std"'),
        ({"output": {"layout": "unheard-of"}}, "unheard-of"),
        ({"output": {"layout": "ssd-anchors"}}, '"anchors"'),
        ({"schema_version": 99}, "schema_version 99"),
        ({"kindred": 1}, '"kindred"'),
        ({"default_class_names": ["Lorry"]}, "Lorry"),
    ],
)
def test_a_broken_card_names_the_field(package: Path, fields: dict[str, object], told: str) -> None:
    edit_card(package, **fields)
    error = failure(package)
    assert error.code == "model-card-broken"
    assert told in error.message


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_card_that_is_no_json_object_is_broken(package: Path, text: str) -> None:
    (package / "model.json").write_text(text, encoding="utf-8")
    assert failure(package).code == "model-card-broken"


def test_class_names_are_found_in_any_case() -> None:
    detector = open_detector()
    assert resolve_class_names(detector, ["person", " CAR ", "coffee  cup"]) == {4, 23, 13}
    assert resolve_class_names(detector, []) == frozenset()


def test_an_unknown_class_offers_the_nearest_and_lists_all() -> None:
    with pytest.raises(ModelError) as caught:
        resolve_class_names(open_detector(), ["Person", "Bycicle"])
    assert caught.value.code == "class-unknown"
    assert '"Bycicle"' in caught.value.message
    assert caught.value.hint.startswith("Did you mean Bicycle? Its classes: Bicycle, Book,")
