"""Durations, counts and days as the statistics say them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

_SECONDS_SAID_BELOW = 600  # of longer times they are noise


def duration_text(seconds: float) -> str:
    """Return ``8.4 s``, ``42 s``, ``2 min 5 s``, ``35 min`` or ``1 h 12 min``."""
    translate = QCoreApplication.translate
    if seconds < 9.95:
        return translate("Durations", "{0} s").format(QLocale().toString(seconds, "f", 1))
    whole = round(seconds)
    if whole < 60:
        return translate("Durations", "{0} s").format(whole)
    if whole < _SECONDS_SAID_BELOW and whole % 60:
        return translate("Durations", "{0} min {1} s").format(whole // 60, whole % 60)
    minutes = round(whole / 60)
    if minutes < 60:
        return translate("Durations", "{0} min").format(minutes)
    return translate("Durations", "{0} h {1} min").format(minutes // 60, minutes % 60)


def count_text(number: int) -> str:
    """Return a whole number with the digits grouped as people there do."""
    return QLocale().toString(number)


def day_text(day: date) -> str:
    """Return a day without its year: ``3 Mar``."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM")
