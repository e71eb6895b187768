"""Identity over time: which box of this frame is which object of the last."""
