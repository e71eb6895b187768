"""The contract of the command line: exit codes, one line of error, one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from app.__main__ import main
from app.commands.outcome import run_to_end
from app.jobs.cancel import JobCancelled


def tallybox(*arguments, **options):
    """Run the program as a person's shell does."""
    command = [sys.executable, "-P", "-m", "app", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )


def test_new_makes_a_project(tmp_path, capsys):
    assert main(["new", str(tmp_path / "p"), "--name", "Digits"]) == 0
    told = capsys.readouterr()
    assert "Digits" in told.out
    assert (tmp_path / "p" / "tallybox.toml").is_file()


def test_json_is_one_object_and_nothing_else(tmp_path, capsys):
    assert main(["new", str(tmp_path / "ñ"), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"project": str(tmp_path / "ñ"), "name": "ñ"}
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "No such command 'nonsense' (See tallybox --help)"),
        (["new"], "Missing argument 'folder' (See tallybox new --help)"),
        (["new", "--bla", "x"], "No such option: --bla"),
        (["--sample", "new", "x"], "--sample goes alone"),
        (["--"], "A command is missing"),
        (["worker"], "Missing argument 'job'"),
    ],
)
def test_bad_usage_ends_with_2(arguments, told, capsys):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: ")
    assert output.err.count("\n") == 1
    assert told in output.err


def test_a_failure_is_one_line_and_ends_with_1(tmp_path, capsys):
    (tmp_path / "something").touch()
    assert main(["new", str(tmp_path), "--json"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (f"error: {tmp_path} is not empty (Choose a new or an empty folder)\n")


def test_debug_shows_the_traceback_wherever_it_is_written(tmp_path, capsys):
    (tmp_path / "something").touch()
    for arguments in (["--debug", "new", str(tmp_path)], ["new", str(tmp_path), "--debug"]):
        assert main(arguments) == 1
        assert "Traceback" in capsys.readouterr().err


def run_failing_with(error):
    def fail():
        raise error

    return run_to_end(fail, is_debug=False)


def test_a_fault_of_ours_has_no_traceback_either(capsys):
    assert run_failing_with(KeyError("x")) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "KeyError" in told


@pytest.mark.parametrize("error", [KeyboardInterrupt(), JobCancelled()])
def test_ctrl_c_ends_quietly(error, capsys):
    assert run_failing_with(error) == 130
    assert capsys.readouterr().err == ""


def test_help_lists_every_command():
    shown = tallybox("--help")
    assert shown.returncode == 0
    for name in ("new", "count", "bench", "worker", "--sample", "--debug"):
        assert name in shown.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells by its environment")
def test_no_screen_is_told_in_words():
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: text for name, text in os.environ.items() if name not in screens}
    shown = tallybox(env=environment)
    assert shown.returncode == 1
    assert shown.stderr.startswith("error: There is no screen")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_accident(tmp_path):
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-P", "-m", "app", "new", str(tmp_path / "p"), "--json"]
    shown = subprocess.run(
        command, stdout=write_end, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(write_end)
    assert shown.stderr == b""
    assert shown.returncode == 1


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tallybox ")
