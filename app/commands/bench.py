"""``tallybox bench``: what ``tests/benchmarks`` measures and ``tests/faults`` tries to break."""

from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from app.commands.output import JsonOption, print_json
from app.errors import AppError
from app.paths import checkout_root

_PREFIX = "bench_"
_FAULT_PREFIX = "fault_"


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which of them; all by default.")
    ] = None,
    *,
    faults: Annotated[
        bool, typer.Option("--faults", help="Try to lose a person's work instead, in many ways.")
    ] = False,
    tries: Annotated[
        int | None, typer.Option(min=1, help="Of each fault; by default as many as reports name.")
    ] = None,
    seed: Annotated[int, typer.Option(help="For the faults: the same seed, the same tries.")] = 1,
    json: JsonOption = False,
) -> int:
    """Measure speed and quality on this machine (from a checkout of the source only)."""
    rows: list[dict[str, Any]] = []
    for path in _paths("faults" if faults else "benchmarks", names or []):
        sys.stderr.write(f"{_name(path)} ...\n")
        module = _loaded(path)
        rows += module.run(tries or module.FULL_TRIES, seed) if faults else module.run()
    if json:
        print_json({"machine": _machine(), "results": rows})
    else:
        typer.echo(_fault_table(rows) if faults else _table(rows))
    return 0 if all(_is_fine(row) for row in rows) else 1


def _paths(folder: str, names: list[str]) -> list[Path]:
    root = checkout_root()
    if root is None:
        raise AppError(
            "no-checkout",
            "The benchmarks are not part of the installed program.",
            "Run this from a checkout of the source.",
        )
    prefix = _FAULT_PREFIX if folder == "faults" else _PREFIX
    paths = {_name(path): path for path in sorted((root / "tests" / folder).glob(f"{prefix}*.py"))}
    unknown = [name for name in names if name not in paths]
    if unknown:
        known = ", ".join(paths) or "none"
        raise AppError("no-such-benchmark", f"No benchmark {unknown[0]!r}.", f"There are: {known}.")
    return [paths[name] for name in names or paths]


def _name(path: Path) -> str:
    return path.stem.removeprefix(_PREFIX).removeprefix(_FAULT_PREFIX)


def _is_fine(row: dict[str, Any]) -> bool:
    return bool(row["ok"]) if "ok" in row else not (row["crashes"] or row["losses"])


def _loaded(path: Path) -> ModuleType:
    """Import a benchmark or a fault by its path."""
    root = str(path.parents[2])
    if root not in sys.path:  # what pytest's `pythonpath` does for the tests
        sys.path.insert(0, root)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise AppError("no-such-benchmark", f"Can't load {path}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "python": platform.python_version()}


def _table(rows: list[dict[str, Any]]) -> str:
    cells: list[tuple[str, ...]] = [("benchmark", "value", "unit", "baseline", "goal", "")]
    cells += [
        (
            row["name"],
            _number(row["value"]),
            row["unit"],
            _number(row["baseline"]),
            row["goal"],
            "ok" if row["ok"] else "MISSED",
        )
        for row in rows
    ]
    return _laid_out(cells)


def _fault_table(rows: list[dict[str, Any]]) -> str:
    columns = ("what", "tries", "crashes", "losses", "seed", "note")
    return _laid_out([columns, *(tuple(str(row[name]) for name in columns) for row in rows)])


def _laid_out(cells: list[tuple[str, ...]]) -> str:
    """Lay lines out in columns, as wide as their longest cell."""
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
