"""Paints the rooms behind the hands: plain shapes, out of focus."""

from __future__ import annotations

import cv2
import numpy as np

OVERSAMPLING = 3
SIZE = (240 * OVERSAMPLING, 320 * OVERSAMPLING)
WOODS = ((0.50, 0.33, 0.20), (0.66, 0.50, 0.34), (0.34, 0.22, 0.15))
GREYED_WOODS = ((0.60, 0.54, 0.46), (0.42, 0.37, 0.33), (0.50, 0.50, 0.46))
HUES = (4, 18, 28, 38, 48, 85, 165, 200, 212, 222, 345)  # reds, browns, ochre, greens, blues
WHITE = np.array((0.86, 0.84, 0.80))


def draw_room(kind: str, random: np.random.Generator) -> np.ndarray:
    """Return a background (H, W, 3), linear RGB: "hallway", "office" or "workshop"."""
    painters = {"hallway": _hallway, "office": _office, "workshop": _workshop}
    room = painters[kind](random)
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(np.float32)
    lamp = random.uniform(0, 1, 2) * (SIZE[1], SIZE[0] * 0.6)
    away = np.hypot(columns - lamp[0], rows - lamp[1]) / SIZE[1]
    room = room * (1.15 - 0.5 * away)[..., None]
    blur = OVERSAMPLING * random.uniform(0.8, 3.0)
    return np.clip(cv2.GaussianBlur(room, (0, 0), blur), 0, 1) ** 2.2


