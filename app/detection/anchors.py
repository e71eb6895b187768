"""SSD anchors: where, and how large, the boxes are that the network corrects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Shape = tuple[float, float]  # scale (fraction of the picture), aspect ratio (width / height)


@dataclass(frozen=True)
class AnchorSpec:
    """The anchors of an SSD network.

    Attributes
    ----------
    feature_maps : tuple of int
        Cells along one side of each (square) feature map, largest map first.
    min_scale, max_scale : float
        Anchor scales of the first and last map, fractions of the picture; evenly spaced between.
    aspect_ratios : tuple of float
        Width over height, on every map but the first.
    first_map : tuple of (float, float)
        Scale and aspect ratio of the first map's own, smaller set.
    """

    feature_maps: tuple[int, ...]
    min_scale: float
    max_scale: float
    aspect_ratios: tuple[float, ...]
    first_map: tuple[Shape, ...]

    def shapes(self, level: int) -> tuple[Shape, ...]:
        """Return the scale and aspect ratio of each anchor in a cell of map `level`."""
        if level == 0:
            return self.first_map
        scales = np.linspace(self.min_scale, self.max_scale, len(self.feature_maps)).tolist()
        following = [*scales[1:], 1.0][level]
        between = (float(np.sqrt(scales[level] * following)), 1.0)
        return (*((scales[level], ratio) for ratio in self.aspect_ratios), between)


def make_anchors(spec: AnchorSpec) -> npt.NDArray[np.float32]:
    """Lay out the anchors in the order of the network's outputs.

    Returns
    -------
    ndarray, shape (A, 4), float32
        Centre y, centre x, height, width, as fractions of the picture. Map by map, row by row,
        cell by cell, shape by shape, as the TensorFlow Object Detection API's
        ``multiple_grid_anchor_generator`` does.
    """
    levels = []
    for level, cells in enumerate(spec.feature_maps):
        shapes = np.array(spec.shapes(level))
        scales, roots = shapes[:, 0], np.sqrt(shapes[:, 1])
        sizes = np.stack([scales / roots, scales * roots], axis=1)
        middles = (np.arange(cells) + 0.5) / cells
        centers = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1).reshape(-1, 2)
        levels.append(
            np.hstack([np.repeat(centers, len(sizes), axis=0), np.tile(sizes, (len(centers), 1))])
        )
    return np.vstack(levels).astype(np.float32)
