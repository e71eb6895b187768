"""The preview: any record file is looked into, an example at a time, and its faults are told."""

import struct
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from app.dataset.record_contents import read_examples
from app.dataset.record_file import RecordWriter, read_records
from app.jobs.cancel import CancelToken, JobCancelled
from app.ui.export.record_reading import RecordReading
from tests.dataset.export_projects import export


@pytest.fixture
def records(painted):
    return export(painted).folder / "train.record"


@pytest.fixture
def person(open_tab, painted, records):
    return open_tab(painted)


def look_into(person, *files):
    person.tab.open_records(*files)
    person.wait()


def test_the_preview_of_an_export_shows_its_first_example(person):
    person.press("export-card-dataset-preview")
    person.wait()
    files = person.part("record-file")
    assert [files.itemText(row) for row in range(files.count())] == [
        "dataset/test.record",
        "dataset/train.record",
    ]
    assert person.says("record-place") == "1 of 3"
    assert "80 × 60" in person.says("record-facts")


def test_keys_and_slider_step_through_the_examples(person, records, qtbot):
    look_into(person, records)
    names = [example.name for example in read_examples(records)]
    seen = []
    for _ in names:
        seen.append(person.says("record-facts").partition(" · ")[0])
        qtbot.keyClick(person.part("record-picture"), Qt.Key.Key_D)
        person.wait()
    assert seen == names
    assert person.says("record-place") == "7 of 7"
    qtbot.keyClick(person.part("record-picture"), Qt.Key.Key_A)
    person.wait()
    assert person.says("record-facts").startswith(names[5])
    person.part("record-slider").setValue(2)
    person.wait()
    assert person.says("record-facts").startswith(names[1])
    assert person.says("record-place") == "2 of 7"


def test_hasty_steps_there_and_back_end_where_they_should(person, records):
    look_into(person, records)
    browsing = person.tab._parts.preview.browsing
    for number in (5, 6, 5, 3, 5):
        browsing.go_to(number)
    person.wait()
    assert browsing.shown.example.number == 5
    assert person.says("record-place") == "5 of 7"


def test_boxes_are_drawn_on_the_picture(person, records):
    look_into(person, records)
    picture = person.part("record-picture")
    box = next(read_examples(records)).boxes[0]
    corner = picture.transform.to_view(box.edges_norm[0] * 80, box.edges_norm[1] * 60 + 20)
    shown = picture.grab().toImage()
    found = {shown.pixelColor(round(corner.x()) + dx, round(corner.y())).name() for dx in (-1, 0)}
    assert "#56b4e9" in found


def test_classes_are_counted(person, records):
    look_into(person, records)
    classes = person.part("record-classes")
    rows = [classes.topLevelItem(row) for row in range(classes.topLevelItemCount())]
    assert [[row.text(column) for column in range(3)] for row in rows] == [
        ["1 cat", "7", "7"],
        ["2 dog", "7", "7"],
    ]
    assert person.says("record-total") == "7 examples, 14 boxes, 0 without a box"
    assert person.says("record-problem-text") == "No problems"


def test_a_damaged_file_is_shown_as_far_as_it_is_whole(person, records, reported):
    content = records.read_bytes()
    records.write_bytes(content[: len(content) - 10])
    look_into(person, records)
    assert person.says("record-place") == "1 of 6"
    assert person.says("record-problem-text") == "Problems: 1"
    assert "record 7" in person.part("record-problems").item(0).text()
    assert not reported


def test_a_file_that_is_none_says_so_in_the_place_of_the_picture(person, tmp_path):
    path = tmp_path / "odd.record"
    path.write_bytes(struct.pack("<QI", 5, 0) + b"nonsense")
    look_into(person, path)
    assert person.tab._parts.preview.browsing.failure.code == "records-damaged"
    assert person.says("record-problem-text") == "Problems: 1"


def test_a_file_without_examples_is_no_fault(person, tmp_path):
    path = tmp_path / "none.record"
    RecordWriter(path).close()
    look_into(person, path)
    assert person.says("record-total") == "0 examples, 0 boxes, 0 without a box"
    assert person.says("record-place") == ""


def test_a_dropped_record_file_is_looked_into(person, records, tmp_path):
    elsewhere = Path(records.rename(tmp_path / "foreign.tfrecord"))
    data = urls(elsewhere)  # Qt only borrows it
    person.tab.dropEvent(dropped(data))
    person.wait()
    assert person.has("record-preview")
    assert person.says("record-place") == "1 of 7"


def test_a_dropped_video_is_left_to_the_window(person, tmp_path):
    data = urls(tmp_path / "street.mp4")
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDragEnterEvent(QPoint(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier)
    person.tab.dragEnterEvent(event)
    assert not event.isAccepted()


def test_going_back_reads_nothing_twice_and_stop_is_heard(records):
    reading = RecordReading(records)
    assert reading.show(5, CancelToken()).example.number == 5
    records.unlink()  # what was read is kept
    assert reading.show(2, CancelToken()).example.number == 2
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        RecordReading(records).show(3, token)


def test_the_records_themselves_are_not_changed_by_looking(person, records):
    before = list(read_records(records))
    look_into(person, records)
    assert list(read_records(records)) == before


def urls(path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def dropped(data):
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    return QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier)
