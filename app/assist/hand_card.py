"""What is known of the hand assistant without loading its networks."""

from __future__ import annotations

HAND_NAME = "hand"
HAND_VERSION = "1"  # of networks and settings together: what a person rejected is kept by it
HAND_SCORE = 0.7  # the landmark network is sure or not: little lies between
