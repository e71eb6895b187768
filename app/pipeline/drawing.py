"""Draws what was found onto a frame, for annotated video. The window draws its own, in vectors."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from app.counting.geometries import CountingBand, CountingLine, Scene, Zone
from app.counting.totals import Totals
from app.pipeline.session import FrameResult
from app.pipeline.settings import CountSettings
from app.project.colors import class_color

Image = npt.NDArray[np.uint8]
Color = tuple[int, int, int]
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_WRITES_UNICODE = int(cv2.__version__.partition(".")[0]) >= 5  # else its letters are ASCII only
_GEOMETRY_COLOR: Color = (0, 215, 255)
_WHITE: Color = (255, 255, 255)
_BLACK: Color = (0, 0, 0)
_PLAIN_WORDS = {"state": ""}
# On the screen of the course's program, whose users know their counts by these words.
_CLASSIC_WORDS = {"up": "Subiendo", "down": "Bajando", "state": "Estado: "}


class Drawing:
    """Draws boxes, IDs, lines and totals, sized for one source.

    Parameters
    ----------
    width, height : int
        Of the frames, pixels.
    class_names : mapping of int to str
    """

    def __init__(self, *, width: int, height: int, class_names: Mapping[int, str]) -> None:
        self._width, self._height = width, height
        self._class_names = class_names
        self._line_px = max(1, round(height / 400))
        self._font_scale = max(0.4, height / 1100)
        self._pen_px = max(1, round(height / 800))
        self._gap_px = max(2, round(4 * self._font_scale))

    def draw(self, result: FrameResult, *, settings: CountSettings, totals: Totals) -> Image:
        """Return a copy of the frame with everything drawn on it, shape (H, W, 3), BGR."""
        image = result.frame.image_bgr.copy()
        words = _CLASSIC_WORDS if settings.tracker == "classic" else _PLAIN_WORDS
        self._draw_scene(image, settings.scene)
        self._draw_tracks(image, result)
        self._draw_totals(image, settings.scene, totals, words)
        state = words["state"] + result.state.capitalize()
        self._text(image, state, (self._pad, self._height - self._pad))
        return image

    @property
    def _pad(self) -> int:
        return round(14 * self._font_scale)

    def _draw_scene(self, image: Image, scene: Scene) -> None:
        for geometry in scene.geometries:
            if isinstance(geometry, Zone):
                points = geometry.points_px(width=self._width, height=self._height)
                corners = np.rint(points).astype(np.int32)[None]
                cv2.polylines(image, [corners], True, _GEOMETRY_COLOR, self._line_px, cv2.LINE_AA)
                continue
            edges = geometry.edges_px(width=self._width, height=self._height)
            for start, end in np.rint(edges).astype(int).tolist():
                cv2.line(image, start, end, _GEOMETRY_COLOR, self._line_px, cv2.LINE_AA)

    def _draw_tracks(self, image: Image, result: FrameResult) -> None:
        tracks = result.tracks
        for row in np.flatnonzero(tracks.is_visible).tolist():
            class_id = int(tracks.class_ids[row])
            color = _bgr(class_color(class_id))
            left, top, right, bottom = np.rint(tracks.boxes_xyxy[row]).astype(int).tolist()
            cv2.rectangle(image, (left, top), (right, bottom), color, self._line_px, cv2.LINE_AA)
            center = ((left + right) // 2, (top + bottom) // 2)
            cv2.circle(image, center, self._line_px + 2, color, -1, cv2.LINE_AA)
            name = self._class_names.get(class_id, "")
            self._text(image, f"{tracks.track_ids[row]} {name}", (left, top), ground=color)

    def _draw_totals(
        self, image: Image, scene: Scene, totals: Totals, words: Mapping[str, str]
    ) -> None:
        y = self._pad
        by_name = {each.name: each for each in totals.geometries}
        for geometry in scene.geometries:
            sums = by_name[geometry.name]
            if isinstance(geometry, CountingLine | CountingBand):
                passage = geometry.passage(width=self._width, height=self._height)
                keys = [passage.forward, passage.backward]
            else:
                keys = ["in", "out"]
            titles = {key: geometry.direction_names.get(key) or words.get(key, key) for key in keys}
            parts = [f"{titles[key]} {sums.count(key)}" for key in keys]
            y += round(34 * self._font_scale)
            self._text(image, f"{geometry.name}: {'  '.join(parts)}", (self._pad, y))

    def _text(
        self, image: Image, text: str, origin: tuple[int, int], *, ground: Color = _BLACK
    ) -> None:
        """Write on a ground of its own, legible on anything; `origin` is the bottom-left corner."""
        if not _WRITES_UNICODE:
            text = text.encode("ascii", "replace").decode("ascii")
        (width, height), below = cv2.getTextSize(text, _FONT, self._font_scale, self._pen_px)
        left = min(max(0, origin[0]), max(0, self._width - width - 2 * self._gap_px))
        bottom = max(origin[1], height + below + 2 * self._gap_px)
        top = bottom - height - below - 2 * self._gap_px
        right = left + width + 2 * self._gap_px
        cv2.rectangle(image, (left, top), (right, bottom), ground, -1)
        base = (left + self._gap_px, bottom - below - self._gap_px)
        ink = _WHITE if ground == _BLACK else _BLACK  # class colours are light
        cv2.putText(image, text, base, _FONT, self._font_scale, ink, self._pen_px, cv2.LINE_AA)


def _bgr(color: str) -> Color:
    """Return ``#rrggbb`` as OpenCV has it."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return blue, green, red
