"""A small sample of each fault; `tallybox bench --faults` tries them in full."""

import os

import pytest

from app.__main__ import main
from app.commands import bench
from tests.faults import fault_kill, fault_mutations

LOSES_ONE = """
FULL_TRIES = 3
def run(tries, seed):
    row = {"what": "thing", "tries": tries, "crashes": 0, "note": "fine"}
    return [row | {"losses": int(tries > 10), "seed": seed}]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are forked to be killed quickly")
def test_a_program_killed_while_saving_loses_one_edit_at_most():
    (row,) = fault_kill.run(40, seed=5)
    assert (row["tries"], row["crashes"], row["losses"]) == (40, 0, 0), row["note"]


def test_broken_label_files_crash_nothing_and_lose_nothing():
    (row,) = fault_mutations.run(300, seed=5)
    assert (row["crashes"], row["losses"]) == (0, 0), row["note"]
    assert all(outcome in row["note"] for outcome in ("broken", "mended", "as it was"))


def test_the_command_ends_with_1_when_anything_was_lost(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "tests" / "faults"
    folder.mkdir(parents=True)
    (folder / "fault_thing.py").write_text(LOSES_ONE)
    monkeypatch.setattr(bench, "checkout_root", lambda: tmp_path)
    assert main(["bench", "--faults", "--seed", "7", "--tries", "20"]) == 1
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == ["what", "tries", "crashes", "losses", "seed", "note"]
    assert line.split() == ["thing", "20", "0", "1", "7", "fine"]
    assert main(["bench", "--faults", "--tries", "3"]) == 0
