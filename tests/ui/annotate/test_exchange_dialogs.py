"""Import and export of labels in the window."""

import json

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTreeWidget

from app.annotation.label_folder import LabelFolder
from app.ui.annotate.exchange.exchange_export import ExportDialog
from app.ui.annotate.exchange.exchange_import import ImportDialog

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "pictures"
    images.mkdir()
    for number in range(3):
        cv2.imwrite(str(images / f"p{number}.png"), np.full((80, 100, 3), 90, np.uint8))
    return LabelFolder(images)


@pytest.fixture
def table(tmp_path):
    rows = "".join(f"p{n}.png,100,80,cat,10,20,30,40\n" for n in range(3))
    gone = "".join(f"gone{n}.png,100,80,dog,10,20,30,40\n" for n in range(4))
    path = tmp_path / "labels.csv"
    path.write_text(HEADER + rows + gone, "utf-8")
    return path


class Person:
    """Someone at a dialog."""

    def __init__(self, dialog, qtbot):
        self.dialog, self._qtbot = dialog, qtbot

    def part(self, kind, name):
        found = self.dialog.findChild(kind, name)
        assert found is not None, name
        return found

    def click(self, name):
        self._qtbot.mouseClick(self.part(QPushButton, name), Qt.MouseButton.LeftButton)

    def wait(self):
        self._qtbot.waitUntil(lambda: not self.dialog.is_running)

    def rows(self):
        tree = self.part(QTreeWidget, "report-rows")
        items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
        return [tuple(item.text(column) for column in range(3)) for item in items]

    @property
    def title(self):
        return self.part(QLabel, "report-title").text()


@pytest.fixture
def importing(qtbot, folder):
    dialog = ImportDialog(folder)
    qtbot.addWidget(dialog)
    dialog.show()
    return Person(dialog, qtbot)


