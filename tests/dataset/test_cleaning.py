"""What a scan finds in folders with planted faults, and that the second scan is nearly free."""

import os
import random
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest

from app.annotation.label_folder import LabelFolder
from app.dataset.findings import Thresholds, discards, find_suspects
from app.dataset.measure_cache import MeasureCache
from app.dataset.scan import scan_pictures
from app.jobs.cancel import CancelToken, JobCancelled
from app.project.activity import ActivityFile
from tests.dataset.painting import save, scene

VOC = "<annotation><object><name>cat</name></object></annotation>"


@pytest.fixture
def cache(tmp_path):
    return MeasureCache(ActivityFile(tmp_path / "activity.sqlite"))


@pytest.fixture
def pictures(tmp_path):
    """A folder of ten pictures, all different and all good."""
    folder = tmp_path / "pictures"
    for number in range(10):
        save(scene(number), folder / f"{number}.jpg")
    return folder


def found(folder, cache, reason=None, thresholds=None):
    suspects = find_suspects(scan_pictures(LabelFolder(folder), cache), thresholds or Thresholds())
    return [each for each in suspects if reason is None or each.reason == reason]


def test_good_pictures_are_left_alone(pictures, cache):
    assert found(pictures, cache) == []


def test_an_empty_folder_has_nothing_to_find(tmp_path, cache):
    (tmp_path / "empty").mkdir()
    assert found(tmp_path / "empty", cache) == []


def test_copies_are_exact_duplicates_and_one_of_them_stays(pictures, cache):
    for number in range(3):
        shutil.copy(pictures / f"{number}.jpg", pictures / f"copy{number}.jpg")
    clusters = found(pictures, cache)
    assert [each.reason for each in clusters] == ["exact"] * 3
    assert sorted(each.pictures for each in clusters) == [
        (f"{number}.jpg", f"copy{number}.jpg") for number in range(3)
    ]
    assert sorted(discards(clusters)) == ["copy0.jpg", "copy1.jpg", "copy2.jpg"]


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.0, 1.5, 2.0])
def test_another_size_or_encoding_is_a_near_duplicate_and_the_better_one_stays(
    pictures, cache, scale
):
    size = (round(320 * scale), round(240 * scale))
    original = save(scene(4, (320, 240)), pictures / "4.jpg")
    again = cv2.resize(cv2.imread(str(original)), size, interpolation=cv2.INTER_LINEAR)
    save(again, pictures / "again.jpg", quality=50)
    (cluster,) = found(pictures, cache, "near")
    assert set(cluster.pictures) == {"4.jpg", "again.jpg"}
    assert scale > 1 or cluster.kept == "4.jpg"


def test_a_labelled_picture_stays_before_a_sharper_one_without_labels(pictures, cache):
    soft = cv2.GaussianBlur(scene(5), (0, 0), 1)
    save(soft, pictures / "soft.jpg")
    assert found(pictures, cache, "near")[0].kept == "5.jpg"
    (pictures / "soft.xml").write_text(VOC)
    assert found(pictures, cache, "near")[0].kept == "soft.jpg"


def test_frames_of_a_slow_pan_are_no_chain_of_duplicates(tmp_path, cache):
    wide = cv2.resize(scene(1), (960, 240))
    for step in range(30):
        save(wide[:, 8 * step : 8 * step + 320], tmp_path / "pan" / f"{step}.jpg")
    names = {f"{step}.jpg" for step in range(30)}
    scan = scan_pictures(LabelFolder(tmp_path / "pan"), cache)
    clusters = [each for each in find_suspects(scan, Thresholds()) if each.reason == "near"]
    assert max((len(each.pictures) for each in clusters), default=1) < 10
    assert len(names - set(discards(clusters))) >= 3


