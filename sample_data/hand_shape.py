"""The shape of a hand that shows a number: spheres along bones.

Lengths are in palms (wrist to middle knuckle is 1, about 95 mm). In the hand's own frame x goes
across the palm with the thumb at negative x, y towards the fingers, z out of the palm.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

THUMB, INDEX, MIDDLE, RING, PINKY = range(5)
KNUCKLES = ((-0.31, 0.98, 0.0), (-0.10, 1.03, 0.0), (0.11, 0.98, 0.0), (0.30, 0.87, 0.0))
BONES = ((0.45, 0.27, 0.19), (0.50, 0.31, 0.20), (0.46, 0.29, 0.20), (0.36, 0.21, 0.18))
THICKNESS = (0.116, 0.120, 0.113, 0.098)
FAN_DEG = (-10.0, -2.0, 7.0, 16.0)
FOREARM, SLEEVE, PALM, RIDGES, THUMB_PART = range(5)


@dataclass(frozen=True)
class Look:
    """How one hand looks and is held.

    Attributes
    ----------
    raised : frozenset of int
        The raised fingers, THUMB to PINKY.
    is_back : bool
        The back of the hand faces the camera.
    is_mirrored : bool
        The other hand.
    roll_deg, yaw_deg, pitch_deg : float
        How the hand is turned in the picture's plane, about its length, and towards the camera.
    palm_px : float
        Length of the palm.
    centre_px : tuple of float
        Where the upper palm is, from the left and from the top.
    skin_rgb, sleeve_rgb : tuple of float
        In [0, 1], as a screen shows them.
    sleeve_from : float
        Distance of the cuff from the wrist, palms.
    sleeve_pattern : str
        "plain", "striped" or "ribbed".
    slimness, spread : float
        Thickness of the fingers, and how far they are fanned out; 1 is usual.
    """

    raised: frozenset[int]
    is_back: bool
    is_mirrored: bool
    roll_deg: float
    yaw_deg: float
    pitch_deg: float
    palm_px: float
    centre_px: tuple[float, float]
    skin_rgb: tuple[float, float, float]
    sleeve_rgb: tuple[float, float, float]
    sleeve_from: float
    sleeve_pattern: str
    slimness: float
    spread: float


@dataclass(frozen=True)
class Part:
    """One part of the arm, in palms or, once placed, in pixels.

    Attributes
    ----------
    spheres : ndarray
        (N, 4): x, y, z, radius.
    blend : float
        Height over which it flows into the part under it.
    joints : ndarray or None
        (4, 3), root to tip, of a finger; None for what has no creases and no nail.
    radii : tuple of float
        At the joints.
    palmar : ndarray
        (3, 3): for each bone the direction of its inner side.
    """

    spheres: np.ndarray
    blend: float = 0.05
    joints: np.ndarray | None = None
    radii: tuple[float, ...] = ()
    palmar: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))


def hand_parts(look: Look, random: np.random.Generator) -> list[Part]:
    """Forearm, sleeve, palm, thumb, four fingers: in the order of the part numbers."""
    fingers = [
        _finger(number, number + 1 in look.raised, look, random) for number in range(len(BONES))
    ]
    return [*_arm(look, random), _palm(), _ridges(look), _thumb(look, random), *fingers]


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def placed(part: Part, look: Look) -> Part:
    """Turn the part and put it into the picture: pixels, y down, z towards the camera."""
    turn = turn_of(look)
    spheres = np.concatenate(
        [to_picture(part.spheres[:, :3], look), part.spheres[:, 3:] * look.palm_px], axis=1
    )
    near = 1 + 0.10 * spheres[:, 2:3] / look.palm_px
    spheres[:, 3:] *= near
    joints = None if part.joints is None else to_picture(part.joints, look)
    radii = tuple(radius * look.palm_px for radius in part.radii)
    return Part(spheres, part.blend * look.palm_px, joints, radii, part.palmar @ turn.T)


def to_picture(points: np.ndarray, look: Look) -> np.ndarray:
    # The hand turns about its middle, so that a turned wrist leaves it in place.
    turned = (points - [0.0, 0.9, 0.0]) @ turn_of(look).T
    near = 1 + 0.10 * turned[:, 2:]
    flat = turned[:, :2] * near * look.palm_px + look.centre_px
    return np.concatenate([flat, turned[:, 2:] * look.palm_px], axis=1)


def turn_of(look: Look) -> np.ndarray:
    """The matrix from the hand's frame to the picture's."""
    roll, yaw, pitch = np.radians(
        [look.roll_deg, look.yaw_deg + 180 * look.is_back, look.pitch_deg]
    )
    about_x = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    mirror = np.diag([-1.0 if look.is_mirrored else 1.0, -1.0, 1.0])
    return mirror @ np.array(about_z) @ np.array(about_y) @ np.array(about_x)


def _arm(look: Look, random: np.random.Generator) -> tuple[Part, Part]:
    end = np.array([random.uniform(-0.5, 0.5), -6.0, random.uniform(-0.3, 0.2)])
    across = np.array([0.13, 0.0, 0.0])
    wrist = np.array([0.0, -0.02, 0.0])
    swell = np.array([0.0, 0.75, 1.0])
    bone = np.stack([wrist, wrist + (end - wrist) * 0.3, end])
    skin = [
        _chain(bone + side * across * (1 + swell[:, None]), 0.165 + 0.11 * swell, 60)
        for side in np.linspace(-1, 1, 8)
    ]
    start = look.sleeve_from / 6.0
    cuff = np.array([start, start + 0.02, start + 0.024, 0.3, 1.0])
    path = wrist + (end - wrist) * cuff[:, None]
    wide = np.interp(cuff, (0, 0.3, 1), swell)
    radii = 0.165 + 0.11 * wide + np.array([0.075, 0.08, 0.05, 0.08, 0.12])
    cloth = [
        _chain(path + side * across * (1 + wide[:, None]), radii, 26)
        for side in np.linspace(-1, 1, 8)
    ]
    return Part(np.concatenate(skin)), Part(np.concatenate(cloth), blend=0.01)


def _palm() -> Part:
    """A slab between wrist and knuckles, and the heel of the hand."""
    across = np.linspace(0.0, 3.0, 25)
    tops = np.stack([np.interp(across, range(4), axis) for axis in np.transpose(KNUCKLES)], axis=1)
    tops[:, 1] += 0.06 - 0.02 * np.cos(across * 2 * np.pi)
    wrist = np.linspace(-0.15, 0.15, len(across))
    rows = [tops * [narrow, share, 1.0] for narrow, share in ((1.0, 0.5), (1.05, 0.8), (1.0, 1.0))]
    for share, y in ((0.2, 0.16), (0.0, -0.03)):
        x = wrist + (tops[:, 0] - wrist) * share
        rows.insert(0, np.stack([x, np.full_like(x, y), np.zeros_like(x)], axis=1))
    radii = np.array([0.165, 0.165, 0.155, 0.135, 0.112])
    spheres = [_chain(np.stack(points), radii, 10) for points in zip(*rows, strict=True)]
    heel = np.array([[0.16, 0.08, 0.04], [0.25, 0.40, 0.05], [0.28, 0.70, 0.01]])
    spheres.append(_chain(heel, np.array([0.14, 0.16, 0.12]), 16))
    return Part(np.concatenate(spheres))


def _ridges(look: Look) -> Part:
    """Tendons and knuckles on the back; a folded finger's knuckle stands out."""
    spheres = []
    for number, (x, y, _) in enumerate(KNUCKLES):
        rise = 0.0 if number + 1 in look.raised else 0.02
        path = [[x * 0.4, 0.2, -0.05], [x * 0.95, y - 0.1, -0.045], [x, y, -0.03 - rise]]
        spheres.append(_chain(np.array(path), np.array([0.08, 0.07, 0.095]), 24))
    return Part(np.concatenate(spheres), blend=0.11)


