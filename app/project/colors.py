"""One colour for each class, the same in the window and in annotated video."""

from __future__ import annotations

# Okabe and Ito's palette (jfly.uni-koeln.de/color), told apart by people with colour
# blindness as well; its black is left out, and two light tints widen it.
PALETTE = (
    "#56b4e9",
    "#e69f00",
    "#00b988",
    "#f0e442",
    "#cc79a7",
    "#d55e00",
    "#3b82f6",
    "#b8de6f",
    "#ff9da7",
    "#9d8df1",
)


def class_color(class_id: int) -> str:
    """Return the colour of a 1-based class id, ``#rrggbb``."""
    return PALETTE[(class_id - 1) % len(PALETTE)]
