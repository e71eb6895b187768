"""Boxes with class names on pictures: the labels themselves, their files and their history."""
