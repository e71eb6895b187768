"""How far the labels are, and how long they took."""