def _wall(rgb: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Plaster: grains of several sizes."""
    wall = np.empty((*SIZE, 3), np.float32)
    wall[:] = rgb
    for grain, strength in ((5, 0.018), (16, 0.008), (110, 0.008)):
        noise = random.standard_normal((SIZE[0] // grain + 2, SIZE[1] // grain + 2))
        large = cv2.resize(noise.astype(np.float32), SIZE[::-1], interpolation=cv2.INTER_CUBIC)
        wall += (large * strength)[..., None]
    return wall


def _hallway(random: np.random.Generator) -> np.ndarray:
    """A door in its frame, a skirting board, perhaps a picture on the wall."""
    walls = ((0.78, 0.72, 0.60), (0.74, 0.74, 0.70), (0.66, 0.70, 0.62), (0.80, 0.70, 0.62))
    room = _wall(_tone(random, walls, 0.05), random)
    left, wide = _pixels(random.uniform(-0.15, 0.75)), _pixels(random.uniform(0.28, 0.42))
    floor = int(random.uniform(0.84, 1.1) * SIZE[0])
    top = int(random.uniform(-0.1, 0.12) * SIZE[0])
    _rectangle(room, (0, floor), SIZE[::-1], _tone(random, (0.42, 0.38, 0.34), 0.06))
    _rectangle(room, (0, floor - 22), (SIZE[1], floor), WHITE)
    wood = _tone(random, (*WOODS, (0.82, 0.80, 0.76), (0.30, 0.36, 0.42)), 0.04)
    _door(room, (left, top), (left + wide, floor), wood)
    if random.random() < 0.6:
        _poster(room, left + wide + 60, random)
        _poster(room, left - 300, random)
    return room


def _door(
    room: np.ndarray, corner: tuple[int, int], other: tuple[int, int], wood: np.ndarray
) -> None:
    (left, top), (right, floor) = corner, other
    wide, high = right - left, floor - top
    frame = max(14, wide // 16)
    _rectangle(room, (left - frame, top - frame), (right + frame, floor), wood * 0.8 + 0.1)
    _rectangle(room, corner, other, wood)
    for upper, lower in ((0.08, 0.42), (0.52, 0.92)):
        for inset, shade in ((0.14, 0.72), (0.17, 1.04)):
            rise = int(wide * (inset - 0.14))
            panel = (left + int(wide * inset), top + int(high * upper) + rise)
            end = (left + int(wide * (1 - inset)), top + int(high * lower))
            _rectangle(room, panel, end, wood * shade)
    knob = (left + int(wide * 0.92), top + int(high * 0.48))
    cv2.circle(room, knob, wide // 22, (0.75, 0.68, 0.50), -1, cv2.LINE_AA)


def _poster(room: np.ndarray, left: int, random: np.random.Generator) -> None:
    """A framed print: sky, hills and a sun, as far as one can tell."""
    top = int(random.uniform(0.1, 0.3) * SIZE[0])
    right, bottom = left + int(random.uniform(130, 220)), top + int(random.uniform(150, 250))
    if left >= SIZE[1] or right <= 0:
        return
    _rectangle(room, (left, top), (right, bottom), _tone(random, (*WOODS, tuple(WHITE)), 0.04))
    _rectangle(room, (left + 10, top + 10), (right - 10, bottom - 10), _muted(random) * 0.4 + 0.5)
    ground = int(top + (bottom - top) * random.uniform(0.5, 0.7))
    _rectangle(room, (left + 10, ground), (right - 10, bottom - 10), _muted(random))
    sun = (int(left + (right - left) * random.uniform(0.3, 0.7)), ground - 30)
    cv2.circle(room, sun, 18, (0.92, 0.80, 0.55), -1, cv2.LINE_AA)


def _office(random: np.random.Generator) -> np.ndarray:
    """Shelves with books, or a window; perhaps a screen on a desk before it."""
    room = _wall(_tone(random, ((0.72, 0.75, 0.77), (0.78, 0.77, 0.73)), 0.05), random)
    if random.random() < 0.55:
        _shelves(room, random)
    else:
        _window(room, random)
    if random.random() < 0.5:
        desk = int(random.uniform(0.72, 0.9) * SIZE[0])
        _screen(room, desk, random)
        top = _tone(random, WOODS[:2], 0.04)
        _rectangle(room, (0, desk), SIZE[::-1], top * 0.85)
        _rectangle(room, (0, desk), (SIZE[1], desk + 12), np.clip(top * 1.2, 0, 1))
    return room


def _shelves(room: np.ndarray, random: np.random.Generator) -> None:
    board = _tone(random, (*WOODS, (0.85, 0.84, 0.82)), 0.04)
    left, right = (_pixels(share) for share in random.uniform((-0.1, 0.6), (0.35, 1.1)))
    step = int(random.uniform(150, 230))
    _rectangle(room, (left, 0), (right, SIZE[0]), board * 0.5)
    for floor in range(int(random.uniform(80, step)), SIZE[0] + step, step):
        at = left + 14
        while at < right - 20:
            end = min(at + int(random.uniform(14, 46)), right - 12)
            if random.random() < 0.86:
                _book(room, at, end, floor, step * random.uniform(0.5, 0.86), random)
            at = end + 2
        _rectangle(room, (left, floor), (right, floor + 14), board)
    for side in (left, right - 14):
        _rectangle(room, (side, 0), (side + 14, SIZE[0]), board * 0.9)


def _book(
    room: np.ndarray, left: int, right: int, floor: int, tall: float, random: np.random.Generator
) -> None:
    back = _muted(random)
    _rectangle(room, (left, int(floor - tall)), (right, floor), back)
    title = (left, int(floor - tall * 0.8)), (right, int(floor - tall * 0.7))
    _rectangle(room, *title, back * 0.5 + 0.4)


def _window(room: np.ndarray, random: np.random.Generator) -> None:
    left = _pixels(random.uniform(0.0, 0.5))
    right, bottom = left + _pixels(random.uniform(0.4, 0.6)), int(0.66 * SIZE[0])
    _rectangle(room, (left - 16, -10), (right + 16, bottom + 16), WHITE * 1.05)
    pane = room[:bottom, left : min(right, SIZE[1])]
    pane[:] = np.linspace((0.66, 0.79, 0.92), (0.88, 0.90, 0.88), bottom)[:, None]
    if random.random() < 0.6:
        for top in range(0, bottom, 26):
            pane[top : top + 17] = np.array((0.80, 0.78, 0.71)) * random.uniform(0.95, 1.03)
    middle = (left + right) // 2
    _rectangle(room, (middle - 8, 0), (middle + 8, bottom), WHITE)


def _screen(room: np.ndarray, desk: int, random: np.random.Generator) -> None:
    left, bottom = _pixels(random.uniform(-0.05, 0.7)), desk - 46
    wide, high = int(random.uniform(240, 340)), int(random.uniform(150, 210))
    middle = left + wide // 2
    _rectangle(room, (middle - 22, bottom), (middle + 22, desk), np.full(3, 0.15))
    _rectangle(room, (left, bottom - high), (left + wide, bottom), np.full(3, 0.1))
    glow = _tone(random, ((0.12, 0.16, 0.22), (0.70, 0.74, 0.78), (0.20, 0.34, 0.42)), 0.05)
    _rectangle(room, (left + 10, bottom - high + 10), (left + wide - 10, bottom - 12), glow)
    for line in range(bottom - high + 34, bottom - 30, 20):
        end = left + 30 + int(random.uniform(0.2, 0.75) * (wide - 60))
        _rectangle(room, (left + 30, line), (end, line + 7), glow * 0.6 + 0.2)


def _workshop(random: np.random.Generator) -> np.ndarray:
    """Bricks, boards or tiles; tools on the wall and tins on a bench."""
    room = {"bricks": _bricks, "boards": _boards, "tiles": _tiles}[
        str(random.choice(("bricks", "boards", "tiles")))
    ](random)
    if random.random() < 0.55:
        for left in range(int(random.uniform(20, 120)), SIZE[1], 140):
            _tool(room, left, int(random.uniform(20, 90)), random)
    if random.random() < 0.7:
        bench = int(random.uniform(0.70, 0.9) * SIZE[0])
        at = int(random.uniform(-40, 120))
        while at < SIZE[1]:
            wide = int(random.uniform(60, 150))
            _tin(room, (at, bench), wide, int(random.uniform(70, 190)), random)
            at += wide + int(random.uniform(10, 220))
        top = _tone(random, WOODS[:2], 0.04)
        _rectangle(room, (0, bench), SIZE[::-1], top * 0.8)
        _rectangle(room, (0, bench), (SIZE[1], bench + 16), np.clip(top * 1.15, 0, 1))
    return room


def _bricks(random: np.random.Generator) -> np.ndarray:
    room = _wall(np.array((0.66, 0.62, 0.57)), random)
    brick = _tone(random, ((0.47, 0.31, 0.27), (0.42, 0.43, 0.44), (0.80, 0.78, 0.74)), 0.03)
    _lay(room, brick, (44, 128), 6, random)
    return room


def _boards(random: np.random.Generator) -> np.ndarray:
    room = _wall(np.array((0.20, 0.15, 0.11)), random)
    _lay(room, _tone(random, GREYED_WOODS, 0.04), (96, 3 * SIZE[1]), 5, random)
    return room


def _tiles(random: np.random.Generator) -> np.ndarray:
    room = _wall(np.array((0.58, 0.58, 0.56)), random)
    tile = _tone(random, ((0.80, 0.82, 0.80), (0.55, 0.66, 0.66), (0.80, 0.75, 0.64)), 0.03)
    _lay(room, tile, (118, 118), 5, random)
    return room


def _lay(
    room: np.ndarray,
    rgb: np.ndarray,
    stone: tuple[int, int],
    joint: int,
    random: np.random.Generator,
) -> None:
    """Cover the wall row by row; stones that are wider than high are set off by half."""
    high, wide = stone
    for number, top in enumerate(range(-int(random.integers(high)), SIZE[0], high)):
        start = -(number % 2) * wide // 2 if wide > high else 0
        for left in range(start, SIZE[1], wide):
            rows = slice(max(0, top + joint), max(0, top + high))
            columns = slice(max(0, left + joint), max(0, left + wide))
            grain = room[rows, columns] / room.mean() - 1
            room[rows, columns] = rgb * random.uniform(0.90, 1.10) * (1 + 0.5 * grain)


def _tool(room: np.ndarray, left: int, top: int, random: np.random.Generator) -> None:
    """A hammer, a screwdriver or a saw hanging on the wall."""
    long, metal = int(random.uniform(130, 200)), np.full(3, random.uniform(0.25, 0.5))
    grip = _muted(random) if random.random() < 0.5 else _tone(random, WOODS, 0.04)
    kind = random.integers(3)
    if kind == 0:
        _rectangle(room, (left + 22, top), (left + 38, top + long), grip)
        _rectangle(room, (left, top), (left + 66, top + 28), metal)
    elif kind == 1:
        _rectangle(room, (left + 26, top), (left + 36, top + long), metal)
        _rectangle(room, (left + 18, top), (left + 44, top + long // 2), grip)
    else:
        blade = np.array([[0, 50], [70, 50], [44, long], [16, long]]) + np.array([left, top])
        cv2.fillConvexPoly(room, blade.astype(np.int32), tuple(float(x) for x in metal + 0.2))
        _rectangle(room, (left + 4, top), (left + 62, top + 54), grip)


def _tin(
    room: np.ndarray, foot: tuple[int, int], wide: int, high: int, random: np.random.Generator
) -> None:
    """A tin or jar, round: bright on one side, with a label and a lid."""
    left, bottom = foot
    columns = slice(max(0, left), max(0, min(left + wide, SIZE[1])))
    across = np.linspace(-1, 1, wide)[columns.start - left :][: columns.stop - columns.start]
    round_shade = (0.55 + 0.5 * np.exp(-(((across + 0.4) / 0.5) ** 2)))[None, :, None]
    body, label = _muted(random), _muted(random) * 0.5 + 0.4
    for rgb, upper, lower in ((body, 1.0, 0.0), (label, 0.72, 0.25), (body * 0.5 + 0.2, 1.0, 0.9)):
        rows = slice(max(0, bottom - int(high * upper)), bottom - int(high * lower))
        room[rows, columns] = rgb * round_shade


def _pixels(share: float) -> int:
    return int(share * SIZE[1])


def _muted(random: np.random.Generator) -> np.ndarray:
    """Return a colour as things in a room have it: seldom loud."""
    hue = (HUES[random.integers(len(HUES))] + random.normal(0, 7)) % 360
    strength, bright = random.uniform((0.08, 0.2), (0.68, 0.78))
    hsv = np.array([[[hue, strength, bright]]], np.float32)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float64)


def _tone(random: np.random.Generator, choices: object, jitter: float) -> np.ndarray:
    """Return one of the colours (or the only one), a little changed."""
    colours = np.atleast_2d(np.array(choices))
    colour = colours[random.integers(len(colours))]
    return np.clip(colour + random.normal(0, jitter) + random.normal(0, jitter / 3, 3), 0.05, 0.95)


def _rectangle(
    room: np.ndarray, corner: tuple[int, int], other: tuple[int, int], rgb: np.ndarray
) -> None:
    cv2.rectangle(room, corner, other, tuple(float(value) for value in rgb), -1)
