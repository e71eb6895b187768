"""All checks of the project, one after the other; arguments go to pytest, which comes last.

uv run --locked tests/check.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CHECKS = (
    ("ruff", "format", "--check", "--quiet"),
    ("ruff", "check", "--quiet"),
    ("mypy",),
    ("lint-imports", "--no-logo"),
    ("pytest", "-n", "2", "--dist", "loadfile"),
)


def main(pytest_arguments: list[str]) -> int:
    """Run every check, also after one that failed; return 1 when any did."""
    failed = []
    for name, *arguments in CHECKS:
        program = Path(sys.executable).with_name(name)
        extra = pytest_arguments if name == "pytest" else []
        if failed and name == "pytest":  # said before it, so that its own summary stays the end
            sys.stderr.write(f"Failed so far: {', '.join(failed)}\n")
        if subprocess.run([program, *arguments, *extra], cwd=REPOSITORY, check=False).returncode:
            failed.append(" ".join([name, *arguments[:1]]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
