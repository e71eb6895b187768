"""The page *Split*: a person sees a plan, applies it, takes it back, locks it, makes folders."""

import shutil

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel

from app.dataset.split_files import locked_test_of, read_split, split_folder
from app.dataset.split_rule import SET_NAMES
from app.project.project import Project
from app.ui.dataset.split_page import SplitPage
from tests.dataset.split_labels import label

PICTURES = 20  # of each class
WAIT_MS = 20_000


def add(project, name, class_name=None):
    """Put a picture into the project that looks like no other, with one box if it has a class."""
    path = project.images_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(list(name.encode()))
    cv2.imwrite(str(path), chance.integers(0, 256, (48, 64, 3)).astype(np.uint8))
    if class_name:
        label(project, name, class_name)


@pytest.fixture
def digits(tmp_path):
    project = Project.create(tmp_path / "digits")
    for class_name in ("d1", "d2"):
        project.add_class(class_name)
        for number in range(PICTURES):
            add(project, f"{class_name}_{number}.png", class_name)
    return project


class Person:
    """Somebody at the page: everything goes by its controls."""

    def __init__(self, page, qtbot):
        self.page, self._qtbot = page, qtbot
        self.problems, self.told = [], []
        page.problem.connect(self.problems.append)
        page.told.connect(self.told.append)

    def part(self, name):
        found = self.page.findChild(QObject, name)
        assert found is not None, f"the page has no {name}"
        return found

    def press(self, name):
        button = self.part(name)
        assert button.isVisible()
        assert button.isEnabled()
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.wait()

    def tick(self, name):
        self.part(name).click()
        self.wait()

    def choose(self, name, value):
        self.part(name).setValue(value)
        self.wait()

    def wait(self):
        splitting = self.page.splitting
        self._qtbot.waitUntil(
            lambda: not (splitting.doing or splitting.is_planning), timeout=WAIT_MS
        )

    def until(self, condition):
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    def says(self, name):
        part = self.part(name)
        assert part.isVisible(), f"{name} is hidden"
        return part.text()

    @property
    def shown(self):
        """The pictures of each set, as the cards say them."""
        return {name: int(self.part(f"split-images-{name}").text()) for name in SET_NAMES}

    @property
    def table(self):
        """The rows of the table, without the bars."""
        model = self.part("split-table").model()
        return [
            [model.index(row, column).data() for column in range(4)]
            for row in range(model.rowCount())
        ]

    def is_warned(self, words):
        """Wait until a warning in sight has these words; a new one is laid out first."""
        lists = (self.part("split-warnings-grave"), self.part("split-warnings"))
        self.until(
            lambda: any(
                words in label.text() and label.isVisible()
                for found in lists
                for label in found.findChildren(QLabel)
            )
        )


@pytest.fixture
def person(qtbot, digits):
    page = SplitPage()
    qtbot.addWidget(page, before_close_func=SplitPage.stop)
    page.resize(1000, 640)
    page.open(digits)
    with qtbot.waitExposed(page):
        page.show()
    person = Person(page, qtbot)
    person.wait()
    return person


def sizes(project):
    return {name: len(names) for name, names in read_split(project).sets.items()}


def has_files(project):
    folder = split_folder(project)
    return folder.is_dir() and any(folder.iterdir())


# -- a plan ------------------------------------------------------------------------------------


def test_a_plan_is_shown_before_anything_is_written(person, digits):
    assert person.shown == {"train": 28, "val": 0, "test": 12}
    assert person.table == [["d1", "14 (14)", "–", "6 (6)"], ["d2", "14 (14)", "–", "6 (6)"]]
    assert person.says("split-news") == "No split yet. Apply writes this plan into the project."
    assert not has_files(digits)


def test_a_changed_share_shows_a_new_plan_and_the_others_make_room(person):
    person.choose("split-val", 20)
    assert [person.part(f"split-{name}").value() for name in SET_NAMES] == [50, 20, 30]
    assert person.shown == {"train": 20, "val": 8, "test": 12}
    assert person.table[0] == ["d1", "10 (10)", "4 (4)", "6 (6)"]


def test_counts_of_each_class_leave_the_rest_out(person):
    person.tick("split-unit-images")
    assert person.shown == {"train": 20, "val": 0, "test": 8}
    person.is_warned("12 pictures that are more than was asked for")
    person.tick("split-unit-percent")
    assert person.shown == {"train": 28, "val": 0, "test": 12}


def test_another_seed_puts_other_pictures_into_test(person):
    before = person.page.splitting.planned.plan.sets["test"]
    person.press("split-another")
    assert person.part("split-seed").value() == 1
    after = person.page.splitting.planned.plan.sets["test"]
    assert len(after) == len(before)
    assert set(after) != set(before)


