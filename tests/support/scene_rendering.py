"""Pictures of a scene: textured ground, shaded sprites, shadows, occluders, noise, frame code."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tests.support.scene_paths import Layout, Occluder
from tests.support.scene_truth import Trajectory

Image = npt.NDArray[np.uint8]
Sprite = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]  # colour (h, w, 3), alpha (h, w)

CODE_BITS, CODE_BLOCK_PX = 16, 8
CODE_DARK, CODE_LIGHT = 104, 136
WALK_PHASES = 4
NOISE_FIELDS, NOISE_LEVEL = 3, 12


def octave_noise(
    rng: np.random.Generator, *, width: int, height: int, roughness: float = 0.6
) -> npt.NDArray[np.float32]:
    """Return smooth noise with detail at every scale, shape (height, width), mean 0, std 1."""
    total = np.zeros((height, width), np.float32)
    weight, cells = 1.0, 4
    while cells < max(width, height):
        rows = max(2, round(cells * height / max(width, height)))
        coarse = rng.normal(size=(rows, max(2, cells))).astype(np.float32)
        total += weight * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        weight, cells = weight * roughness, cells * 2
    return np.asarray((total - total.mean()) / total.std(), np.float32)


class SceneRenderer:
    """Draws any frame of a layout; the same seed gives the same pixels."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self._layout = layout
        rng = np.random.default_rng((seed, 2))
        self._ground = _ground(layout, rng)
        self._sprites = {item.object_id: _sprites(item, rng) for item in layout.trajectories}
        self._occluders = [_occluder_sprite(item, rng) for item in layout.occluders]
        shape = (NOISE_FIELDS, layout.height, layout.width, 3)
        noise = rng.normal(NOISE_LEVEL, 3.0, shape)
        self._noise = np.clip(noise, 0, 2 * NOISE_LEVEL).astype(np.uint8)
        self._light_phase = rng.uniform(0, 6.3)
        steps = rng.normal(size=(layout.frames, 2))
        for index in range(1, len(steps)):
            steps[index] = 0.8 * steps[index - 1] + 0.6 * steps[index]
        self._shake_px = layout.jitter_px * steps

    def image(self, frame_index: int) -> Image:
        """Return the picture of a frame, shape (H, W, 3), BGR."""
        layout = self._layout
        shake = self._shake_px[frame_index]
        frame = self._background(shake)
        present = [
            (item, box)
            for item in layout.trajectories
            if (box := item.box_at(frame_index)) is not None
        ]
        drawn: list[tuple[float, Trajectory | int, npt.NDArray[np.float64]]] = [
            (float(box[3]), item, box) for item, box in present
        ]
        drawn += [
            (item.ground_y_px, index, np.array(item.box_xyxy))
            for index, item in enumerate(layout.occluders)
        ]
        for _, item, box in sorted(drawn, key=lambda entry: entry[0]):
            moved = box + np.tile(shake, 2)
            if isinstance(item, int):
                _blend(frame, self._occluders[item], moved, 0.0)
            else:
                self._draw_object(frame, item, moved, frame_index)
        return self._finish(frame, frame_index)

    def _background(self, shake: npt.NDArray[np.float64]) -> Image:
        if not self._layout.jitter_px:
            return self._ground.copy()
        matrix = np.array([[1, 0, shake[0]], [0, 1, shake[1]]], np.float64)
        size = (self._layout.width, self._layout.height)
        moved = cv2.warpAffine(self._ground, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)

    def _draw_object(
        self, frame: Image, item: Trajectory, box: npt.NDArray[np.float64], frame_index: int
    ) -> None:
        phases = self._sprites[item.object_id]
        width, height = box[2] - box[0], box[3] - box[1]
        position = frame_index - item.first_frame
        earlier = item.boxes_xyxy[max(0, position - 1)]
        step = item.boxes_xyxy[position] - earlier
        walked = int(position // 6) if np.abs(step).max() > 0.5 else 0
        shadow = np.array(
            [
                box[0] - 0.06 * width,
                box[3] - 0.12 * height,
                box[2] + 0.06 * width,
                box[3] + 0.06 * height,
            ]
        )
        _blend(frame, _SHADOW, shadow, 0.0)
        blur = float(step[3]) / 2 if self._layout.has_motion_blur else 0.0  # half-open shutter
        _blend(frame, phases[walked % len(phases)], box, blur)

    def _finish(self, frame: Image, frame_index: int) -> Image:
        phase = 2 * np.pi * frame_index / 400 + self._light_phase
        gain = 1 + 0.04 * np.sin(phase)
        noise = self._noise[frame_index % NOISE_FIELDS]
        if (frame_index // NOISE_FIELDS) % 2:
            noise = noise[::-1]
        finished = np.asarray(cv2.addWeighted(frame, gain, noise, 1.0, -NOISE_LEVEL), np.uint8)
        write_frame_code(finished, frame_index)
        return finished


def write_frame_code(image_bgr: Image, frame_index: int) -> None:
    """Write the frame's number as a faint row of blocks into the top left corner, in place.

    Gray code, so that only one block changes from a frame to the next; it outlives video codecs.
    """
    code = frame_index ^ (frame_index >> 1)
    for bit in range(CODE_BITS):
        left = bit * CODE_BLOCK_PX
        level = CODE_LIGHT if code >> bit & 1 else CODE_DARK
        image_bgr[:CODE_BLOCK_PX, left : left + CODE_BLOCK_PX] = level


def read_frame_code(image_bgr: Image) -> int:
    """Return the frame number that `write_frame_code` wrote."""
    strip = image_bgr[1 : CODE_BLOCK_PX - 1, : CODE_BITS * CODE_BLOCK_PX].astype(float)
    levels = strip.reshape(CODE_BLOCK_PX - 2, CODE_BITS, -1).mean(axis=(0, 2))
    code = sum(1 << bit for bit in range(CODE_BITS) if levels[bit] > (CODE_DARK + CODE_LIGHT) / 2)
    number = 0
    while code:
        number ^= code
        code >>= 1
    return number


def _blend(frame: Image, sprite: Sprite, box_xyxy: npt.NDArray[np.float64], blur_px: float) -> None:
    """Draw `sprite` over the box with sub-pixel placement, blurred along y by `blur_px`."""
    frame_height, frame_width = frame.shape[:2]
    left, top = int(np.floor(box_xyxy[0])), int(np.floor(box_xyxy[1]))
    right, bottom = int(np.ceil(box_xyxy[2])) + 1, int(np.ceil(box_xyxy[3])) + 1
    spread = int(np.ceil(abs(blur_px) / 2))
    top, bottom = top - spread, bottom + spread
    x0, y0, x1, y1 = max(0, left), max(0, top), min(frame_width, right), min(frame_height, bottom)
    if x1 <= x0 or y1 <= y0:
        return
    color, alpha = sprite
    scale_x = (box_xyxy[2] - box_xyxy[0]) / alpha.shape[1]
    scale_y = (box_xyxy[3] - box_xyxy[1]) / alpha.shape[0]
    matrix = np.array(
        [
            [scale_x, 0, box_xyxy[0] - x0 + scale_x / 2 - 0.5],
            [0, scale_y, box_xyxy[1] - y0 + scale_y / 2 - 0.5],
        ]
    )
    size = (x1 - x0, y1 - y0)
    color_there = cv2.warpAffine(color, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    alpha_there = cv2.warpAffine(alpha, matrix, size, borderValue=0.0)
    if spread:
        kernel = (1, 2 * spread + 1)
        color_there = cv2.blur(color_there, kernel)
        alpha_there = cv2.blur(alpha_there, kernel)
    under = frame[y0:y1, x0:x1].astype(np.float32)
    under += (color_there - under) * alpha_there[..., None]
    frame[y0:y1, x0:x1] = under + 0.5


def _ground(layout: Layout, rng: np.random.Generator) -> Image:
    width, height = layout.width, layout.height
    texture = octave_noise(rng, width=width, height=height, roughness=0.72)
    fine = rng.normal(size=(height, width)).astype(np.float32)
    value = 118 + 9 * texture + 5 * fine
    tint = rng.uniform(0.9, 1.1, 3)
    image = value[..., None] * tint[None, None]
    if layout.ground == "road":
        mask = np.zeros((height, width), np.uint8)
        edges = []
        for lane_x in (-560, 560):
            for y in (0, height):
                scale = float(layout.scale_at(np.asarray(float(y))))
                edges.append((layout.vanish_x + lane_x * layout.unit * scale, y))
        polygon = np.array([edges[0], edges[2], edges[3], edges[1]], np.int32)
        cv2.fillPoly(mask, [polygon], 255)
        grass = image * np.array([0.75, 1.12, 0.85]) + 14 * fine[..., None]
        image = np.where(mask[..., None] > 0, image * 0.8, grass)
        _draw_markings(image, layout)
    else:
        step = int(rng.integers(48, 90) * layout.unit)
        image[::step] *= 0.82
        image[:, ::step] *= 0.82
    return np.clip(image, 0, 255).astype(np.uint8)


def _draw_markings(image: npt.NDArray[np.float64], layout: Layout) -> None:
    for lane_x in (-240, 0, 240):
        for y in range(0, layout.height, 60):
            points = []
            for end in (y, y + 30):
                scale = float(layout.scale_at(np.asarray(float(end))))
                points.append((int(layout.vanish_x + lane_x * layout.unit * scale), end))
            cv2.line(image, points[0], points[1], (205, 208, 210), 3)


def _sprites(item: Trajectory, rng: np.random.Generator) -> list[Sprite]:
    """Return the phases of an object's looks: one for a car, a few for a walking person."""
    largest = (item.boxes_xyxy[:, 2:] - item.boxes_xyxy[:, :2]).max(axis=0)
    size = (max(8, int(largest[0])), max(8, int(largest[1])))
    if item.look == "person":
        return _person(size, rng)
    return [_car(size, rng, is_front=item.look == "car_front")]


def _car(size: tuple[int, int], rng: np.random.Generator, *, is_front: bool) -> Sprite:
    width, height = size
    paint = rng.choice([(40, 40, 45), (200, 200, 205), (150, 60, 40), (40, 50, 170), (90, 110, 90)])
    color = np.empty((height, width, 3), np.float32)
    color[:] = paint + rng.uniform(-15, 15, 3)

    def fill(x0: float, y0: float, x1: float, y1: float, level: tuple[float, ...]) -> None:
        left, top = int(x0 * width), int(y0 * height)
        color[top : int(y1 * height) + 1, left : int(x1 * width) + 1] = level

    fill(0.16, 0.08, 0.84, 0.38, (55, 50, 45))  # window
    fill(0.22, 0.11, 0.40, 0.33, (120, 115, 105))  # its reflection
    light = (210, 235, 240) if is_front else (40, 40, 190)
    fill(0.05, 0.52, 0.20, 0.64, light)
    fill(0.80, 0.52, 0.95, 0.64, light)
    fill(0.36, 0.70, 0.64, 0.80, (215, 220, 220))  # plate
    fill(0.06, 0.86, 0.22, 1.0, (25, 25, 25))  # wheels
    fill(0.78, 0.86, 0.94, 1.0, (25, 25, 25))
    fill(0.22, 0.46, 0.78, 0.49, (30, 30, 30))  # bonnet edge
    color += 9 * octave_noise(rng, width=width, height=height)[..., None]
    color *= np.linspace(1.12, 0.8, height, dtype=np.float32)[:, None, None]
    mask = np.zeros((height, width), np.float32)
    outline = np.array(
        [(0.14, 0.02), (0.86, 0.02), (0.99, 0.42), (0.99, 0.99), (0.01, 0.99), (0.01, 0.42)]
    )
    cv2.fillPoly(mask, [(outline * size).astype(np.int32)], 1.0, cv2.LINE_8)
    return _soft(color, mask)


def _person(size: tuple[int, int], rng: np.random.Generator) -> list[Sprite]:
    width, height = size
    shirt, trousers = rng.uniform(30, 220, 3), rng.uniform(20, 130, 3)
    texture = octave_noise(rng, width=width, height=height)[..., None]
    phases = []
    for phase in range(WALK_PHASES):
        swing = 0.26 * np.sin(2 * np.pi * (phase + 0.5) / WALK_PHASES)
        color = np.empty((height, width, 3), np.float32)
        color[: int(0.17 * height)] = (110, 140, 185)
        color[: int(0.07 * height)] = (35, 45, 60)
        color[int(0.17 * height) : int(0.55 * height)] = shirt
        color[int(0.30 * height) : int(0.34 * height)] = shirt * 0.6
        color[int(0.55 * height) :] = trousers
        color[int(0.94 * height) :] = (30, 30, 30)
        color += 11 * texture
        color *= np.linspace(1.15, 0.78, width, dtype=np.float32)[None, :, None]
        mask = np.zeros((height, width), np.float32)
        head = (int(0.5 * width), int(0.09 * height))
        cv2.ellipse(mask, head, (int(0.2 * width), int(0.09 * height)), 0, 0, 360, 1.0, -1)
        cv2.rectangle(
            mask,
            (int(0.2 * width), int(0.17 * height)),
            (int(0.8 * width), int(0.57 * height)),
            1.0,
            -1,
        )
        hip, thick = (int(0.5 * width), int(0.55 * height)), max(2, int(0.3 * width))
        for way in (1, -1):
            foot = (int((0.5 + way * swing) * width), int(0.97 * height))
            cv2.line(mask, hip, foot, 1.0, thick)
        phases.append(_soft(color, mask))
    return phases


def _soft(color: npt.NDArray[np.float32], mask: npt.NDArray[np.float32]) -> Sprite:
    return np.clip(color, 0, 255), np.asarray(cv2.GaussianBlur(mask, (3, 3), 0), np.float32)


def _occluder_sprite(item: Occluder, rng: np.random.Generator) -> Sprite:
    width = max(4, int(item.box_xyxy[2] - item.box_xyxy[0]))
    height = max(4, int(item.box_xyxy[3] - item.box_xyxy[1]))
    base = {"pole": (95, 95, 95), "tree": (50, 70, 85), "sign": (150, 110, 60)}[item.look]
    color = np.empty((height, width, 3), np.float32)
    color[:] = base
    color += 14 * octave_noise(rng, width=width, height=height, roughness=0.8)[..., None]
    color *= np.linspace(1.15, 0.75, width, dtype=np.float32)[None, :, None]
    return np.clip(color, 0, 255), np.ones((height, width), np.float32)


def _shadow() -> Sprite:
    mask = np.zeros((24, 96), np.float32)
    cv2.ellipse(mask, (48, 12), (40, 8), 0, 0, 360, 0.5, -1)
    return np.full((24, 96, 3), 30, np.float32), np.asarray(cv2.blur(mask, (7, 7)), np.float32)


_SHADOW = _shadow()
