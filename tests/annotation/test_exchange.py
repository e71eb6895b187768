"""Importing into a folder of pictures and exporting from it."""

import cv2
import numpy as np
import pytest

from app.annotation.errors import AnnotationError
from app.annotation.exchange import (
    detect_format,
    export_labels,
    gather_labels,
    import_labels,
)
from app.annotation.formats.registry import FORMATS
from app.annotation.label_folder import LabelFolder
from app.jobs.cancel import CancelToken, JobCancelled

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "pictures"
    images.mkdir()
    for number in range(5):
        cv2.imwrite(str(images / f"p{number}.png"), np.full((80, 100, 3), 90, np.uint8))
    return LabelFolder(images)


def table(tmp_path, name="labels.csv", *, class_name="cat", numbers=range(5), left="10"):
    rows = "".join(f"p{n}.png,100,80,{class_name},{left},20,30,40\n" for n in numbers)
    path = tmp_path / name
    path.write_text(HEADER + rows, "utf-8")
    return path


def test_what_is_replaced_is_kept_byte_for_byte_in_a_folder_of_its_own(folder, tmp_path):
    csv = FORMATS["csv"]
    import_labels([table(tmp_path)], csv, folder)
    before = {file.name: file.read_bytes() for file in folder.images.glob("*.xml")}
    source = table(tmp_path, class_name="dog")
    backups = [import_labels([source], csv, folder, replaces=True).backup for _ in range(2)]
    assert {file.name: file.read_bytes() for file in backups[0].iterdir()} == before
    assert backups[0] != backups[1]
    assert "dog" in (backups[1] / "p0.xml").read_text("utf-8")
    assert len(folder.pictures()) == 5


def test_a_broken_label_file_is_never_replaced(folder, tmp_path):
    broken = folder.images / "p0.xml"
    broken.write_text("<annotation><obj", "utf-8")
    report = import_labels([table(tmp_path)], FORMATS["csv"], folder, replaces=True)
    assert report.pictures == 4
    assert [note.place for note in report.notes if note.kind == "refused"] == ["p0.png"]
    assert broken.read_text("utf-8") == "<annotation><obj"


def test_nothing_is_replaced_where_no_copy_can_be_kept(folder, tmp_path):
    import_labels([table(tmp_path)], FORMATS["csv"], folder)
    (folder.images / ".tallybox-replaced").write_text("in the way", "utf-8")
    before = (folder.images / "p0.xml").read_bytes()
    with pytest.raises(Exception, match="tallybox-replaced"):
        import_labels([table(tmp_path, class_name="dog")], FORMATS["csv"], folder, replaces=True)
    assert (folder.images / "p0.xml").read_bytes() == before


def test_a_stopped_import_says_what_it_did(folder, tmp_path):
    token, seen = CancelToken(), []

    def watch(done, total):
        seen.append((done, total))
        if done == 2:
            token.cancel()

    report = import_labels(
        [table(tmp_path)], FORMATS["csv"], folder, token=token, on_progress=watch
    )
    assert report.is_stopped
    assert seen == [(0, 5), (1, 5), (2, 5)]
    assert len(report.changed) == len(list(folder.images.glob("*.xml"))) == report.pictures


def test_a_stopped_export_writes_nothing(folder, tmp_path):
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        export_labels(folder, FORMATS["csv"], tmp_path / "out.csv", token=token)
    assert not (tmp_path / "out.csv").exists()


def test_several_files_come_in_together(folder, tmp_path):
    sources = [
        table(tmp_path, "one.csv", numbers=[0, 1]),
        table(tmp_path, "two.csv", class_name="dog", numbers=[2]),
    ]
    report = import_labels(sources, detect_format(sources), folder)
    assert report.boxes == {"cat": 2, "dog": 1}
    assert report.class_names == ("cat", "dog")


def test_one_broken_file_of_several_lets_none_in(folder, tmp_path):
    (tmp_path / "broken.csv").write_text("nothing", "utf-8")
    sources = [table(tmp_path), tmp_path / "broken.csv"]
    with pytest.raises(AnnotationError, match=r"broken\.csv"):
        import_labels(sources, FORMATS["csv"], folder)
    assert list(folder.images.glob("*.xml")) == []


def test_files_of_two_formats_are_refused_by_name(tmp_path):
    (tmp_path / "coco.json").write_text('{"images": [], "annotations": [], "categories": []}')
    with pytest.raises(AnnotationError, match=r"coco\.json") as caught:
        detect_format([table(tmp_path), tmp_path / "coco.json"])
    assert caught.value.code == "labels-mixed"


def test_fractions_of_pixels_that_the_own_files_cannot_hold_are_told(folder, tmp_path):
    report = import_labels([table(tmp_path, left="10.5")], FORMATS["csv"], folder)
    assert [note.kind for note in report.notes] == ["lost"]
    assert "5 of 5 boxes" in report.notes[0].text


@pytest.mark.parametrize(("choice", "count"), [("all", 5), ("labelled", 3), ("verified", 1)])
def test_all_labelled_or_verified_pictures_are_gathered(folder, tmp_path, choice, count):
    import_labels([table(tmp_path, numbers=[0, 1])], FORMATS["csv"], folder)
    (folder.images / "p2.xml").write_text(
        '<annotation verified="yes"><size><width>100</width><height>80</height></size>'
        "</annotation>",
        "utf-8",
    )
    assert len(gather_labels(folder, choice=choice).images) == count


@pytest.mark.parametrize("place", ["voc", "cvat"])
def test_a_format_that_is_only_read_is_not_exported(folder, tmp_path, place):
    target = tmp_path / "taken"
    target.mkdir()
    (target / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(AnnotationError) as caught:
        export_labels(folder, FORMATS[place], target)
    assert caught.value.code == {"voc": "export-exists", "cvat": "format-read-only"}[place]
    assert [file.name for file in target.iterdir()] == ["mine.txt"]
