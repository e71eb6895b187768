"""Makes the project of hands that show the numbers 1 to 5: ``sample_data/gestures``.

python -m sample_data.make_gestures
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from app.files import atomic_write_bytes, atomic_write_text
from app.project.project import Project
from sample_data.hand_drawing import draw_hand
from sample_data.hand_shape import INDEX, MIDDLE, PINKY, RING, THUMB, Look
from sample_data.room_drawing import OVERSAMPLING, SIZE, draw_room

GESTURES = Path(__file__).with_name("gestures")
SEED = 20261
WIDTH, HEIGHT = 320, 240
JPEG_QUALITY = 88
MARGIN = 0.03
FINGERS = {
    1: ({INDEX},),
    2: ({INDEX, MIDDLE},),
    3: ({INDEX, MIDDLE, RING}, {THUMB, INDEX, MIDDLE}),
    4: ({INDEX, MIDDLE, RING, PINKY},),
    5: ({THUMB, INDEX, MIDDLE, RING, PINKY},),
}
SKINS = (
    (0.91, 0.74, 0.65),
    (0.90, 0.71, 0.59),
    (0.88, 0.68, 0.54),
    (0.80, 0.58, 0.43),
    (0.69, 0.47, 0.34),
    (0.56, 0.37, 0.27),
    (0.44, 0.29, 0.21),
    (0.34, 0.22, 0.17),
)
CLOTHS = (
    (0.16, 0.22, 0.36),
    (0.62, 0.16, 0.17),
    (0.23, 0.38, 0.28),
    (0.85, 0.83, 0.78),
    (0.20, 0.20, 0.22),
    (0.83, 0.62, 0.20),
    (0.45, 0.60, 0.74),
    (0.50, 0.33, 0.48),
)
LABEL = """<annotation>
\t<folder>{folder}</folder>
\t<filename>{name}</filename>
\t<path>{name}</path>
\t<source>
\t\t<database>Unknown</database>
\t</source>
\t<size>
\t\t<width>{width}</width>
\t\t<height>{height}</height>
\t\t<depth>3</depth>
\t</size>
\t<segmented>0</segmented>
\t<object>
\t\t<name>{class_name}</name>
\t\t<pose>Unspecified</pose>
\t\t<truncated>{truncated}</truncated>
\t\t<difficult>0</difficult>
\t\t<bndbox>
\t\t\t<xmin>{box[0]}</xmin>
\t\t\t<ymin>{box[1]}</ymin>
\t\t\t<xmax>{box[2]}</xmax>
\t\t\t<ymax>{box[3]}</ymax>
\t\t</bndbox>
\t</object>
</annotation>
"""


@dataclass(frozen=True)
class Session:
    """One place in which pictures are taken.

    Attributes
    ----------
    examples : int
        Pictures of each class.
    unlabelled : int
        How many of them, the last ones, get no label.
    warmth : float
        Colour of its light: above 0 yellow, below 0 blue.
    """

    name: str
    examples: int
    unlabelled: int
    warmth: float
    brightness: float


@dataclass(frozen=True)
class Shot:
    """One picture of the plan."""

    session: Session
    class_id: int
    example: int

    @property
    def name(self) -> str:
        return f"c{self.class_id}_e{self.example}.jpg"

    @property
    def is_labelled(self) -> bool:
        return self.example <= self.session.examples - self.session.unlabelled


SESSIONS = (
    Session("hallway", 5, 0, 0.25, 1.05),
    Session("office", 5, 1, -0.15, 1.15),
    Session("workshop", 4, 1, 0.05, 0.95),
)


def plan() -> Iterator[Shot]:
    for session in SESSIONS:
        for class_id in FINGERS:
            for example in range(1, session.examples + 1):
                yield Shot(session, class_id, example)


def take(shot: Shot) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """Return the picture (240, 320, 3) BGR and the box round the hand, edges in pixels."""
    random = np.random.default_rng(
        [SEED, SESSIONS.index(shot.session), shot.class_id, shot.example]
    )
    light = _light(random)
    look = _look(shot, random)
    hand, arm, is_hand = draw_hand(look, light, SIZE, random)
    room = draw_room(shot.session.name, random)
    room = _shaded(room, arm, light, look, random)
    picture = np.where(arm[..., None], hand, room)
    picture = _photographed(picture, shot.session, random)
    return picture, _box(is_hand)


def write_sample(folder: Path) -> None:
    """Make the whole project in `folder`, which must not be there yet."""
    project = Project.create(folder, name="Gestures")
    for class_id in FINGERS:
        project.add_class(f"d{class_id}")
    for shot in plan():
        picture, box = take(shot)
        images = project.images_folder / shot.session.name
        images.mkdir(exist_ok=True)
        atomic_write_bytes(images / shot.name, encoded(picture))
        if shot.is_labelled:
            labels = folder / "annotations" / shot.session.name
            labels.mkdir(exist_ok=True)
            text = _label(shot, box)
            atomic_write_text((labels / shot.name).with_suffix(".xml"), text)


def encoded(picture: np.ndarray) -> bytes:
    """Return the picture as JPEG."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()


def _light(random: np.random.Generator) -> np.ndarray:
    """A lamp or window: above, to one side, before the hand."""
    side = random.choice((-1, 1)) * random.uniform(0.25, 0.9)
    light = np.array([side, -random.uniform(0.35, 0.8), random.uniform(0.6, 1.0)])
    return light / np.linalg.norm(light)


