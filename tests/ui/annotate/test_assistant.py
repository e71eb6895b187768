"""Proposals in the window: asked of a real child process, taken and dropped by a person."""

import shutil

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel

from app.annotation.labels import LabeledBox
from app.paths import sample_data_path
from app.project.activity import ActivityFile
from app.project.proposals import Proposal, ProposalStore
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.proposals.assistant import Assistant
from app.ui.annotate.proposals.proposal_bar import ProposalBar
from app.ui.annotate.proposals.proposing_child import ProposingFolder

CLASSES = {1: "d1", 2: "d2", 3: "d3", 4: "d4", 5: "d5"}
FIRST = Proposal("d5", 40.4, 30.0, 120.6, 140.0, 0.9, "hand", "1")
SECOND = Proposal("d5", 150.0, 20.0, 200.0, 90.0, 0.7, "hand", "1")


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    office = sample_data_path("gestures", "images", "office")
    for name in ("c5_e4.jpg", "c5_e5.jpg"):
        shutil.copy(office / name, folder)
    return folder


@pytest.fixture
def store(tmp_path):
    return ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))


class Desk:
    """Labels, assistant and what it told, wired as the tab wires them."""

    def __init__(self, qtbot, images, activity):
        self.qtbot, self.images = qtbot, images
        self.labeling, self.book = Labeling(), ClassBook()
        self.assistant = Assistant(self.labeling, self.book)
        self.labeling.picture_changed.connect(self.assistant.on_picture)
        self.labeling.labels_changed.connect(self.assistant.on_labels)
        self.errors, self.words, self.jobs = [], [], []
        self.assistant.failed.connect(self.errors.append)
        self.assistant.told.connect(self.words.append)
        self.assistant.job_changed.connect(self.jobs.append)
        self.book.open(None, CLASSES.values())
        self.assistant.open_folder(ProposingFolder(images, None, "labelimg", activity, CLASSES))
        self.labeling.open_folder(images)
        self.wait_for("c5_e4.jpg")

    @property
    def boxes(self):
        return [(box.class_name, box.box_xyxy) for box in self.labeling.annotation.boxes]

    def show(self, name):
        self.labeling.go_to(self.images / name)
        self.wait_for(name)

    def wait_for(self, name):
        labeling = self.labeling
        self.qtbot.waitUntil(
            lambda: labeling.picture is not None and labeling.picture.path.name == name
        )

    def wait_proposals(self, count, timeout=30_000):
        self.qtbot.waitUntil(lambda: len(self.assistant.proposals) == count, timeout=timeout)

    def close(self):
        self.assistant.shutdown()
        self.labeling.stop()


@pytest.fixture
def desk(qtbot, images, tmp_path, store):
    store.replace("c5_e4.jpg", [FIRST, SECOND], "hand", "1")
    desk = Desk(qtbot, images, tmp_path / "activity.sqlite")
    yield desk
    desk.close()


def test_the_child_finds_the_hand_and_takes_the_class_from_the_name(desk):
    desk.show("c5_e5.jpg")
    desk.assistant.propose_current()
    assert desk.assistant.is_waiting
    desk.wait_proposals(1)
    assert desk.assistant.proposals[0].class_name == "d5"
    assert not desk.assistant.is_waiting
    assert desk.boxes == []  # nothing is a label until accepted


def test_accepting_is_one_edit_and_its_undo_brings_the_proposals_back(desk, store):
    desk.wait_proposals(2)
    desk.assistant.accept_all()
    assert desk.boxes == [("d5", (40, 30, 121, 140)), ("d5", (150, 20, 200, 90))]
    assert desk.assistant.proposals == ()
    desk.labeling.undo()
    assert desk.boxes == []
    assert desk.assistant.proposals == (FIRST, SECOND)
    desk.labeling.redo()
    assert len(desk.boxes) == 2
    assert desk.assistant.proposals == ()
    desk.assistant.shutdown()
    assert store.images() == set()


def test_a_taken_box_that_is_moved_far_leaves_no_proposal_behind(desk):
    desk.wait_proposals(2)
    desk.assistant.accept([0])
    desk.labeling.edit([LabeledBox("d1", 0, 0, 9, 9)], "Move box")
    assert desk.assistant.proposals == (SECOND,)


