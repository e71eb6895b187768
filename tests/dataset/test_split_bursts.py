"""Splits of real and of rendered pictures: what looks the same is never in two sets."""

import random
import shutil

import cv2
import numpy as np
import pytest

from app.dataset.measure_cache import MeasureCache
from app.dataset.scan import scan_pictures
from app.dataset.split_images import read_split_images
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SplitRule
from app.project.activity import ActivityFile
from app.project.project import Project
from tests.dataset.painting import save, scene
from tests.dataset.split_labels import label, labels_of


def burst(project, number, size=20):
    """Write near-identical frames: shaken by a few pixels, lit a little otherwise, noisy."""
    generator = np.random.default_rng(1000 + number)
    wide = cv2.resize(scene(number), (340, 255))
    for frame in range(size):
        x, y = generator.integers(5, 12, 2)
        picture = wide[y : y + 240, x : x + 320] * generator.uniform(0.97, 1.03)
        noisy = np.clip(picture + generator.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)
        name = f"f{number:02d}_{frame:02d}.jpg"
        save(noisy, project.images_folder / name, quality=int(generator.integers(70, 96)))
        label(project, name, f"d{number % 5 + 1}")


def near_pairs_across(scan, sets):
    """Count the pairs that look the same and lie in two sets, each picture against each."""
    set_of = {name: key for key, names in sets.items() for name in names}
    where = np.array([("train", "val", "test").index(set_of[each.name]) for each in scan.pictures])
    cells = np.array([np.frombuffer(each.thumbnail, np.uint8) for each in scan.pictures], np.int16)
    found = 0
    for place, cell in enumerate(cells):
        spread = np.minimum(np.ptp(cells, axis=1), np.ptp(cell))
        gaps = np.abs(cells - cell).max(axis=1) / spread
        found += int(np.count_nonzero((gaps < 0.2) & (where != where[place])))
    return found


@pytest.mark.slow
def test_bursts_of_near_identical_frames_never_leak(tmp_path):
    project = Project.create(tmp_path / "bursts")
    for number in range(50):
        burst(project, number)
    labels = labels_of(project)
    scan = scan_pictures(labels, MeasureCache(ActivityFile(tmp_path / "activity.sqlite")))
    images = read_split_images(labels, scan)
    random.Random(1).shuffle(images)
    plan = plan_split(images, SplitRule())
    bursts = {key: {name[:3] for name in names} for key, names in plan.sets.items()}
    assert len(images) == plan.image_count == 1000
    assert not bursts["train"] & bursts["test"]
    assert near_pairs_across(scan, plan.sets) == 0
    for row in plan.table:  # ten bursts of each class: seven and three are possible
        assert row.images == {"train": 140, "val": 0, "test": 60}
    careless = plan_split(images, SplitRule(grouping="none"))
    assert near_pairs_across(scan, careless.sets) > 1000
    assert careless.parted_crowds > 40


@pytest.mark.slow
@pytest.mark.parametrize("name", ["voc/fingers/train", "voc/raccoon"])
def test_real_pictures_are_split_as_asked(reference_data, tmp_path, name):
    source = reference_data / name
    project = Project.create(tmp_path / "real")
    for path in source.rglob("*.jpg"):
        shutil.copy(path, project.images_folder)
    for path in source.rglob("*.xml"):
        shutil.copy(path, project.annotations_folder)
    labels = labels_of(project)
    scan = scan_pictures(labels, MeasureCache(ActivityFile(tmp_path / "activity.sqlite")))
    plan = plan_split(read_split_images(labels, scan), SplitRule())
    assert plan.image_count == len(scan.pictures) == 200
    assert len(plan.sets["train"]) == 140
    for row in plan.table:
        assert abs(row.images["test"] - 0.3 * row.available) <= 1
