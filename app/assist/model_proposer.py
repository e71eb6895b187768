"""`ModelProposer`: proposals by any detector, in the classes of the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.assist.errors import AssistError
from app.detection.detections import Detector
from app.detection.model_card import CARD_NAME
from app.detection.opening import open_detector
from app.detection.registry import locate_model
from app.project.proposals import Proposal


class ModelProposer:
    """Asks a detector, and gives its classes the project's spelling.

    Parameters
    ----------
    model, classes, models_dir, min_score, takes_other_classes
        See `app.assist.proposers.open_proposer`.

    Raises
    ------
    app.detection.errors.ModelError
    AssistError
        "no-class-in-common".
    """

    def __init__(
        self,
        model: str,
        *,
        classes: Mapping[int, str],
        models_dir: Path | None,
        min_score: float | None,
        takes_other_classes: bool,
    ) -> None:
        self._detector = open_detector(model, models_dir=models_dir)
        self.name = self._detector.name
        self.version = _version(locate_model(model, models_dir))
        self._min_score = self._detector.default_score if min_score is None else min_score
        known = {name.casefold(): name for name in classes.values()}
        own = self._detector.classes
        common = {i: known[n.casefold()] for i, n in own.items() if n.casefold() in known}
        takes_all = takes_other_classes or not known
        self._names = {**own, **common} if takes_all else common
        self.lacking = tuple(own[i] for i in own.keys() - self._names.keys())
        if not self._names:
            self.close()
            raise _nothing_in_common(self._detector, list(known.values()))

    def propose(self, image_bgr: npt.NDArray[np.uint8], *, class_name: str) -> list[Proposal]:
        """Return what the detector finds; `class_name` is not needed. See `Proposer`."""
        del class_name
        found = self._detector.detect(
            image_bgr, min_score=self._min_score, class_ids=self._names.keys()
        )
        rows = zip(
            found.boxes_xyxy.tolist(), found.scores.tolist(), found.class_ids.tolist(), strict=True
        )
        return [
            Proposal(self._names[class_id], x0, y0, x1, y1, score, self.name, self.version)
            for (x0, y0, x1, y1), score, class_id in rows
        ]

    def close(self) -> None:
        """Release the detector."""
        self._detector.close()


def _nothing_in_common(detector: Detector, classes: list[str]) -> AssistError:
    listed = sorted(detector.classes.values(), key=str.casefold)
    return AssistError(
        "no-class-in-common",
        f"The model {detector.name} knows none of the project's classes ({', '.join(classes)}).",
        f"Allow classes that the project lacks, or choose another model. This one knows "
        f"{', '.join(listed[:30])}.",
    )


def _version(path: Path) -> str:
    """Return what tells one training of a model from the next.

    A package says it by its folder (``<name>/<n>``) or its card; of any other model, the time
    its newest file was written serves.
    """
    card = path / CARD_NAME
    if path.name.isdigit() and card.is_file():
        return path.name
    if card.is_file():  # it has been read before, so it is sound
        return str(json.loads(card.read_text("utf-8")).get("version", ""))
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    newest = max((file.stat().st_mtime for file in files), default=0)
    return datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
