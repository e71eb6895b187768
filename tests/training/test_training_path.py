"""The true path on a few pictures: trained, killed, resumed, stopped, exported, and it detects."""

import hashlib
import json
import subprocess
from contextlib import closing

import pytest

from app.__main__ import main
from app.annotation.label_folder import LabelFolder
from app.dataset.split_rule import SplitRule
from app.detection.opening import open_detector
from app.jobs.spec import JobSpec, worker_command
from app.project.project import Project
from app.training.evaluation import evaluate
from app.training.experiment import read_experiment, write_experiment
from app.training.preparation import plan_run, prepare_run
from app.training.progress import read_metrics
from app.training.run_folder import RunFolder, begin_run
from app.training.settings import TrainSettings
from tests.training.projects import gestures, split

pytestmark = [pytest.mark.tf, pytest.mark.slow, pytest.mark.timeout(900)]

STEPS, CHECKPOINT_EVERY = 50, 10
KEPT = "d5"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """The sample's pictures of one class, nearly all of them to learn from."""
    project = gestures(tmp_path_factory.mktemp("training") / "my hands, [1]")
    for item in project.classes:
        if item.name != KEPT:
            for path in project.annotations_folder.rglob("*.xml"):
                if f"<name>{item.name}</name>" in path.read_text("utf-8"):
                    path.unlink()
            project.remove_class(item.id)
    split(project, SplitRule(train=100, val=0, test=0, grouping="none"))
    return project


@pytest.fixture(scope="module")
def label_hash(project):
    return hash_of(project.annotations_folder)


@pytest.fixture(scope="module")
def killed(project, label_hash) -> RunFolder:
    """A run whose process was killed a little after a checkpoint."""
    settings = TrainSettings(steps=STEPS, batch_size=4, learning_rate=0.08)
    plan = plan_run(project, settings)
    run = begin_run(project, plan, "hands")
    prepare_run(run, project, plan)
    experiment = read_experiment(run.experiment)
    experiment["trainer"]["checkpoint_interval"] = CHECKPOINT_EVERY
    write_experiment(run.experiment, experiment)
    with worker(project, run) as process:
        for event in events(process):
            if event["event"] == "metrics" and event["step"] > 13:
                break
        process.kill()
    return run


@pytest.fixture(scope="module")
def stopped(project, killed) -> tuple[RunFolder, list[dict]]:
    """The same run resumed and stopped, and its events."""
    told, is_asked = [], False
    with worker(project, killed) as process:
        for event in events(process):
            told.append(event)
            if event["event"] == "metrics" and event["step"] > STEPS - 4 and not is_asked:
                is_asked = True
                process.stdin.write(b'{"command":"cancel"}\n')
                process.stdin.flush()
    return killed, told


@pytest.fixture(scope="module")
def package(project, stopped):
    """What `tallybox evaluate` makes of the stopped run."""
    assert main(["evaluate", "hands", "--project", str(project.folder)]) == 0
    return project.models_folder / "hands" / "1"


def worker(project, run):
    path = run.folder / "job.json"
    config = {"project": str(project.folder), "run": run.name, "learns": True}
    JobSpec("train", config).write(path)
    pipe = subprocess.PIPE
    with (run.folder / "log.txt").open("ab") as log:
        return subprocess.Popen(worker_command(path), stdin=pipe, stdout=pipe, stderr=log)


def events(process):
    return map(json.loads, process.stdout)


def hash_of(folder):
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def test_a_killed_training_goes_on_from_its_last_checkpoint(stopped):
    run, told = stopped
    first = next(e for e in told if e["event"] == "progress" and e["phase"] == "train")
    assert first["done"] == 11
    steps = [line["step"] for line in read_metrics(run.metrics) if "total_loss" in line]
    assert steps == list(range(1, steps[-1] + 1))


def test_the_loss_falls(stopped):
    losses = [
        line["total_loss"] for line in read_metrics(stopped[0].metrics) if "total_loss" in line
    ]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_a_stop_keeps_the_last_step(stopped):
    run, told = stopped
    assert told[-1]["event"] == "cancelled"
    assert run.last_step == read_metrics(run.metrics)[-1]["step"]


def test_labels_are_untouched(project, label_hash, stopped):
    assert hash_of(project.annotations_folder) == label_hash


def test_the_model_detects_what_it_saw(project, stopped, package):
    plan = stopped[0].read_plan()
    with closing(open_detector("hands", models_dir=project.models_folder)) as detector:
        assert detector.classes == {5: KEPT}
        names = plan.sets["train"]
        found = evaluate(detector, LabelFolder.of_project(project), names, plan.classes)
    assert found.ap50 > 0.5


def test_the_package_says_what_it_is(package, stopped):
    card = json.loads((package / "model.json").read_text("utf-8"))
    assert (card["name"], card["version"], card["measured_on"]) == ("hands", "1", "val")
    assert card["run"] == {"name": "hands", "step": stopped[0].last_step}
    assert card["classes"] == [{"id": 5, "name": KEPT}]
    assert 0 < card["thresholds"]["score"] < 1


def test_a_second_evaluation_makes_no_second_model(project, package, capsys):
    capsys.readouterr()
    assert main(["evaluate", "hands", "--project", str(project.folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 1
    assert [path.name for path in package.parent.iterdir()] == ["1"]
