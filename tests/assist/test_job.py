"""The resident job ``propose`` in its real child process."""

import json
import shutil
import subprocess

import pytest

from app.jobs.spec import JobSpec, worker_command
from app.paths import sample_data_path
from app.project.activity import ActivityFile
from app.project.proposals import ProposalStore

NAMES = ("c1_e5.jpg", "c2_e5.jpg", "c3_e5.jpg")


class Child:
    """The job, and everything it has said."""

    def __init__(self, process):
        self.process, self.seen = process, []

    def ask(self, *pictures, is_folder=False, class_name="d1"):
        self.send(command="propose", pictures=pictures, class_name=class_name, is_folder=is_folder)

    def send(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def wait_for(self, kind):
        """Read on until an event of a kind comes."""
        for line in self.process.stdout:
            self.seen.append(json.loads(line))
            if self.seen[-1]["event"] == kind:
                return self.seen[-1]
        raise AssertionError(f"no {kind} in {self.seen}")

    def answers(self):
        return [event["picture"] for event in self.seen if event["event"] == "proposed"]


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(sample_data_path("gestures", "images", "office", name), folder)
    return folder


@pytest.fixture
def start(images, tmp_path, pytestconfig):
    children = []

    def start_child(**changes):
        config = {
            "images": str(images),
            "labels": None,
            "coordinate_rule": "labelimg",
            "activity": str(tmp_path / "activity.sqlite"),
            "model": "hand",
            "models_dir": None,
            "classes": [[1, "d1"], [2, "d2"]],
            **changes,
        }
        JobSpec("propose", config).write(tmp_path / "job.json")
        process = subprocess.Popen(
            worker_command(tmp_path / "job.json"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=pytestconfig.rootpath,
        )
        children.append(process)
        return Child(process)

    yield start_child
    for process in children:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_single_picture_goes_before_the_folder_and_the_store_has_all(start, tmp_path):
    child = start()
    child.ask(*NAMES[:2] * 3, is_folder=True)
    child.ask(NAMES[2])
    done = child.wait_for("folder_done")
    answers = child.answers()
    assert answers.index(NAMES[2]) < len(answers) - 1
    assert (done["pictures"], done["with_proposals"], done["skipped"]) == (6, 6, [])
    store = ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))
    assert store.images() == set(NAMES)
    assert [len(store.of(name)) for name in NAMES] == [1, 1, 1]
    assert store.of(NAMES[1])[0].class_name == "d2"  # told by its name; there is no class 3
    assert store.of(NAMES[2])[0].class_name == "d1"


def test_progress_tells_the_time_left(start):
    child = start()
    child.ask(*NAMES, is_folder=True)
    child.wait_for("folder_done")
    told = [event for event in child.seen if event["event"] == "progress"]
    assert [(event["done"], event["total"]) for event in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[0]["left_s"] > 0
    assert told[-1]["left_s"] == 0


def test_a_broken_picture_is_told_and_the_folder_goes_on(start, images):
    (images / "torn.jpg").write_bytes(b"no picture")
    child = start()
    child.ask("torn.jpg", "gone.jpg", NAMES[0], is_folder=True)
    done = child.wait_for("folder_done")
    assert (done["pictures"], done["skipped"]) == (3, ["torn.jpg", "gone.jpg"])
    assert child.answers() == [NAMES[0]]


def test_what_is_wrong_with_every_picture_is_said_once(start, images):
    shutil.copy(images / NAMES[0], images / "a.jpg")
    child = start(classes=[])
    child.ask(*["a.jpg"] * 50, is_folder=True, class_name="")
    done = child.wait_for("folder_done")
    skipped = [event for event in child.seen if event["event"] == "skipped"]
    assert [(event["code"], event["is_folder"]) for event in skipped] == [("class-missing", False)]
    assert done["pictures"] == 1


def test_a_folder_can_be_stopped_and_the_model_stays(start):
    child = start()
    child.ask(*NAMES * 100, is_folder=True)
    child.wait_for("progress")
    child.send(command="stop_folder")
    assert child.wait_for("folder_done")["pictures"] < 300
    child.ask(NAMES[0])
    assert child.wait_for("proposed")["picture"] == NAMES[0]


def test_the_end_of_the_window_is_the_end_of_the_child(start):
    child = start()
    child.wait_for("started")
    child.process.stdin.close()
    child.wait_for("cancelled")
    assert child.process.wait(30) == 130


def test_a_model_that_is_not_there_is_a_failure_in_words(start):
    child = start(model="nonsense")
    assert "nonsense" in child.wait_for("failed")["message"]
