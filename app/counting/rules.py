"""`CrossingRules`: how far, and how surely, an object must move to be counted."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class CrossingRules:
    """The figures behind a crossing; all shares are of the box's extent along the normal.

    The *extent* is the length of the box's projection on the normal of the line: the height of
    the box at a level line, its width at an upright one.

    Attributes
    ----------
    margin_min_px : float
        A side is known only farther from the line than this, in pixels, ...
    margin_ratio : float
        ... and farther than this share of the extent.
    travel_ratio : float
        A crossing is a net displacement along the normal of at least this share. Also how far
        the anchor must be out of a zone to have left it.
    motion_ratio : float
        Share of the net displacement that the motion of the pixels inside the box must back.
        A quarter: the pixels of a standing object add up to next to nothing however much its box
        flickers, while those of a moving one may be understated, where part of the box is
        background, but seldom by more than half. Where no pixels were compared the box is
        believed.
    clear_ratio : float
        A box this share beyond the line no longer touches it, so it cannot be flickering over
        it. When its pixels still do not back the passage it was put there (an identity that
        jumped to a neighbour): the new side is taken over without a count.
    """

    margin_min_px: float = 2.0
    margin_ratio: float = 0.15
    travel_ratio: float = 0.40
    motion_ratio: float = 0.25
    clear_ratio: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value < float("inf"):
                raise ValueError(f"{field.name} must be a number from 0 up, not {value!r}")
