"""A model's proposals, and what a person decides on them."""
