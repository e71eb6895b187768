"""Draws the spheres of a hand as a lit height field."""

from __future__ import annotations

import cv2
import numpy as np

from sample_data.hand_shape import (
    PALM,
    SLEEVE,
    THUMB_PART,
    Look,
    Part,
    hand_parts,
    placed,
    to_picture,
    turn_of,
    unit,
)

PALM_LINES = (
    ((-0.40, 0.70), (-0.22, 0.64), (-0.08, 0.48), (-0.03, 0.28), (-0.08, 0.08)),
    ((-0.40, 0.71), (-0.22, 0.68), (0.02, 0.58), (0.22, 0.42)),
    ((0.42, 0.68), (0.22, 0.70), (0.02, 0.76), (-0.16, 0.92)),
)
FLOOR = -1.0e4


def draw_hand(
    look: Look, light: np.ndarray, size: tuple[int, int], random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the picture (H, W, 3) in linear RGB, what is arm or hand, and what is hand."""
    parts = [placed(part, look) for part in hand_parts(look, random)]
    height, owner = _height_field(parts, size)
    arm = owner >= 0
    lines, nails, blush = _skin_marks(parts, height, owner, look)
    colour = _colours(look, owner, lines, nails, blush, random)
    relief = _smooth_noise(random, size, 5) * 0.22 + _smooth_noise(random, size, 16) * 0.5
    folds = _smooth_noise(random, size, 26) * 4.0 + _smooth_noise(random, size, 3) * 0.5
    bumpy = height + np.where(owner == SLEEVE, folds, relief) - 1.6 * lines + 0.6 * nails
    picture = _lit(colour, bumpy, arm, nails, light, look)
    return picture, arm, owner >= PALM


def _height_field(parts: list[Part], size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the height of the nearest skin, pixels, and which part it belongs to (-1: none)."""
    height = np.full(size, FLOOR, np.float32)
    owner = np.full(size, -1, np.int8)
    for number, part in enumerate(parts):
        layer = np.full(size, FLOOR, np.float32)
        for x, y, z, radius in part.spheres:
            _lay_sphere(layer, x, y, z, radius)
        # A smooth maximum: parts that meet at one height flow into each other.
        overlap = np.clip(1 - np.abs(layer - height) / part.blend, 0, None)
        overlap[layer == FLOOR] = 0
        owner[layer > height] = number
        height = np.maximum(layer, height) + overlap**2 * part.blend / 4
    return height, owner


def _lay_sphere(layer: np.ndarray, x: float, y: float, z: float, radius: float) -> None:
    rows, columns = layer.shape
    left, right = max(0, int(x - radius)), min(columns, int(x + radius) + 2)
    top, bottom = max(0, int(y - radius)), min(rows, int(y + radius) + 2)
    if left >= right or top >= bottom:
        return
    over = np.arange(left, right, dtype=np.float32) - np.float32(x)
    down = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
    rise = np.float32(radius * radius) - over * over - down * down
    patch = layer[top:bottom, left:right]
    dome = np.where(rise > 0, np.float32(z) + np.sqrt(np.maximum(rise, 0)), np.float32(FLOOR))
    np.maximum(patch, dome, out=patch)


def _skin_marks(
    parts: list[Part], height: np.ndarray, owner: np.ndarray, look: Look
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return creases, nails and where blood shows, each (H, W) in about [0, 1]."""
    lines, nails, blush = (np.zeros(height.shape, np.float32) for _ in range(3))
    for number, part in enumerate(parts):
        if part.joints is None:
            continue
        rows, columns = np.nonzero(owner == number)
        points = np.stack([columns, rows, height[rows, columns]], axis=1).astype(np.float64)
        lines[rows, columns] += _creases(part, points)
        nails[rows, columns] = _nail(part, points)
        for joint, strength in ((1, 0.5), (2, 0.35), (3, 0.9)):
            near = np.linalg.norm(points - part.joints[joint], axis=1) / part.radii[joint]
            blush[rows, columns] += strength * np.exp(-((near / 1.7) ** 2))
    if not look.is_back:
        lines += _palm_creases(look, height.shape) * (owner <= THUMB_PART) * (owner >= PALM)
    return np.clip(cv2.GaussianBlur(lines, (0, 0), 0.9), 0, 1), nails, blush


def _creases(part: Part, points: np.ndarray) -> np.ndarray:
    """Creases across the joints: fine and deep inside, a bundle of faint ones outside."""
    directions = unit(np.diff(part.joints, axis=0))
    marks = np.zeros(len(points))
    for joint in (1, 2):
        axis = unit(directions[joint - 1] + directions[joint])
        radius = part.radii[joint]
        offset = (points - part.joints[joint]) / radius
        along = offset @ axis
        inside = offset @ unit(part.palmar[joint - 1] + part.palmar[joint])
        across = offset - np.outer(along, axis)
        bow = 0.22 * np.clip(np.linalg.norm(across, axis=1), 0, 1) ** 2
        for place in (-0.10, 0.16) if joint == 1 else (0.0,):
            fine = np.exp(-(((along - place) / 0.07) ** 2))
            marks += 0.75 * fine * np.clip(inside * 2, 0, 1)
        for place in (-0.34, -0.12, 0.12, 0.36):
            faint = np.exp(-(((along - place + np.sign(place) * bow) / 0.08) ** 2))
            marks += 0.32 * faint * np.clip(-inside * 2, 0, 1)
    return marks


def _nail(part: Part, points: np.ndarray) -> np.ndarray:
    axis = unit(part.joints[3] - part.joints[2])
    radius = part.radii[3]
    offset = (points - part.joints[3]) / radius
    along = offset @ axis
    dorsal = -(offset @ part.palmar[2])
    across = offset @ np.cross(axis, part.palmar[2])
    shape = np.abs((along + 0.10) / 1.02) ** 2.6 + np.abs(across / 0.86) ** 2.6
    return np.clip((1.06 - shape) * 6, 0, 1) * (dorsal > 0.2)


def _palm_creases(look: Look, size: tuple[int, int]) -> np.ndarray:
    canvas = np.zeros(size, np.float32)
    for line in PALM_LINES:
        flat = np.array(line)
        at = np.linspace(0, len(flat) - 1, 40)
        smooth = [np.interp(at, range(len(flat)), flat[:, axis]) for axis in (0, 1)]
        smooth = [cv2.blur(np.pad(axis, 4, mode="edge")[None], (9, 1))[0, 4:-4] for axis in smooth]
        points = np.stack([*smooth, np.full(len(at), 0.14)], axis=1)
        pixels = np.round(to_picture(points, look)[:, :2] * 16).astype(np.int32)
        thick = max(2, round(look.palm_px / 90))
        cv2.polylines(canvas, [pixels[:, None]], False, 0.75, thick, cv2.LINE_AA, shift=4)
    return cv2.GaussianBlur(canvas, (0, 0), 1.2)


def _colours(
    look: Look,
    owner: np.ndarray,
    lines: np.ndarray,
    nails: np.ndarray,
    blush: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """Return what the surface reflects, (H, W, 3) linear RGB."""
    skin = np.array(look.skin_rgb) ** 2.2
    if not look.is_back:  # palms are paler than backs, the more so the darker the skin
        skin = skin + (np.array([0.72, 0.44, 0.32]) - skin) * 0.42 * (1 - skin[0])
    red = np.array([1.06, 0.80, 0.76])
    mottled = _smooth_noise(random, owner.shape, 22) + 0.5 * _smooth_noise(random, owner.shape, 7)
    share = np.clip(0.30 * blush + 0.16 * mottled, -0.2, 1)[..., None]
    surface = skin * (1 + (red - 1) * share) * (1 + 0.03 * mottled[..., None])
    deep = np.array([0.62, 0.45, 0.42])
    surface = surface * (1 + (deep - 1) * lines[..., None] * 0.75)
    plate = skin * 0.75 + np.array([0.62, 0.40, 0.35]) * 0.25
    rim = np.clip(nails * (1 - nails) * 4, 0, 1)[..., None]
    surface = surface * (1 - nails[..., None]) + plate * nails[..., None]
    surface = surface * (1 - 0.35 * rim)
    cloth = _cloth(look, owner.shape, random)
    return np.where((owner == SLEEVE)[..., None], cloth, surface)


def _cloth(look: Look, size: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    base = np.array(look.sleeve_rgb) ** 2.2
    weave = 1 + 0.10 * _smooth_noise(random, size, 1.4) + 0.05 * _smooth_noise(random, size, 12)
    cloth = base * weave[..., None]
    if look.sleeve_pattern == "plain":
        return cloth
    rows, columns = np.indices(size)
    along = turn_of(look) @ np.array([0.0, 1.0, 0.0])
    position = (columns - look.centre_px[0]) * along[0] + (rows - look.centre_px[1]) * along[1]
    wide = look.palm_px * (0.24 if look.sleeve_pattern == "striped" else 0.05)
    stripes = np.clip(np.sin(position * 2 * np.pi / wide) * 4, -1, 1)[..., None]
    other = base * 0.35 + (0.4 if base.mean() < 0.25 else 0.02)
    depth = 0.5 if look.sleeve_pattern == "striped" else 0.14
    return cloth + (other - cloth) * (stripes * 0.5 + 0.5) * depth


def _lit(
    colour: np.ndarray,
    height: np.ndarray,
    arm: np.ndarray,
    nails: np.ndarray,
    light: np.ndarray,
    look: Look,
) -> np.ndarray:
    normal = _normals(height, arm)
    facing = normal @ light
    shadow = _cast_shadow(height, arm, light, look.palm_px)
    hollow = _hollows(height, arm, look.palm_px)
    # Light goes round the edge of skin, red the farthest.
    wrap = np.array([0.34, 0.22, 0.17])
    direct = np.clip((facing[..., None] + wrap) / (1 + wrap), 0, None)
    veil = 1 - (1 - shadow[..., None]) * np.array([0.74, 0.84, 0.88])
    sky = 0.30 - 0.10 * normal[..., 1:2]
    picture = colour * (0.86 * direct * veil + sky * hollow[..., None])
    picture = picture * (0.55 + 0.45 * hollow[..., None])
    half = unit(light + np.array([0.0, 0.0, 1.0]))
    shine = np.clip(normal @ half, 0, 1) ** 18 * shadow * (0.05 + 0.10 * nails)
    return picture + shine[..., None]


def _normals(height: np.ndarray, arm: np.ndarray) -> np.ndarray:
    slopes = []
    for axis in (1, 0):
        step = np.diff(height, axis=axis)
        before = np.concatenate([np.take(step, [0], axis), step], axis)
        after = np.concatenate([step, np.take(step, [-1], axis)], axis)
        # The smaller slope: the edge of a finger must not shade the palm behind it.
        slopes.append(np.where(np.abs(before) < np.abs(after), before, after))
    normal = np.stack([-slopes[0], -slopes[1], np.ones_like(height)], axis=2)
    normal = unit(np.clip(normal, -12, 12)) * arm[..., None]
    return unit(cv2.GaussianBlur(normal, (0, 0), 1.8) + np.array([0, 0, 1e-6]))


def _cast_shadow(
    height: np.ndarray, arm: np.ndarray, light: np.ndarray, palm_px: float
) -> np.ndarray:
    """Return 1 in light, 0 in shadow: walks from every pixel towards the light."""
    flat = np.linalg.norm(light[:2]) + 1e-9
    lit = np.ones(height.shape, np.float32)
    for step in np.linspace(0.03, 0.7, 22) * palm_px:
        shift = light[:2] / flat * step
        move = np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]])
        seen = cv2.warpAffine(
            height, move, height.shape[::-1], flags=cv2.INTER_NEAREST, borderValue=FLOOR
        )
        above = seen - (height + step * light[2] / flat)
        np.minimum(lit, 1 - np.clip(above / (0.05 * palm_px), 0, 1), out=lit)
    lit[~arm] = 1
    return cv2.GaussianBlur(lit, (0, 0), 0.018 * palm_px)


def _hollows(height: np.ndarray, arm: np.ndarray, palm_px: float) -> np.ndarray:
    """Return how much sky reaches each pixel, in [0, 1]: less between and under fingers."""
    open_sky = np.ones(height.shape, np.float32)
    weight = arm.astype(np.float32)
    for share in (0.03, 0.09):
        around = cv2.GaussianBlur(height * weight, (0, 0), share * palm_px)
        around /= cv2.GaussianBlur(weight, (0, 0), share * palm_px) + 1e-6
        depth = np.clip((around - height) / (share * palm_px), 0, 2)
        open_sky -= 0.42 * depth.astype(np.float32)
    return np.clip(open_sky, 0.12, 1)


def _smooth_noise(random: np.random.Generator, size: tuple[int, int], sigma: float) -> np.ndarray:
    """Noise of spread 1 whose grains are about `sigma` pixels wide."""
    step = max(1, int(sigma / 2))
    small = random.standard_normal((size[0] // step + 2, size[1] // step + 2)).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / step, 0.5))
    noise = cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
    return noise / (noise.std() + 1e-6)