def test_a_blurred_picture_is_found_by_comparison_with_its_session(pictures, cache):
    save(cv2.GaussianBlur(scene(20), (0, 0), 3), pictures / "blurred.jpg")
    for number in range(30, 36):  # a session that is all soft is no reason to discard all of it
        save(cv2.GaussianBlur(scene(number), (0, 0), 3), pictures / "soft" / f"{number}.jpg")
    (suspect,) = found(pictures, cache)
    assert (suspect.reason, suspect.pictures) == ("blur", ("blurred.jpg",))
    assert suspect.measure < suspect.limit == Thresholds().blur


@pytest.mark.parametrize(
    ("name", "picture", "reason"),
    [
        ("dark.png", scene(40) // 8, "dark"),
        ("bright.png", 230 + scene(41) // 12, "bright"),
        ("wall.png", np.full((240, 320, 3), 120, np.uint8), "empty"),
        ("strip.png", scene(42, (900, 90)), "shape"),
        ("tiny.png", scene(43, (40, 30)), "size"),
        ("huge.png", scene(44, (1600, 1200)), "size"),
    ],
)
def test_each_fault_is_found_for_its_reason(pictures, cache, name, picture, reason):
    save(picture, pictures / name)
    assert (name,) in [each.pictures for each in found(pictures, cache, reason)]
    others = {each.pictures for each in found(pictures, cache)} - {(name,)}
    assert others == set()


def test_limits_can_be_moved_without_another_scan(pictures, cache):
    save(cv2.GaussianBlur(scene(20), (0, 0), 0.8), pictures / "soft.jpg")
    scan = scan_pictures(LabelFolder(pictures), cache)
    shutil.rmtree(pictures)
    counts = [len(find_suspects(scan, Thresholds(blur=limit), ["blur"])) for limit in (0.3, 2.0)]
    assert counts == [0, 11]


def test_every_file_is_used_or_listed_with_a_reason(pictures, cache):
    (pictures / "0.xml").write_text(VOC)
    (pictures / "notes.txt").write_text("hello")
    (pictures / "cut.jpg").write_bytes((pictures / "1.jpg").read_bytes()[:3000])
    (pictures / "none.png").touch()
    (pictures / "text.jpg").write_text("not a picture")
    (pictures / ".hidden").mkdir()
    scan = scan_pictures(LabelFolder(pictures), cache)
    broken = find_suspects(scan, Thresholds(), ["broken"])
    assert {each.pictures[0] for each in broken} == {"cut.jpg", "none.png", "text.jpg"}
    errors = {each.name: each.error for each in scan.pictures if each.error}
    assert "the file is empty" in errors["none.png"]
    assert all(name in error for name, error in errors.items())
    assert [(each.name, each.reason) for each in scan.left_out] == [
        (".hidden", "hidden"),
        ("notes.txt", "not-a-picture"),
    ]


def test_a_second_scan_measures_only_what_changed(pictures, cache):
    first = scan_pictures(LabelFolder(pictures), cache)
    assert first.measured == 10
    again = scan_pictures(LabelFolder(pictures), cache)
    assert again.measured == 0
    assert again.pictures == first.pictures
    save(scene(99), pictures / "3.jpg")
    (pictures / "4.jpg").rename(pictures / "renamed.jpg")  # known by its bytes
    os.utime(pictures / "5.jpg")
    changed = scan_pictures(LabelFolder(pictures), cache)
    assert changed.measured == 1
    by_name = {each.name: each for each in changed.pictures}
    before = {each.name: each for each in first.pictures}
    assert by_name["renamed.jpg"].look == before["4.jpg"].look
    assert by_name["3.jpg"].look != before["3.jpg"].look


def test_a_cancelled_scan_goes_on_where_it_was(tmp_path, cache):
    for number in range(70):
        save(scene(number, (64, 48)), tmp_path / "many" / f"{number}.jpg")
    token = CancelToken()
    told = []

    def stop_after_the_first_batch(done, total):
        told.append((done, total))
        if done:
            token.cancel()

    with pytest.raises(JobCancelled):
        scan_pictures(
            LabelFolder(tmp_path / "many"),
            cache,
            on_progress=stop_after_the_first_batch,
            cancel_token=token,
        )
    done = told[-1][0]
    assert 0 < done < 70
    rest = scan_pictures(LabelFolder(tmp_path / "many"), cache)
    assert rest.measured == 70 - done
    assert len(rest.pictures) == 70


def test_a_killed_scan_keeps_what_it_measured(tmp_path, cache):
    for number in range(70):
        save(scene(number, (64, 48)), tmp_path / "many" / f"{number}.jpg")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from app.annotation.label_folder import LabelFolder\n"
        "from app.dataset.measure_cache import MeasureCache\n"
        "from app.dataset.scan import scan_pictures\n"
        "from app.project.activity import ActivityFile\n"
        "cache = MeasureCache(ActivityFile(Path(sys.argv[1])))\n"
        "def die(done, total):\n"
        "    if done >= 32: os._exit(9)\n"
        "scan_pictures(LabelFolder(Path(sys.argv[2])), cache, on_progress=die)\n"
    )
    command = [sys.executable, "-c", script, tmp_path / "activity.sqlite", tmp_path / "many"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    assert scan_pictures(LabelFolder(tmp_path / "many"), cache).measured == 70 - 32


def test_the_next_best_stays_where_the_best_goes_for_a_reason_of_its_own(pictures, cache):
    save(scene(6, (1500, 1125)), pictures / "6.jpg")
    save(scene(6, (320, 240)), pictures / "small6.jpg")
    suspects = found(pictures, cache)
    assert {each.reason for each in suspects} >= {"near", "size"}
    assert "small6.jpg" not in discards(suspects)
    assert "6.jpg" in discards(suspects)


# -- real pictures ------------------------------------------------------------------------------


def spoilt(path, kind, generator):
    """Return a picture in another size, encoding or both."""
    picture = cv2.imread(str(path))
    if kind != "encoding":
        scale = generator.uniform(0.5, 2.0)
        ways = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
        picture = cv2.resize(
            picture, None, fx=scale, fy=scale, interpolation=generator.choice(ways)
        )
    return picture


@pytest.mark.slow
@pytest.mark.parametrize("name", ["voc/fingers/test", "voc/raccoon/images"])
def test_planted_duplicates_and_blur_are_found_among_real_pictures(
    reference_data, tmp_path, cache, name
):
    generator = random.Random(7)
    originals = sorted((reference_data / name).glob("*.jpg"))[::5]
    planted = {"exact": set(), "near": set(), "blur": set()}
    folder = tmp_path / "set"
    for number, path in enumerate(originals):
        kind = ("copy", "encoding", "size", "both", "blur")[number % 5]
        target = folder / f"{path.stem}_{kind}.jpg"
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder)
        if kind == "copy":
            shutil.copy(path, target)
        elif kind == "blur":
            target = folder / path.name
            save(cv2.GaussianBlur(cv2.imread(str(path)), (0, 0), 3), target)
        else:
            save(spoilt(path, kind, generator), target, quality=generator.randint(50, 95))
        reason = {"copy": "exact", "blur": "blur"}.get(kind, "near")
        planted[reason].add(target.name)
    suspects = found(folder, cache)
    for reason, names in planted.items():
        touched = {name for each in suspects if each.reason == reason for name in each.pictures}
        least = {"exact": 1.0, "near": 0.98, "blur": 0.95}[reason]
        assert len(names & touched) >= len(names) * least, reason


@pytest.mark.slow
def test_hands_in_other_poses_are_no_duplicates(reference_data, cache):
    folder = reference_data / "voc" / "fingers"
    assert [each for each in found(folder, cache) if each.reason in ("exact", "near")] == []


def test_the_odd_pictures_are_used_or_told(reference_data, cache):
    folder = reference_data / "images" / "curated"
    scan = scan_pictures(LabelFolder(folder), cache)
    listed = {each.name for each in scan.pictures} | {each.name for each in scan.left_out}
    assert listed == {path.name for path in folder.iterdir()}
    assert sum(bool(each.error) for each in scan.pictures) == 9
