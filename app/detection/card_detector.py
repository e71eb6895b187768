"""`CardDetector`: what every detector over a `ModelCard` does, whatever runs its network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from app.detection.decoding import Query
from app.detection.detections import Detections
from app.detection.kinship import Kinship
from app.detection.model_card import ModelCard
from app.detection.suppression import suppress


class CardDetector(ABC):
    """A `Detector` that asks its network for candidates and keeps one box an object.

    Parameters
    ----------
    card : ModelCard
    """

    def __init__(self, card: ModelCard) -> None:
        self.name = card.name
        self.classes = card.classes
        self.default_score = card.default_score
        self.default_class_names = card.default_class_names
        self._max_extent_norm = card.max_extent_norm
        self._kinship = Kinship(card.classes, card.kindred)

    def detect(
        self,
        image_bgr: npt.NDArray[np.uint8],
        *,
        min_score: float,
        class_ids: Collection[int] | None = None,
        merge_kindred: bool = True,
    ) -> Detections:
        """Find objects; see `Detector.detect`.

        Raises
        ------
        ValueError
            A class id the model does not have, or a detector that is closed.
        """
        chosen = self.classes.keys() if class_ids is None else frozenset(class_ids)
        if unknown := set(chosen) - self.classes.keys():
            raise ValueError(f"{self.name} has no classes {sorted(unknown)}")
        height, width = image_bgr.shape[:2]
        query = Query(min_score, np.array(sorted(chosen), np.int32), width, height)
        candidates = self._find_candidates(image_bgr, query)
        if self._max_extent_norm < 1:
            candidates = self._without_picture_size(candidates, query)
        return suppress(
            candidates,
            self._kinship,
            merge_kindred=merge_kindred,
            confident_score=self.default_score,
        )

    @abstractmethod
    def close(self) -> None:
        """Release the model. Calling it twice is harmless."""

    @abstractmethod
    def _find_candidates(self, image_bgr: npt.NDArray[np.uint8], query: Query) -> Detections:
        """Run the network: detections that fit the query, unsuppressed, best first."""

    def _without_picture_size(self, candidates: Detections, query: Query) -> Detections:
        sides = candidates.boxes_xyxy[:, 2:] - candidates.boxes_xyxy[:, :2]
        extents_norm = sides / np.array([query.width, query.height], np.float32)
        return candidates.select(extents_norm.min(axis=1) <= self._max_extent_norm)