def drop(dialog, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    for event in (
        QDragEnterEvent(QPoint(50, 50), copy, data, button, key),
        QDropEvent(QPointF(50, 50), copy, data, button, key),
    ):
        QApplication.sendEvent(dialog, event)


def test_a_dropped_file_is_recognised_and_comes_in_with_a_report(importing, folder, table, qtbot):
    assert not importing.part(QPushButton, "exchange-start").isEnabled()
    drop(importing.dialog, table)
    importing.wait()
    assert importing.part(QComboBox, "import-format").currentData() == "csv"
    with qtbot.waitSignal(importing.dialog.imported) as told:
        importing.click("exchange-start")
    assert [path.name for path in told.args[0].changed] == ["p0.png", "p1.png", "p2.png"]
    assert importing.title == "3 boxes in 3 pictures came in"
    assert [row[:2] for row in importing.rows()] == [("Left out", "4"), ("Boxes", "3")]
    assert (folder.images / "p2.xml").is_file()


def test_labels_that_are_there_are_kept_unless_replacing_is_chosen(importing, folder, table, qtbot):
    (folder.images / "p0.xml").write_text("<annotation/>", "utf-8")
    importing.dialog.set_sources([table])
    importing.wait()
    importing.click("exchange-start")
    importing.wait()
    assert ("Kept", "1", "Pictures with labels of their own") in importing.rows()
    again = Person(ImportDialog(folder), qtbot)
    qtbot.addWidget(again.dialog)
    again.dialog.show()
    again.dialog.set_sources([table])
    again.wait()
    again.dialog._replace.click()
    again.click("exchange-start")
    again.wait()
    assert ".tallybox-replaced" in again.part(QLabel, "report-details").text()
    [kept] = (folder.images / ".tallybox-replaced").rglob("p0.xml")
    assert kept.read_text("utf-8") == "<annotation/>"


def test_a_file_of_no_known_format_is_told_and_nothing_begins(importing, tmp_path):
    (tmp_path / "notes.txt").write_text("hello", "utf-8")
    importing.dialog.set_sources([tmp_path / "notes.txt"])
    importing.wait()
    assert "notes.txt" in importing.part(QLabel, "exchange-error").text()
    assert importing.part(QComboBox, "import-format").currentIndex() == -1


def test_another_format_can_be_chosen_and_what_it_says_of_the_file_is_shown(importing, table):
    importing.dialog.set_sources([table])
    importing.wait()
    formats = importing.part(QComboBox, "import-format")
    formats.setCurrentIndex(formats.findData("coco"))
    importing.click("exchange-start")
    importing.wait()
    assert "labels.csv" in importing.part(QLabel, "exchange-error").text()
    assert importing.part(QPushButton, "exchange-start").isVisible()


def test_the_report_is_filtered_copied_and_saved_whole(importing, table, tmp_path):
    importing.dialog.set_sources([table])
    importing.wait()
    importing.click("exchange-start")
    importing.wait()
    importing.part(QLineEdit, "report-filter").setText("GONE2")
    assert [row[0] for row in importing.rows()] == ["Left out"]
    tree = importing.part(QTreeWidget, "report-rows")
    tree.topLevelItem(0).setExpanded(True)
    assert tree.topLevelItem(0).childCount() == 1
    importing.click("report-copy")
    assert "gone3.png" in QGuiApplication.clipboard().text()
    importing.dialog._report.save_to(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text("utf-8") == QGuiApplication.clipboard().text()
    importing.part(QLineEdit, "report-filter").clear()
    kinds = importing.part(QComboBox, "report-kind")
    kinds.setCurrentIndex(kinds.findData("done"))
    assert [row[0] for row in importing.rows()] == ["Boxes"]


def test_a_report_that_cannot_be_saved_says_so(importing, table, tmp_path):
    importing.dialog.set_sources([table])
    importing.wait()
    importing.click("exchange-start")
    importing.wait()
    importing.dialog._report.save_to(tmp_path / "no" / "report.txt")
    assert "folder does not exist" in importing.part(QLabel, "exchange-error").text()


def test_closing_while_it_imports_stops_it_and_tells_what_came_in(importing, folder, table, qtbot):
    importing.dialog.set_sources([table])
    importing.wait()
    importing.click("exchange-start")
    importing.dialog.close()
    importing.wait()
    qtbot.waitUntil(lambda: not importing.dialog.isVisible())
    written = len(list(folder.images.glob("*.xml")))
    assert importing.title.startswith(f"{written} boxes")


def test_an_export_writes_a_new_file_and_says_what_is_lost(qtbot, folder, table, tmp_path):
    (folder.images / "p0.xml").write_text(
        '<annotation verified="yes"><object><name>cat</name><pose>Left</pose>'
        "<truncated>1</truncated><difficult>0</difficult><bndbox><xmin>1</xmin><ymin>1</ymin>"
        "<xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>",
        "utf-8",
    )
    dialog = ExportDialog(folder, tmp_path / "exports")
    qtbot.addWidget(dialog)
    dialog.show()
    person = Person(dialog, qtbot)
    formats = person.part(QComboBox, "export-format")
    assert formats.findData("cvat") == -1
    formats.setCurrentIndex(formats.findData("createml"))
    dialog.findChild(type(dialog._choices["verified"]), "export-verified").click()
    person.click("exchange-start")
    person.wait()
    [record] = json.loads((tmp_path / "exports" / "labels-createml.json").read_text("utf-8"))
    assert record["image"] == "p0.png"
    assert person.title == "1 boxes of 1 pictures were written"
    assert any(row[0] == "Lost" and "truncated" in row[2] for row in person.rows())


def test_an_export_over_a_file_is_refused_and_another_name_can_be_given(qtbot, folder, tmp_path):
    (tmp_path / "mine.json").write_text("mine", "utf-8")
    dialog = ExportDialog(folder, tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    person = Person(dialog, qtbot)
    formats = person.part(QComboBox, "export-format")
    formats.setCurrentIndex(formats.findData("coco"))
    target = person.part(QLineEdit, "export-target")
    target.setText(str(tmp_path / "mine.json"))
    person.click("exchange-start")
    person.wait()
    assert "there already" in person.part(QLabel, "exchange-error").text()
    target.setText(str(tmp_path / "other.json"))
    person.click("exchange-start")
    person.wait()
    assert person.title.startswith("0 boxes of 3")
    assert (tmp_path / "mine.json").read_text("utf-8") == "mine"