def _look(shot: Shot, random: np.random.Generator) -> Look:
    choices = FINGERS[shot.class_id]
    skin = np.array(SKINS[random.integers(len(SKINS))]) * random.uniform(0.97, 1.03, 3)
    patterns = ("plain", "plain", "striped", "ribbed")
    look = Look(
        raised=frozenset(choices[(shot.example - 1) % len(choices)]),
        is_back=bool(random.random() < 0.4),
        is_mirrored=bool(random.random() < 0.5),
        roll_deg=random.uniform(-25, 25),
        yaw_deg=random.uniform(-20, 20),
        pitch_deg=random.uniform(-18, 14),
        palm_px=OVERSAMPLING * random.uniform(56, 84),
        centre_px=(0.0, 0.0),
        skin_rgb=tuple(np.clip(skin, 0, 0.95)),
        sleeve_rgb=CLOTHS[random.integers(len(CLOTHS))],
        sleeve_from=random.uniform(0.25, 1.1),
        sleeve_pattern=patterns[random.integers(len(patterns))],
        slimness=random.uniform(0.92, 1.08),
        spread=random.uniform(0.75, 1.35),
    )
    return replace(look, centre_px=_centre(look, shot.example > 1, random))


def _centre(look: Look, may_be_cut: bool, random: np.random.Generator) -> tuple[float, float]:
    """Mostly well inside the picture; some hands are cut, but never a finger that counts."""
    palm_px = look.palm_px
    across = random.uniform(1.15 * palm_px, SIZE[1] - 1.15 * palm_px)
    top, bottom = 1.3 * palm_px, SIZE[0] - 1.1 * palm_px
    down = random.uniform(min(top, bottom), max(top, bottom))
    cut = random.random() if may_be_cut else 1.0
    if cut < 0.08:
        down = SIZE[0] - random.uniform(0.3, 0.7) * palm_px
    elif cut < 0.3 and look.raised <= {INDEX, MIDDLE}:
        # The side of the little finger, which is folded.
        is_right = look.is_back == look.is_mirrored
        lean = np.sin(np.radians(look.roll_deg)) * (1 if look.is_back else -1)
        inside = (random.uniform(0.2, 0.4) + 1.1 * max(lean, 0)) * palm_px
        across = SIZE[1] - inside if is_right else inside
    return float(across), float(down)


def _box(is_hand: np.ndarray) -> tuple[int, int, int, int]:
    """Return the hull of the hand and a few percent more, inside the picture."""
    rows, columns = np.flatnonzero(is_hand.any(axis=1)), np.flatnonzero(is_hand.any(axis=0))
    left, right = columns[0] / OVERSAMPLING, (columns[-1] + 1) / OVERSAMPLING
    top, bottom = rows[0] / OVERSAMPLING, (rows[-1] + 1) / OVERSAMPLING
    aside, above = MARGIN * (right - left), MARGIN * (bottom - top)
    # As labelImg writes it: no coordinate below 1.
    return (
        max(1, int(left - aside)),
        max(1, int(top - above)),
        min(WIDTH, int(np.ceil(right + aside))),
        min(HEIGHT, int(np.ceil(bottom + above))),
    )


def _label(shot: Shot, box: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = box
    is_cut = left <= 1 or top <= 1 or right >= WIDTH or bottom >= HEIGHT
    return LABEL.format(
        folder=shot.session.name,
        name=shot.name,
        width=WIDTH,
        height=HEIGHT,
        class_name=f"d{shot.class_id}",
        truncated=int(is_cut),
        box=box,
    )


def _shaded(
    room: np.ndarray,
    arm: np.ndarray,
    light: np.ndarray,
    look: Look,
    random: np.random.Generator,
) -> np.ndarray:
    """Throw the arm's soft shadow onto what is behind it."""
    distance = look.palm_px * random.uniform(0.4, 1.2)
    shift = -light[:2] / light[2] * distance
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    shadow = cv2.warpAffine(arm.astype(np.float32), move, SIZE[::-1])
    shadow = cv2.GaussianBlur(shadow, (0, 0), distance * 0.22)
    return room * (1 - random.uniform(0.0, 0.45) * shadow)[..., None]


def _photographed(picture: np.ndarray, session: Session, random: np.random.Generator) -> np.ndarray:
    """What a webcam makes of it: light, white balance, a little blur, noise, 8 bits."""
    small = cv2.resize(picture.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    warmth = session.warmth + random.normal(0, 0.15)
    balance = np.array([1 + 0.18 * warmth, 1.0, 1 - 0.24 * warmth])
    # Automatic exposure evens the light out, but not wholly.
    exposure = session.brightness * (0.28 / small.mean()) ** 0.6 * np.exp(random.normal(0, 0.12))
    small = small * balance * exposure
    rows, columns = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    small = small * (1 - random.uniform(0.02, 0.12) * (rows**2 + columns**2))[..., None]
    small = cv2.GaussianBlur(small, (0, 0), random.uniform(0.3, 0.65))
    bright = 255 * np.clip(small, 0, None) ** (1 / 2.2)
    # Highlights roll off instead of being cut.
    bright = np.where(bright > 200, 200 + 55 * np.tanh((bright - 200) / 75), bright)
    grain = random.normal(0, 1, (HEIGHT, WIDTH, 1)) + random.normal(0, 0.5, (HEIGHT, WIDTH, 3))
    bright = bright + grain * random.uniform(1.0, 3.2)
    return np.clip(np.round(bright[..., ::-1]), 0, 255).astype(np.uint8)


def main() -> None:
    shutil.rmtree(GESTURES, ignore_errors=True)
    write_sample(GESTURES)
    pictures = list(GESTURES.glob("images/*/*.jpg"))
    print(f"{len(pictures)} pictures, {sum(p.stat().st_size for p in pictures) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
