"""Class lists as labelImg keeps them: a text file with one name a line."""

from __future__ import annotations

from pathlib import Path

from app.annotation.errors import AnnotationError


def read_class_list(path: Path) -> list[str]:
    """Return the names in a class list, in its order; empty lines are none.

    Raises
    ------
    AnnotationError
        ``classes-not-readable``: no such file, or not UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(
            "classes-not-readable",
            f"Can't read the class names in {path}.",
            "It is a text file in UTF-8 with one name a line.",
            str(error),
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