def _finger(number: int, is_raised: bool, look: Look, random: np.random.Generator) -> Part:
    # Two fingers alone stand in a V.
    fan = 7.0 if (number + 1, look.raised) == (MIDDLE, {INDEX, MIDDLE}) else FAN_DEG[number]
    spread = fan * (look.spread if is_raised else 0.25) + random.normal(0, 1.5)
    if is_raised:
        bends = random.uniform((-4, 2, 2), (10, 13, 11))
    else:
        bends = np.array([78.0, 98.0, 42.0]) + random.uniform(-6, 6, 3)
    base = np.array([np.sin(np.radians(spread)), np.cos(np.radians(spread)), 0.0])
    joints, palmar = [np.array(KNUCKLES[number])], []
    for angle, bone in zip(np.radians(np.cumsum(bends)), BONES[number], strict=True):
        joints.append(joints[-1] + bone * (base * np.cos(angle) + [0, 0, np.sin(angle)]))
        palmar.append(-base * np.sin(angle) + [0, 0, np.cos(angle)])
    return _jointed(np.array(joints), THICKNESS[number] * look.slimness, np.array(palmar), 0.05)


def _thumb(look: Look, random: np.random.Generator) -> Part:
    folded_fingers = bool({INDEX, MIDDLE, RING, PINKY} - look.raised)
    if THUMB in look.raised:
        out = random.uniform(0.0, 0.12)
        joints = [
            (-0.2, 0.14, 0.06),
            (-0.50, 0.48, 0.10),
            (-0.72, 0.78, 0.10),
            (-0.82 - out, 1.02 - out * 0.6, 0.09),
        ]
        facing = (0.62, 0.1, 0.75)
    elif folded_fingers and MIDDLE not in look.raised:
        joints = [(-0.2, 0.14, 0.08), (-0.40, 0.46, 0.22), (-0.24, 0.72, 0.48), (-0.01, 0.80, 0.56)]
        facing = (0.1, -0.2, -1.0)
    elif folded_fingers:
        joints = [(-0.2, 0.14, 0.08), (-0.36, 0.44, 0.24), (-0.13, 0.64, 0.46), (0.11, 0.70, 0.55)]
        facing = (0.1, -0.2, -1.0)
    else:
        joints = [(-0.2, 0.14, 0.08), (-0.37, 0.44, 0.16), (-0.15, 0.64, 0.24), (0.05, 0.70, 0.22)]
        facing = (0.15, -0.3, -1.0)
    points = np.array(joints) + random.normal(0, 0.012, (4, 3)) * [[0], [1], [1], [1]]
    directions = unit(np.diff(points, axis=0))
    palmar = np.array(facing) - directions * (directions @ np.array(facing))[:, None]
    part = _jointed(points, 0.118 * look.slimness, unit(palmar), 0.03, swell=1.32)
    return replace(part, spheres=np.concatenate([part.spheres, _web(points)]))


