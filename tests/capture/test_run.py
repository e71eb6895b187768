"""A capture run: what a person finds on disk, whatever happens meanwhile."""

import json
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.annotation.trash import Trash
from app.capture.errors import CaptureError
from app.capture.plan import CapturePlan, PictureNumber
from app.capture.run import CaptureRun
from app.capture.saver import WAITING_PICTURES
from app.capture.session import begin_session, continue_session
from app.capture.source import Frame, SourceInfo
from app.files import FileWriteError
from app.imaging import read_image
from tests.support.small_disk import small_disk  # noqa: F401 - a fixture

CAMERA = SourceInfo("0", "camera", 64, 48, 30.0, None)
PLAN = CapturePlan(("one", "two"), 2)
SECONDS = 20


class Watcher:
    """Remembers what it was told."""

    def __init__(self):
        self.pictures, self.errors, self.label_errors, self.unblocks = [], [], [], 0
        self.is_blocked = threading.Event()

    def saved(self, picture):
        self.pictures.append(picture)

    def blocked(self, error):
        self.errors.append(error)
        self.is_blocked.set()

    def unblocked(self):
        self.unblocks += 1

    def not_labelled(self, picture, error):
        self.label_errors.append((picture.path.name, error))


def frame(index=0, *, seed=None, width=64, height=48):
    seed = index if seed is None else seed
    cells = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = np.kron(cells, np.ones((height // 6, width // 8, 1), np.uint8))
    return Frame(index, index / 30, image)


def trash_of(images, labels=None):
    return Trash(LabelFolder(images, labels), images.parent / "trash")


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@contextmanager
def running(images, *, session=None, plan=PLAN, picture_format="png", propose=None, labels=None):
    session = session or begin_session(images, CAMERA, plan, picture_format)
    watcher = Watcher()
    run = CaptureRun(session, trash=trash_of(images, labels), watcher=watcher, propose=propose)
    run.watcher = watcher
    try:
        yield run
    finally:
        run.close()


def picture_names(run):
    return sorted(path.name for path in run.session.folder.iterdir() if path.suffix != ".json")


def record_of(run):
    return json.loads((run.session.folder / "session.json").read_text("utf-8"))


def go_on(images, plan=PLAN, source=CAMERA):
    problems = []
    session = continue_session(images, source, plan, "png", on_problem=problems.append)
    return session, problems


class TestTaking:
    def test_every_picture_of_the_plan_is_on_disk_as_it_was_seen(self, images):
        with running(images) as run:
            frames = [frame(index) for index in range(4)]
            for each in frames:
                run.shoot(each, timeout_s=SECONDS)
            assert run.is_complete
        assert picture_names(run) == ["c1_e1.png", "c1_e2.png", "c2_e1.png", "c2_e2.png"]
        assert (read_image(run.session.folder / "c2_e1.png") == frames[2].image_bgr).all()
        assert [picture.class_name for picture in run.watcher.pictures] == [
            "one", "one", "two", "two"
        ]  # fmt: skip

    def test_the_session_tells_time_camera_and_plan(self, images):
        with running(images) as run:
            run.shoot(frame(7), timeout_s=SECONDS)
        told = record_of(run)
        assert told["camera"] == "camera 0"
        assert told["plan"] == {"classes": ["one", "two"], "examples": 2}
        assert told["runs"][0]["started"] <= told["runs"][0]["ended"]
        assert told["pictures"]["c1_e1.png"]["class_name"] == "one"
        assert told["pictures"]["c1_e1.png"]["frame_index"] == 7

    def test_jpeg_is_written_when_asked(self, images):
        with running(images, picture_format="jpg") as run:
            run.shoot(frame(), timeout_s=SECONDS)
        assert picture_names(run) == ["c1_e1.jpg"]

    def test_a_session_without_pictures_leaves_no_folder(self, images):
        with running(images):
            pass
        assert list(images.iterdir()) == []

    def test_a_file_that_somebody_put_there_is_not_overwritten(self, images):
        with running(images) as run:
            foreign = run.session.folder / "c1_e1.png"
            foreign.write_bytes(b"mine")
            run.shoot(frame(), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
        assert foreign.read_bytes() == b"mine"
        assert "c1_e2.png" in picture_names(run)

    def test_pictures_that_look_the_same_are_told(self, images):
        with running(images, plan=CapturePlan(("one",), 5)) as run:
            for index, seed in enumerate([1, 1, 2, 2, 1]):
                run.shoot(frame(index, seed=seed), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
        assert [picture.resembles for picture in run.watcher.pictures] == [
            *(None, "c1_e1.png", None, "c1_e3.png", "c1_e2.png")
        ]


class TestGoingOn:
    def test_the_next_run_fills_the_same_folder(self, images):
        with running(images) as first:
            first.shoot(frame(0), timeout_s=SECONDS)
        session, _ = go_on(images)
        with running(images, session=session) as second:
            assert second.text == "C1/2 E2/2"
            for index in range(1, 4):
                second.shoot(frame(index), timeout_s=SECONDS)
        assert second.session.folder == first.session.folder
        assert len(picture_names(second)) == 4
        assert len(record_of(second)["runs"]) == 2

    def test_a_likeness_is_seen_over_runs(self, images):
        with running(images) as first:
            first.shoot(frame(seed=5), timeout_s=SECONDS)
        session, _ = go_on(images)
        with running(images, session=session) as second:
            second.shoot(frame(seed=5), timeout_s=SECONDS)
        assert second.watcher.pictures[0].resembles == "c1_e1.png"

    @pytest.mark.parametrize(
        ("plan", "source"),
        [
            (CapturePlan(("one", "two"), 3), CAMERA),
            (CapturePlan(("two", "one"), 2), CAMERA),
            (PLAN, SourceInfo("1", "camera", 64, 48, 30.0, None)),
            (PLAN, SourceInfo("0", "camera", 128, 96, 30.0, None)),
        ],
    )
    def test_another_plan_or_camera_is_another_session(self, images, plan, source):
        with running(images) as run:
            run.shoot(frame(), timeout_s=SECONDS)
        assert go_on(images, plan, source) == (None, [])

    def test_a_complete_session_is_left_alone(self, images):
        with running(images) as run:
            for index in range(4):
                run.shoot(frame(index), timeout_s=SECONDS)
        assert go_on(images)[0] is None

    def test_two_runs_at_once_do_not_share_a_session(self, images):
        with running(images) as run:
            run.shoot(frame(), timeout_s=SECONDS)
            assert go_on(images)[0] is None

    def test_a_broken_session_file_is_told_and_left(self, images):
        with running(images) as run:
            run.shoot(frame(), timeout_s=SECONDS)
        file = run.session.folder / "session.json"
        file.write_text("{", "utf-8")
        session, problems = go_on(images)
        assert session is None
        assert str(run.session.folder) in problems[0].message
        assert file.read_text("utf-8") == "{"

    def test_what_was_written_down_and_never_saved_is_taken_again(self, images):
        with running(images) as run:
            for index in range(2):
                run.shoot(frame(index), timeout_s=SECONDS)
        folder = run.session.folder
        (folder / "c1_e2.png").unlink()  # as if killed between writing it down and saving it
        (folder / "c1_e2.png.partial").write_bytes(b"half")
        session, _ = go_on(images)
        with running(images, session=session) as second:
            assert session.last_taken.frame_index == 0
            assert second.text == "C1/2 E2/2"
        assert picture_names(second) == ["c1_e1.png"]


class TestTakingBack:
    def test_a_deleted_picture_is_taken_again_under_its_name(self, images):
        with running(images) as run:
            for index in range(2):
                run.shoot(frame(index), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            run.delete(PictureNumber(1, 1))
            assert run.text == "C1/2 E1/2"
            run.shoot(frame(5), timeout_s=SECONDS)
        assert picture_names(run) == ["c1_e1.png", "c1_e2.png"]
        assert (read_image(run.session.folder / "c1_e1.png") == frame(5).image_bgr).all()

    def test_undo_brings_picture_and_labels_back(self, images, tmp_path):
        labels = tmp_path / "annotations"
        files = LabelFolder(images, labels)

        def label(picture, image_bgr):
            known = files.load(picture.path, size=(64, 48))
            box = LabeledBox(picture.class_name, 4, 4, 40, 30)
            files.save(picture.path, ImageAnnotation(64, 48, boxes=(box,)), known=known)

        with running(images, propose=label, labels=labels) as run:
            run.shoot(frame(), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            label_file = labels / run.session.folder.name / "c1_e1.xml"
            assert "<name>one</name>" in label_file.read_text("utf-8")
            run.delete(PictureNumber(1, 1))
            assert picture_names(run) == [".in-use"]
            assert not label_file.exists()
            undone = run.undo()
            assert undone.path.name == "c1_e1.png"
            assert label_file.exists()
            assert run.counts() == (1, 0)
            assert run.undo() is None

    def test_undo_of_a_retake_puts_the_newer_picture_away(self, images):
        with running(images) as run:
            run.shoot(frame(0), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            run.retake()
            run.shoot(frame(1), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            undone = run.undo()
            path = run.session.folder / "c1_e1.png"
            assert (read_image(path) == frame(0).image_bgr).all()
            assert undone.put_away is not None
            trash = trash_of(images)
            assert [entry.items[0].picture for entry in trash.entries()] == [
                f"{run.session.folder.name}/c1_e1.png"
            ]

    def test_a_deleted_frame_of_a_file_is_not_taken_again_by_the_next_run(self, images):
        with running(images) as run:
            for index in range(2):
                run.shoot(frame(index), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            run.delete(PictureNumber(1, 2))
        session, _ = go_on(images)
        with running(images, session=session):
            assert session.last_taken.frame_index == 1

    def test_a_picture_that_is_not_there_is_told(self, images):
        with running(images) as run, pytest.raises(CaptureError, match="no picture c1_e1"):
            run.delete(PictureNumber(1, 1))


class TestTrouble:
    def test_a_full_disk_is_told_and_nothing_is_lost_once_there_is_room(self, small_disk):  # noqa: F811
        images = small_disk / "images"
        images.mkdir()
        with running(images) as run:
            run.shoot(frame(0), timeout_s=SECONDS)
            assert run.wait_until_saved(SECONDS)
            filler = small_disk / "filler"
            with pytest.raises(OSError, match="No space"):
                filler.write_bytes(bytes(400_000))
            run.shoot(frame(1), timeout_s=SECONDS)
            assert run.watcher.is_blocked.wait(SECONDS)
            assert "the disk is full" in run.watcher.errors[0].message
            assert run.counts() == (2, 0)
            filler.unlink()
            run.retry()
            assert run.wait_until_saved(SECONDS)
        assert run.watcher.unblocks == 1
        assert picture_names(run) == ["c1_e1.png", "c1_e2.png"]

    def test_a_folder_that_is_gone_keeps_a_few_pictures_and_refuses_more(self, images):
        with running(images, plan=CapturePlan(("one",), 20)) as run:
            folder = run.session.folder
            aside = images / "aside"
            folder.rename(aside)
            for index in range(WAITING_PICTURES):
                run.shoot(frame(index))
            assert run.watcher.is_blocked.wait(SECONDS)
            with pytest.raises(CaptureError, match="Can't write") as caught:
                run.shoot(frame(9))
            assert caught.value.code == "saving-behind"
            assert run.counts() == (WAITING_PICTURES,)
            aside.rename(folder)
            run.retry()
            assert run.wait_until_saved(SECONDS)
        assert len(picture_names(run)) == WAITING_PICTURES

    def test_what_can_t_be_saved_at_the_end_is_told(self, images):
        session = begin_session(images, CAMERA, PLAN, "png")
        run = CaptureRun(session, trash=trash_of(images), watcher=Watcher())
        session.folder.rename(images / "aside")
        run.shoot(frame(0))
        unsaved = run.close()
        assert [shot.number.stem for shot in unsaved] == ["c1_e1"]
        assert run.counts() == (0, 0)

    def test_a_fault_of_ours_is_not_swallowed(self, images):
        def faulty(picture, image_bgr):
            raise ZeroDivisionError

        session = begin_session(images, CAMERA, PLAN, "png")
        run = CaptureRun(session, trash=trash_of(images), watcher=Watcher(), propose=faulty)
        run.shoot(frame(0))
        with pytest.raises(ZeroDivisionError):
            run.close()


class TestProposing:
    def test_labels_come_before_the_picture_is_told(self, images):
        told = []
        with running(images, propose=lambda *given: told.append(given)) as run:
            run.shoot(frame(3), timeout_s=SECONDS)
        picture, image_bgr = told[0]
        assert picture.class_name == "one"
        assert picture.path.exists()
        assert (image_bgr == frame(3).image_bgr).all()

    def test_a_refusal_is_told_and_the_picture_stays(self, images):
        def refuse(picture, image_bgr):
            raise CaptureError("no-hand", "There is no hand.")

        with running(images, propose=refuse) as run:
            run.shoot(frame(), timeout_s=SECONDS)
        assert picture_names(run) == ["c1_e1.png"]
        assert [(name, error.code) for name, error in run.watcher.label_errors] == [
            ("c1_e1.png", "no-hand")
        ]

    def test_labels_that_can_t_be_written_are_tried_again(self, images):
        tries = []

        def fail_once(picture, image_bgr):
            tries.append(picture)
            if len(tries) == 1:
                raise FileWriteError("disk-full", "Can't write: the disk is full.")

        with running(images, propose=fail_once) as run:
            run.shoot(frame(), timeout_s=SECONDS)
            assert run.watcher.is_blocked.wait(SECONDS)
            run.retry()
            assert run.wait_until_saved(SECONDS)
        assert len(tries) == 2
        assert len(run.watcher.pictures) == 1
        assert picture_names(run) == ["c1_e1.png"]
