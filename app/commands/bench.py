"""``tallybox bench``: the measurements of ``tests/benchmarks``, in a table or as JSON."""

from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.output import JsonOption, print_json
from app.errors import AppError
from app.paths import checkout_root

_PREFIX = "bench_"


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which benchmarks; all of them by default.")
    ] = None,
    *,
    json: JsonOption = False,
) -> int:
    """Measure speed and quality on this machine (from a checkout of the source only)."""
    rows: list[dict[str, Any]] = []
    for path in _benchmark_paths(names or []):
        sys.stderr.write(f"{path.stem.removeprefix(_PREFIX)} ...\n")
        rows += _load_and_run(path)
    if json:
        print_json({"machine": _machine(), "results": rows})
    else:
        typer.echo(_table(rows))
    return 0 if all(row["ok"] for row in rows) else 1


def _benchmark_paths(names: list[str]) -> list[Path]:
    root = checkout_root()
    if root is None:
        raise AppError(
            "no-checkout",
            "The benchmarks are not part of the installed program.",
            "Run this from a checkout of the source.",
        )
    paths = {
        path.stem.removeprefix(_PREFIX): path
        for path in sorted((root / "tests" / "benchmarks").glob(f"{_PREFIX}*.py"))
    }
    unknown = [name for name in names if name not in paths]
    if unknown:
        known = ", ".join(paths) or "none"
        raise AppError("no-such-benchmark", f"No benchmark {unknown[0]!r}.", f"There are: {known}.")
    return [paths[name] for name in names or paths]


def _load_and_run(path: Path) -> list[dict[str, Any]]:
    """Import a benchmark by its path and call its ``run``."""
    root = str(path.parents[2])
    if root not in sys.path:  # what pytest's `pythonpath` does for the tests
        sys.path.insert(0, root)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise AppError("no-such-benchmark", f"Can't load {path}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    rows: list[dict[str, Any]] = module.run()
    return rows


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "python": platform.python_version()}


def _table(rows: list[dict[str, Any]]) -> str:
    """Lay the results out in columns, as wide as their longest cell."""
    cells = [("benchmark", "value", "unit", "baseline", "goal", "")]
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
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
