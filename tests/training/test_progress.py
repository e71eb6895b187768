"""What a training keeps and tells of its steps."""

import pytest

from app.jobs.cancel import CancelToken
from app.training.progress import Pace, TrainingProgress, read_metrics


@pytest.fixture
def told():
    return []


@pytest.fixture
def progress(tmp_path, told):
    return TrainingProgress(
        tmp_path / "metrics.jsonl",
        total_steps=4,
        validation_interval=2,
        token=CancelToken(),
        tell=lambda event, **fields: told.append((event, fields)),
    )


def test_every_step_and_validation_is_in_the_file(progress, tmp_path):
    progress.begin(0)
    progress.stepped(1, {"total_loss": 2.0})
    progress.stepped(2, {"total_loss": 1.5})
    progress.validated(2, {"AP50": 0.25})
    lines = read_metrics(tmp_path / "metrics.jsonl")
    assert [line["step"] for line in lines] == [1, 2, 2]
    assert [line.get("total_loss") for line in lines] == [2.0, 1.5, None]
    assert lines[2]["val_AP50"] == 0.25


def test_a_resumed_run_has_each_step_once(progress, tmp_path):
    progress.begin(0)
    for step in (1, 2, 3):
        progress.stepped(step, {"total_loss": 9.0})
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step":4,"total_lo')  # killed while it wrote
    progress.begin(2)
    progress.stepped(3, {"total_loss": 1.0})
    lines = read_metrics(tmp_path / "metrics.jsonl")
    assert [(line["step"], line["total_loss"]) for line in lines] == [(1, 9.0), (2, 9.0), (3, 1.0)]


def test_the_last_step_is_told_however_fast_it_came(progress, told):
    progress.begin(0)
    for step in (1, 2, 3, 4):
        progress.stepped(step, {"total_loss": 1.0})
    last = [fields for event, fields in told if event == "progress"][-1]
    assert (last["done"], last["total"], last["left_s"]) == (4, 4, 0)
    assert [fields["step"] for event, fields in told if event == "metrics"][-1] == 4


def test_the_time_left_counts_validations_and_leaves_out_the_first_step(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("app.training.progress.time.monotonic", lambda: now[0])
    pace = Pace()
    for passed_s in (30.0, 0.5, 0.5):  # the first step compiles
        now[0] += passed_s
        pace.count_step()
    assert pace.steps_per_s == pytest.approx(2.0)
    now[0] += 6.0
    pace.count_validation()
    now[0] += 0.5
    pace.count_step()
    assert pace.steps_per_s == pytest.approx(2.0)
    assert pace.left_s(10, 2) == pytest.approx(10 / 2 + 2 * 6)
