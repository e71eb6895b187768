"""Tallybox: from labelling to counting in one window."""

__version__ = "0.1.0"
