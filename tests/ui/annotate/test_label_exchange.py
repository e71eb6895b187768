"""The commands that import and export, on the folder that is labelled."""

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from app.annotation.labels import LabeledBox
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.exchange.exchange_opening import LabelExchange
from app.ui.annotate.labeling import Labeling

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"


@pytest.fixture
def page(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def labeling(qtbot, tmp_path):
    images = tmp_path / "pictures"
    images.mkdir()
    for number in range(2):
        cv2.imwrite(str(images / f"p{number}.png"), np.full((80, 100, 3), 90, np.uint8))
    labeling = Labeling()
    yield labeling
    labeling.stop()


@pytest.fixture
def exchange(page, labeling, qtbot, tmp_path):
    exchange = LabelExchange(AnnotateActions(page), labeling, ClassBook(page), page)
    labeling.open_folder(tmp_path / "pictures")
    qtbot.waitUntil(lambda: labeling.picture is not None)
    yield exchange
    exchange.shutdown()


def test_without_pictures_there_is_nothing_to_import_into(page, qtbot):
    actions, labeling = AnnotateActions(page), Labeling(page)
    LabelExchange(actions, labeling, ClassBook(page), page)
    assert not actions.import_labels.isEnabled()
    assert not actions.export_labels.isEnabled()
    labeling.stop()


def test_an_edit_not_saved_yet_goes_before_what_is_imported(
    exchange, labeling, page, qtbot, tmp_path
):
    labeling.edit([LabeledBox("mine", 1, 1, 9, 9)], "Draw")
    table = tmp_path / "labels.csv"
    table.write_text(
        f"{HEADER}p0.png,100,80,cat,10,20,30,40\np1.png,100,80,dog,10,20,30,40\n", "utf-8"
    )
    exchange.import_from([table])
    dialog = exchange._dialog
    qtbot.waitUntil(lambda: not dialog.is_running)
    with qtbot.waitSignal(exchange.imported) as told:
        dialog.findChild(QPushButton, "exchange-start").click()
    report = told.args[0]
    assert [path.name for path in report.changed] == ["p1.png"]
    assert report.kept == ["p0.png"]
    assert "mine" in (tmp_path / "pictures" / "p0.xml").read_text("utf-8")
    assert [entry.name for entry in exchange._book.entries] == ["cat", "dog"]
    dialog.reject()
    assert exchange._dialog is None


def test_export_proposes_a_free_name_beside_the_pictures(exchange, labeling, page, tmp_path):
    (tmp_path / "exports" / "labels-voc").mkdir(parents=True)
    exchange._actions.export_labels.trigger()
    assert exchange._dialog._target.text() == str(tmp_path / "exports" / "labels-voc-2")
    exchange._dialog.reject()
