"""`LabeledBox` and `ImageAnnotation`: what a person says about one picture."""

from __future__ import annotations

from dataclasses import dataclass

UNSPECIFIED_POSE = "Unspecified"


@dataclass(frozen=True)
class LabeledBox:
    """One object in one picture.

    Attributes
    ----------
    class_name : str
    xmin, ymin, xmax, ymax : float
        Pixels of the upright picture (EXIF rotation applied), origin top-left, y down. Edges, not
        pixel centres: a box over the whole picture is (0, 0, width, height).
    pose : str
        As in Pascal VOC; "Unspecified" where nobody said.
    is_truncated : bool
        The object goes on outside the picture.
    is_difficult : bool
        Hard to recognise; evaluations may leave it out.
    is_occluded : bool
        Something stands before it.
    origin : int or None
        Which object of the file it was read from, counted from 0; None for a box that is new.
        What that file says beyond these fields stays with the box when it is written again.
    """

    class_name: str
    xmin: float
    ymin: float
    xmax: float
    ymax: float
    pose: str = UNSPECIFIED_POSE
    is_truncated: bool = False
    is_difficult: bool = False
    is_occluded: bool = False
    origin: int | None = None

    @property
    def box_xyxy(self) -> tuple[float, float, float, float]:
        """The four edges."""
        return (self.xmin, self.ymin, self.xmax, self.ymax)

    @property
    def area_px(self) -> float:
        """Width times height; 0 for a box that is inside out."""
        return max(0.0, self.xmax - self.xmin) * max(0.0, self.ymax - self.ymin)


@dataclass(frozen=True)
class ImageAnnotation:
    """All labels of one picture.

    Attributes
    ----------
    width, height : int
        Of the upright picture, pixels.
    depth : int
        Colour channels: 3, or 1 for grey.
    boxes : tuple of LabeledBox
    is_verified : bool
        A person has looked at all of it and agrees.
    """

    width: int
    height: int
    depth: int = 3
    boxes: tuple[LabeledBox, ...] = ()
    is_verified: bool = False


@dataclass(frozen=True)
class Note:
    """One thing that an import or a reader mended, refused, or could not keep.

    Attributes
    ----------
    kind : {"mended", "refused", "lost"}
        Read differently from how it stands; left out; or not expressible in the other format.
    place : str
        The file, and where in it: ``cat.xml, object 2``.
    text : str
        What was wrong and what was done about it, one sentence.
    """

    kind: str
    place: str
    text: str