def test_rejected_proposals_can_be_brought_back_and_are_remembered(desk, store):
    desk.wait_proposals(2)
    desk.assistant.reject([1])
    assert desk.assistant.proposals == (FIRST,)
    desk.assistant.bring_back()
    assert desk.assistant.proposals == (FIRST, SECOND)
    desk.assistant.reject_all()
    desk.assistant.shutdown()
    store.replace("c5_e4.jpg", [FIRST, SECOND], "hand", "1")
    assert store.of("c5_e4.jpg") == ()


def test_an_object_labelled_by_hand_is_proposed_no_more_once_the_picture_is_left(desk, store):
    desk.wait_proposals(2)
    desk.labeling.edit([LabeledBox("d5", 42, 32, 120, 139)], "Draw box")
    assert desk.assistant.proposals == (SECOND,)
    desk.show("c5_e5.jpg")
    desk.assistant.shutdown()
    assert store.of("c5_e4.jpg") == (SECOND,)


def test_a_folder_is_worked_on_in_the_background_and_a_broken_picture_is_told(desk, store):
    (desk.images / "torn.jpg").write_bytes(b"no picture")
    desk.assistant.propose_folder(sorted(desk.images.iterdir()))
    assert desk.jobs[-1] is not None
    desk.qtbot.waitUntil(lambda: desk.jobs[-1] is None, timeout=30_000)
    assert "c5_e5.jpg" in store.images()
    assert desk.words == ["Looked at 3 pictures; 2 have proposals."]
    assert "torn.jpg" in str(desk.errors[0])


def test_every_opened_picture_is_proposed_for_when_asked_to(desk):
    desk.assistant.set_automatic(True)
    desk.show("c5_e5.jpg")
    desk.wait_proposals(1)


def test_a_model_without_a_class_of_the_project_says_so(desk):
    desk.assistant.set_model("starter-oidv4")
    desk.assistant.propose_current()
    desk.qtbot.waitUntil(lambda: bool(desk.errors), timeout=30_000)
    assert desk.errors[0].code == "no-class-in-common"
    assert not desk.assistant.is_waiting


def test_stopping_ends_a_folder_and_the_next_question_starts_again(desk):
    desk.assistant.propose_folder([desk.images / "c5_e4.jpg"] * 200)
    desk.assistant.stop()
    assert desk.jobs[-1] is None
    desk.show("c5_e5.jpg")
    desk.assistant.propose_current()
    desk.wait_proposals(1)


@pytest.fixture
def bar(desk, qtbot):
    bar = ProposalBar(desk.assistant)
    qtbot.addWidget(bar)
    bar.set_open(is_open=True)
    return bar


def button(bar, name):
    return bar.findChild(QAbstractButton, f"proposal-{name}")


def test_the_bar_accepts_all_and_can_be_closed(bar, desk):
    desk.wait_proposals(2)
    text = bar.findChild(QLabel, "proposal-text")
    assert (text.text(), text.toolTip()) == ("2 proposals", "2 proposals by the hand assistant")
    button(bar, "accept-all").click()
    assert len(desk.boxes) == 2
    assert not button(bar, "accept-all").isVisible()
    button(bar, "close").click()
    assert not bar.isVisible()


def test_the_bar_says_whose_the_proposals_are_when_another_model_is_chosen(bar, desk):
    desk.wait_proposals(2)
    desk.assistant.set_model("starter-oidv4")
    text = bar.findChild(QLabel, "proposal-text")
    assert text.text() == "2 proposals by the hand assistant"


def test_the_bar_offers_to_bring_back_what_was_rejected(bar, desk):
    desk.wait_proposals(2)
    button(bar, "reject-all").click()
    button(bar, "bring-back").click()
    assert len(desk.assistant.proposals) == 2


def test_the_bar_lists_who_can_propose(bar):
    models = bar.findChild(QComboBox, "proposal-model")
    texts = [models.itemText(i) for i in range(models.count())]
    assert texts == ["Hand assistant", "Starter model", "", "Model file…", "Model folder…"]