def test_pictures_without_labels_come_in_as_background(person, digits):
    for number in range(10):
        add(digits, f"wall_{number}.png")
    person.page.actions_of_page.read.trigger()
    person.wait()
    assert person.says("split-unlabelled") == "Without labels: 10"
    assert sum(person.shown.values()) == 40
    person.tick("split-background")
    assert sum(person.shown.values()) == 50


def test_near_duplicates_go_into_one_set_unless_nothing_stays_together(person, digits):
    for number in range(12):
        shutil.copy(digits.images_folder / "d1_0.png", digits.images_folder / f"copy_{number}.png")
        label(digits, f"copy_{number}.png", "d1")
    person.page.actions_of_page.read.trigger()
    person.wait()
    sets = person.page.splitting.planned.plan.sets
    assert sum(any(name.startswith("copy") for name in names) for names in sets.values()) == 1
    grouping = person.part("split-grouping")
    grouping.setCurrentIndex(grouping.findData("none"))
    person.wait()
    person.is_warned("look the same are in several sets")


def test_a_class_that_is_missing_from_test_is_told_in_words(person, digits):
    add(digits, "lonely.png", "d3")
    person.page.actions_of_page.read.trigger()
    person.wait()
    person.is_warned("d3 is missing from test")
    assert person.table[2][0] == "d3"


# -- applying ----------------------------------------------------------------------------------


def test_apply_writes_what_the_table_showed(person, digits):
    person.choose("split-val", 10)
    shown, table = person.shown, person.table
    planned = person.page.splitting.planned.plan.sets
    person.press("split-apply-button")
    assert sizes(digits) == shown
    assert read_split(digits).sets == planned
    assert person.table == table
    assert person.says("split-news") == "The project has this split."
    assert not person.part("split-apply-button").isEnabled()
    assert Project.open(digits.folder).split_rule["val"] == 10


def test_undo_brings_the_former_split_back_byte_for_byte(person, digits):
    person.press("split-apply-button")
    files = {each.name: each.read_bytes() for each in split_folder(digits).iterdir()}
    person.choose("split-test", 50)
    person.press("split-apply-button")
    assert sizes(digits)["test"] == 20
    person.press("split-undo-button")
    assert {each.name: each.read_bytes() for each in split_folder(digits).iterdir()} == files
    assert person.shown["test"] == 12
    assert person.part("split-test").value() == 30
    assert person.says("split-news") == "The project has this split."


def test_undo_of_the_first_split_leaves_none(person, digits):
    person.press("split-apply-button")
    person.press("split-undo-button")
    assert not has_files(digits)
    assert person.says("split-news").startswith("No split yet.")
    assert not person.part("split-undo-button").isEnabled()


def test_a_split_that_another_program_wrote_meanwhile_is_not_overwritten(person, digits):
    person.press("split-apply-button")
    listed = split_folder(digits) / "train.txt"
    listed.write_text("d1_0.png\n", "utf-8")
    person.choose("split-test", 50)
    person.press("split-apply-button")
    assert [each.code for each in person.problems] == ["split-changed"]
    assert listed.read_text("utf-8") == "d1_0.png\n"
    person.page.actions_of_page.read.trigger()
    person.wait()
    assert "Changed by hand since it was written: train.txt." in person.says("split-news")


def test_what_the_project_has_is_shown_beside_the_plan(person):
    person.press("split-apply-button")
    person.choose("split-test", 50)
    assert person.shown["test"] == 20
    assert person.says("split-before-test") == "now 12"
    assert person.says("split-change").startswith("With Apply 8 change sets")
    person.press("split-show-now")
    assert person.shown == {"train": 28, "val": 0, "test": 12}
    assert person.table[0] == ["d1", "14 (14)", "–", "6 (6)"]


def test_a_split_older_than_the_pictures_says_so(person, digits):
    person.press("split-apply-button")
    for number in range(3):
        add(digits, f"later_{number}.png", "d1")
    (digits.images_folder / "d2_0.png").unlink()
    person.page.hide()
    person.page.show()  # as after another page was in front
    person.wait()
    assert person.says("split-news") == "The split is older than the pictures: 3 new, 1 gone."
    person.press("split-apply-button")
    assert person.says("split-news") == "The project has this split."


# -- the locked test set -----------------------------------------------------------------------


def test_a_locked_test_set_stays_and_new_pictures_go_elsewhere(person, digits):
    person.tick("split-lock")
    person.press("split-apply-button")
    test = read_split(digits).sets["test"]
    assert set(locked_test_of(digits)) == set(test)
    assert person.part("split-card-lock-test").isVisible()
    for number in range(10):
        add(digits, f"later_{number}.png", "d1")
    person.page.actions_of_page.read.trigger()
    person.wait()
    person.press("split-another")
    assert not person.part("split-test").isEnabled()
    person.press("split-apply-button")
    assert read_split(digits).sets["test"] == test
    assert sizes(digits)["train"] == 38