def _web(thumb: np.ndarray) -> np.ndarray:
    """The skin between thumb and forefinger, hollow at its free edge."""
    index = np.array([[-0.16, 0.2, 0.0], [-0.33, 0.92, 0.0]])
    sheet = []
    for share in np.linspace(0.0, 1.0, 14):
        reach = 0.52 + 0.42 * (2 * share - 1) ** 2
        ends = [
            (1 - share) * index[0] + share * thumb[0],
            (1 - share) * index[1] + share * thumb[1],
        ]
        sheet.append(
            _chain(
                np.array([ends[0], ends[0] + (ends[1] - ends[0]) * reach]),
                np.array([0.13, 0.085 + 0.02 * share]),
                20,
            )
        )
    return np.concatenate(sheet)


def _jointed(
    joints: np.ndarray, radius: float, palmar: np.ndarray, blend: float, swell: float = 1.0
) -> Part:
    """Three bones of skin: wide at the joints, slimmer between, tapered to the tip."""
    middles = (joints[:-1] + joints[1:]) / 2
    path = np.stack(
        [
            joints[0],
            middles[0],
            joints[1],
            middles[1],
            joints[2],
            middles[2],
            joints[2] + (joints[3] - joints[2]) * 0.85,
            joints[3],
        ]
    )
    profile = np.array([1.0 * swell, 0.99 + (swell - 1) * 0.5, 0.99, 0.90, 0.91, 0.87, 0.80, 0.68])
    radii = profile * radius
    return Part(_chain(path, radii, 12), blend, joints, tuple(radii[[0, 2, 4, 7]]), palmar)


def _chain(points: np.ndarray, radii: np.ndarray, steps: int) -> np.ndarray:
    """Spheres along a path whose corners are rounded."""
    at = np.linspace(0, len(points) - 1, steps * (len(points) - 1) + 1)
    knots = np.arange(len(points))
    columns = np.stack([np.interp(at, knots, column) for column in (*points.T, radii)])
    half = steps // 3
    padded = np.pad(columns, ((0, 0), (half, half)), mode="reflect", reflect_type="odd")
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    return np.stack([np.convolve(column, kernel, "valid") for column in padded], axis=1)
