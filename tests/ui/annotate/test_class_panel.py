"""Changing classes by the panel: menu, preview, apply, undo."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton

from app.annotation.class_changes import ClassChange, ClassChangePreview
from app.project.project import Project
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.classes.class_change_controls import ClassChangeControls
from app.ui.annotate.classes.class_change_dialog import ClassChangeDialog
from app.ui.annotate.classes.class_panel import ClassPanel
from app.ui.annotate.classes.class_rows import COUNTS_ROLE
from app.ui.annotate.folder_work_bar import FolderWorkBar
from app.ui.annotate.labeling import Labeling
from tests.ui.annotate.test_labeling_folder import fill


@pytest.fixture
def project(tmp_path):
    project = Project.create(tmp_path / "zoo")
    for name in ("cat", "dog"):
        project.add_class(name)
    fill(
        project.images_folder,
        project.annotations_folder,
        {"p1.png": ["cat", "dog"], "p2.png": ["cat", "cat"]},
    )
    (project.annotations_folder / "p3.xml").write_text("<annotation>", "utf-8")
    fill(project.images_folder, None, {"p3.png": []})
    return project


@pytest.fixture
def labeling(qtbot, project):
    labeling = Labeling()
    labeling.book.open(project)
    labeling.open_folder(project.images_folder, project.annotations_folder, project=project)
    qtbot.waitUntil(lambda: labeling.picture is not None)
    yield labeling
    labeling.stop()


@pytest.fixture
def panel(qtbot, labeling):
    panel = ClassPanel(labeling.book)
    qtbot.addWidget(panel)
    ClassChangeControls(labeling, panel, panel)
    panel.resize(236, 320)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def choose(panel, name, command):
    menu = panel.menu_for(name)
    actions = {action.objectName(): action for action in menu.actions()}
    actions[f"class-{command}"].trigger()
    menu.deleteLater()
    return panel.findChildren(ClassChangeDialog)[-1]


def effect(dialog):
    return dialog.findChild(QLabel, "class-change-effect").text()


def test_rename_shows_what_changes_and_then_does_it(qtbot, panel, labeling, project):
    dialog = choose(panel, "cat", "rename")
    qtbot.waitUntil(lambda: "Counting" not in effect(dialog))
    assert effect(dialog).startswith("3 boxes in 2 pictures; 1 unreadable file is left out")
    assert "p1.png, p2.png" in effect(dialog)
    field = dialog.findChild(QLineEdit, "class-change-name")
    button = dialog.findChild(QPushButton, "class-change-apply")
    assert not button.isEnabled()  # the name is the old one still
    field.clear()
    QTest.keyClicks(field, "tiger")
    button.click()
    qtbot.waitUntil(lambda: project.classes[0].name == "tiger")
    qtbot.waitUntil(lambda: not labeling.work.is_running and labeling.annotation is not None)
    assert panel.findChild(QListWidget).item(0).text() == "tiger"
    labeling.undo()
    qtbot.waitUntil(lambda: project.classes[0].name == "cat")


def test_a_name_that_is_taken_becomes_a_merge_and_says_so(qtbot, panel, labeling, project):
    dialog = choose(panel, "cat", "rename")
    dialog.findChild(QLineEdit, "class-change-name").setText("dog")
    hint = dialog.findChild(QLabel, "class-change-hint")
    assert not hint.isHidden()
    assert "already a class “dog”" in hint.text()
    button = dialog.findChild(QPushButton, "class-change-apply")
    assert button.text() == "Merge"
    button.click()
    qtbot.waitUntil(lambda: [item.name for item in project.classes] == ["dog"])
    qtbot.waitUntil(lambda: not labeling.work.is_running)


def test_merge_and_delete_go_by_the_menu_too(qtbot, panel, labeling, project):
    dialog = choose(panel, "cat", "merge")
    into = dialog.findChild(QComboBox, "class-change-into")
    assert [into.itemText(row) for row in range(into.count())] == ["dog"]
    dialog.reject()
    assert project.classes[0].name == "cat"
    dialog = choose(panel, "cat", "delete")
    assert dialog.change == ClassChange("delete", "cat")
    dialog.reject()
    qtbot.waitUntil(lambda: not labeling.work.is_running)


def test_the_button_of_a_row_opens_the_menu_and_does_not_choose_the_class(qtbot, panel):
    shown = panel.findChild(QListWidget)
    chosen = []
    panel.chosen.connect(chosen.append)
    rect = shown.visualItemRect(shown.item(1))
    with qtbot.waitSignal(shown.itemDelegate().menu_requested) as caught:
        at = QPoint(rect.right() - 8, rect.center().y())
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert caught.args[0] == "dog"
    for menu in panel.findChildren(type(panel.menu_for("cat"))):
        menu.close()


def test_counts_of_the_data_set_stand_beside_those_of_the_picture(panel, labeling):
    panel.show_counts(labeling.annotation.boxes)
    panel.set_dataset_counts(Counter(cat=1234, dog=1))
    shown = panel.findChild(QListWidget)
    assert [shown.item(row).data(COUNTS_ROLE) for row in range(2)] == ["1 / 1,234", "1 / 1"]


def test_a_plain_folder_says_that_its_list_is_not_rewritten(qtbot, panel):
    dialog = ClassChangeDialog("delete", "cat", [], panel, is_kept=False)
    assert "classes.txt is not changed" in dialog.findChild(QLabel, "class-change-note").text()
    dialog.show_preview(ClassChangePreview(ClassChange("delete", "cat"), 0, 0, 0, (), ()))
    assert effect(dialog) == "No picture has a box of this class."
    paths = (Path("a.xml"), Path("b.xml"))
    dialog.show_preview(ClassChangePreview(ClassChange("delete", "cat"), 1, 1, 1, paths, ()))
    assert effect(dialog) == (
        "1 box in 1 picture; 1 of the pictures verified; 2 unreadable files are left out."
    )


def test_a_book_gives_back_a_removed_class_as_it_was(qapp):
    book = ClassBook()
    book.open(None, ["cat", "dog", "bird"])
    book.recolor("dog", "#123456")
    book.set_key("dog", "7")
    before = book.entries
    removed = book.remove("dog")
    assert [entry.name for entry in book.entries] == ["cat", "bird"]
    book.put_back(removed)
    assert book.entries == before


def test_the_bar_shows_long_work_only_and_can_stop_it(qtbot):
    bar = FolderWorkBar()
    qtbot.addWidget(bar)
    bar.show_work("Rename", 0, 0)
    assert not bar.isVisible()
    qtbot.waitUntil(bar.isVisible)
    bar.show_work("Rename", 5, 10)
    with qtbot.waitSignal(bar.stop_requested):
        bar.findChild(QPushButton, "folder-work-stop").click()
    bar.show_work("", 0, 0)
    assert not bar.isVisible()
