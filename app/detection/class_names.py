"""From the class names a person asks for to the ids of a model."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from app.detection.detections import Detector
from app.detection.errors import ModelError

MAX_LISTED = 30  # names in a message; COCO's 80 would bury it


def resolve_class_names(detector: Detector, names: Iterable[str]) -> frozenset[int]:
    """Return the ids of the classes called `names`; upper and lower case are the same.

    Raises
    ------
    ModelError
        ``class-unknown``: the model has no such class; the hint names the nearest and lists
        what there is.
    """
    ids: dict[str, set[int]] = {}
    for class_id, name in detector.classes.items():
        ids.setdefault(_key(name), set()).add(class_id)
    asked = [name for name in names if name.strip()]
    for name in asked:
        if _key(name) not in ids:
            raise _unknown(detector, name)
    return frozenset().union(*(ids[_key(name)] for name in asked))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _unknown(detector: Detector, name: str) -> ModelError:
    known = {_key(known): known for known in detector.classes.values()}
    close = [known[key] for key in difflib.get_close_matches(_key(name), known, n=3)]
    listed = sorted(known.values(), key=str.casefold)
    more = f" and {len(listed) - MAX_LISTED} more" if len(listed) > MAX_LISTED else ""
    guess = f"Did you mean {' or '.join(close)}? " if close else ""
    return ModelError(
        "class-unknown",
        f'The model {detector.name} has no class "{name.strip()}".',
        f"{guess}Its classes: {', '.join(listed[:MAX_LISTED])}{more}.",
    )
