"""`CentroidTracker`: identity by the nearest centre, as the course teaches it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

Centroids = npt.NDArray[np.int64]  # (N, 2) xy, whole pixels


class CentroidTracker:
    """Gives every object the identity of the nearest one of the frame before.

    The rule is A. Rosebrock's (PyImageSearch, "Simple object tracking with OpenCV", 2018): objects
    choose in the order of their nearest input, and one whose choice is taken goes without. One
    fault is mended: inputs that match nothing are always registered, not only when there are more
    inputs than objects.

    Parameters
    ----------
    max_disappeared : int
        Updates in a row an object may be missing; one more and it is forgotten.
    max_distance_px : float
        The farthest an object can move between two updates.
    """

    def __init__(self, *, max_disappeared: int = 40, max_distance_px: float = 50.0) -> None:
        self._max_disappeared = max_disappeared
        self._max_distance_px = max_distance_px
        self._next_id = 1
        self.reset()

    def reset(self) -> None:
        """Forget all objects; ids go on counting."""
        self._centroids: dict[int, npt.NDArray[np.int64]] = {}
        self._missing: dict[int, int] = {}

    @property
    def ids(self) -> list[int]:
        """The objects there are, missing ones included, oldest first."""
        return list(self._centroids)

    def update(self, centroids: Centroids) -> list[int]:
        """Take in the centres seen in one frame and return the object of each, in order.

        Parameters
        ----------
        centroids : ndarray, shape (N, 2), int64
            Whole pixels, as the course rounds them (towards zero).
        """
        objects = self.ids
        owners = self._match(objects, centroids)
        for column, centroid in enumerate(centroids):
            if column not in owners:
                owners[column] = self._next_id
                self._next_id += 1
            self._centroids[owners[column]] = centroid
            self._missing[owners[column]] = 0
        for missing in set(objects) - set(owners.values()):
            self._missing[missing] += 1
            if self._missing[missing] > self._max_disappeared:
                del self._centroids[missing], self._missing[missing]
        return [owners[column] for column in range(len(centroids))]

    def _match(self, objects: list[int], centroids: Centroids) -> dict[int, int]:
        """Return the known object of each input that has one, by the input's position."""
        owners: dict[int, int] = {}
        if not objects or len(centroids) == 0:
            return owners
        distances = cdist(np.array([self._centroids[each] for each in objects]), centroids)
        for row in distances.min(axis=1).argsort(kind="stable"):
            column = int(distances[row].argmin())
            if column not in owners and distances[row, column] <= self._max_distance_px:
                owners[column] = objects[row]
        return owners
