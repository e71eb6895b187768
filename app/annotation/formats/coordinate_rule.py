"""How the pixels that Pascal VOC files number become edges, by labelImg or by VOC's own kit."""

from __future__ import annotations

LABELIMG_RULE = "labelimg"
DEVKIT_RULE = "voc-devkit"

FIRST_PIXEL = {LABELIMG_RULE: 0, DEVKIT_RULE: 1}
"""What a file calls the edge at the left or top of the picture, by rule.

labelImg writes edges as they are. The VOC 2012 development kit numbers pixels from 1 and has both
minima and maxima inside the box, so that the left half of a picture of 100 pixels is 1 to 50: its
minima are one more than the edge, its maxima the same.
"""
