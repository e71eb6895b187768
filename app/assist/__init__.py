"""Boxes proposed by machines: the hand assistant, or any detector, for one picture or a folder."""
