from __future__ import annotations

from pathlib import Path

import pytest

from app.detection.errors import ModelError
from app.detection.label_maps import coco_label_map, parse_label_map, read_label_map


@pytest.mark.parametrize(
    ("suffix", "text", "classes"),
    [
        (".pbtxt", "item {\n  name: 'd1'\n  id: 1\n}\n", {1: "d1"}),
        (".pbtxt", 'item { id: 7 name: "b" }\nitem { name: "a", id: 2; }', {2: "a", 7: "b"}),
        (".pbtxt", "item { name: '/m/01g317' id: 1 display_name: \"person\" }", {1: "person"}),
        (".pbtxt", "# map\nitem: < id: 1 name: 'it\\'s } {' >", {1: "it's } {"}),
        (".pbtxt", r'item { id: 1 name: "caf\303\251" }', {1: "café"}),
        (".pbtxt", "item { id: 1 name: 'año' keypoints { id: 3 label: 'n' } }", {1: "año"}),
        (".txt", "???\nperson\n???\ncar\n", {1: "person", 3: "car"}),
        (".txt", "person\r\ncar\r\n", {1: "person", 2: "car"}),
        (".txt", "0  person\n2  traffic light\n", {1: "person", 3: "traffic light"}),
        (".csv", "id,name\n1,d1\n2,d2\n", {1: "d1", 2: "d2"}),
        (".csv", '1,"a, b"\n', {1: "a, b"}),
        (".json", '[{"name": "d1", "id": 1}]', {1: "d1"}),
        (".json", '{"2": "d2", "1": "d1"}', {1: "d1", 2: "d2"}),
    ],
)
def test_reads(suffix: str, text: str, classes: dict[int, str]) -> None:
    assert parse_label_map(text, suffix, origin="here") == classes


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.pbtxt", "item { name: 'd1' }", "lacks its id or its name"),
        ("a.pbtxt", "item { name: 'd1' id: 1", "in the middle of an item"),
        ("a.pbtxt", "item { name: 'd1' id: one }", "one"),
        ("a.pbtxt", "\x00\x01", "line 1"),
        ("a.pbtxt", "item { id: 0 name: 'background' }", "below 1"),
        ("a.pbtxt", "item { id: 1 name: 'a' } item { id: 1 name: 'b' }", "comes twice"),
        ("a.txt", "", "names no class"),
        ("a.json", "[1]", "not a label map"),
        ("a.csv", "d1\n", "d1"),
        ("a.csv", "1\n", "not a label map"),
    ],
)
def test_a_broken_map_says_what_is_wrong(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=told) as caught:
        read_label_map(tmp_path / name)
    assert caught.value.code == "label-map-broken"
    assert str(tmp_path / name) in caught.value.message


def test_coco_has_its_80_classes_under_their_own_ids() -> None:
    classes, defaults = coco_label_map()
    assert len(classes) == 80
    assert (classes[1], classes[13], classes[44], classes[90]) == (
        "person",
        "stop sign",
        "bottle",
        "toothbrush",
    )
    assert 12 not in classes
    assert set(defaults) <= set(classes.values())


def test_label_maps_from_elsewhere(reference_data: Path) -> None:
    for path in sorted(reference_data.rglob("*.pbtxt")):
        classes = read_label_map(path)
        assert list(classes) == list(range(1, len(classes) + 1)), path