def test_an_unlocked_test_set_is_shared_out_anew_and_undo_locks_it_again(person, digits):
    person.tick("split-lock")
    person.press("split-apply-button")
    locked = locked_test_of(digits)
    person.tick("split-lock")
    assert "Apply unlocks it" in person.says("split-lock-text")
    person.press("split-apply-button")
    assert locked_test_of(digits) == ()
    person.press("split-undo-button")
    assert locked_test_of(digits) == locked
    assert person.part("split-lock").isChecked()


# -- folders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["copies", "links"])
def test_folders_are_made_of_the_split_of_the_project(person, digits, tmp_path, kind):
    person.press("split-apply-button")
    person.press("split-folders")
    target = tmp_path / "out"
    person.part("split-folders-target").setText(str(target))
    person.part(f"split-folders-{kind}").click()
    person.part("exchange-start").click()
    assert person.page.is_busy
    person.until(lambda: bool(person.told))
    assert person.told == [f"40 pictures and their labels are in {target}."]
    found = {each.name: len(list(each.glob("*.png"))) for each in target.iterdir()}
    assert found == {"train": 28, "test": 12}
    assert len(list((target / "test").glob("*.xml"))) == 12
    name = read_split(digits).sets["test"][0]
    is_same = (target / "test" / name).samefile(digits.images_folder / name)
    assert is_same == (kind == "links")


def test_a_folder_that_is_there_is_left_alone(person, tmp_path):
    person.press("split-apply-button")
    person.press("split-folders")
    dialog = person.part("split-folders-dialog")
    (tmp_path / "mine").mkdir()
    person.part("split-folders-target").setText(str(tmp_path / "mine"))
    person.part("exchange-start").click()
    person.until(lambda: not dialog.is_running)
    assert "is there already" in person.says("exchange-error")
    assert not list((tmp_path / "mine").iterdir())
    dialog.reject()


# -- larger ------------------------------------------------------------------------------------


def test_real_photographs_are_shared_out_alike_in_every_class(person, reference_data, tmp_path):
    project = Project.create(tmp_path / "fingers")
    for path in (reference_data / "voc" / "fingers" / "train").iterdir():
        folder = project.annotations_folder if path.suffix == ".xml" else project.images_folder
        shutil.copy(path, folder / path.name)
    person.page.open(project)
    person.wait()
    assert person.shown == {"train": 140, "val": 0, "test": 60}
    assert [row[1:] for row in person.table] == [["28 (28)", "–", "12 (12)"]] * 5


def test_closing_while_pictures_are_read_leaves_nothing_running(person, digits):
    for number in range(100):
        add(digits, f"more_{number}.png")
    person.page.open(Project.open(digits.folder))
    person.until(lambda: person.page.splitting.doing == "looking")
    person.page.stop()
    assert not person.page.is_busy


# -- nothing to split --------------------------------------------------------------------------


def test_without_a_project_the_page_says_what_leads_on(person):
    person.page.open(None)
    assert "Open a project" in person.says("split-message-text")
    assert not person.part("split-rule-panel").isVisible()
    assert not person.part("split-apply-button").isVisible()


def test_an_empty_project_and_one_without_labels_say_so(person, tmp_path):
    empty = Project.create(tmp_path / "empty")
    person.page.open(empty)
    person.wait()
    assert person.says("split-message-title") == "No pictures"
    add(empty, "wall.png")
    person.press("split-message-read")
    assert person.says("split-message-title") == "Nothing is labelled yet"
    person.tick("split-background")
    assert person.shown["train"] + person.shown["test"] == 1


def test_a_split_that_cant_be_read_is_not_split_over(person, digits):
    person.press("split-apply-button")
    path = split_folder(digits) / "split.json"
    whole = path.read_bytes()
    path.write_bytes(b"{")
    person.page.actions_of_page.read.trigger()
    person.wait()
    assert "a locked test set is forgotten" in person.says("split-message-text")
    assert path.read_bytes() == b"{"
    path.write_bytes(whole)
    person.press("split-message-read")
    assert person.says("split-news") == "The project has this split."


def test_reading_can_be_stopped_and_begun_again(person, digits):
    for number in range(200):
        add(digits, f"more_{number}.png")
    person.page.open(Project.open(digits.folder))
    person.until(lambda: person.page.splitting.doing == "looking")
    person.part("split-message-progress-stop").click()
    person.wait()
    assert person.says("split-message-title") == "Ready to read the pictures"
    person.press("split-message-read")
    assert person.shown == {"train": 28, "val": 0, "test": 12}


def test_every_control_can_be_reached_by_keyboard(person):
    for name in ("split-train", "split-seed", "split-grouping", "split-lock", "split-table"):
        assert person.part(name).focusPolicy() & Qt.FocusPolicy.TabFocus
