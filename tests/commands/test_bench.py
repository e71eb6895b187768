from __future__ import annotations

import json

import pytest

from app.__main__ import main
from app.commands import bench

BENCHMARK = """
def run():
    return [
        {"name": "half", "value": 0.5, "unit": "ms", "baseline": 2.0, "goal": "<= 1", "ok": True},
        {"name": "slow", "value": 3, "unit": "ms", "baseline": None, "goal": "<= 1", "ok": False},
    ]
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "bench_thing.py").write_text(BENCHMARK)
    monkeypatch.setattr(bench, "checkout_root", lambda: tmp_path)
    return tmp_path


def test_prints_a_table_and_ends_with_1_when_a_goal_is_missed(checkout, capsys):
    assert main(["bench"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["half", "0.5", "ms", "2", "<=", "1", "ok"]
    assert lines[2].split() == ["slow", "3", "ms", "-", "<=", "1", "MISSED"]


def test_json(checkout, capsys):
    assert main(["bench", "thing", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in told["results"]] == ["half", "slow"]


def test_an_unknown_name_lists_the_known(checkout, capsys):
    assert main(["bench", "other"]) == 1
    assert "There are: thing" in capsys.readouterr().err


def test_outside_a_checkout_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(bench, "checkout_root", lambda: None)
    assert main(["bench"]) == 1
    assert "checkout" in capsys.readouterr().err
