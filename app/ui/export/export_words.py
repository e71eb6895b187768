"""Exports and problems in words."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.dataset.export import NOTES_NAME
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.kept_exports import KeptExport

translate = QCoreApplication.translate


def when_text(kept: KeptExport) -> str:
    """Return the day and time of an export as people there write it."""
    moment = QDateTime.fromSecsSinceEpoch(int(kept.when.timestamp()))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def sets_text(kept: KeptExport) -> str:
    """Return the pictures and boxes of each set; empty where nobody knows."""
    if kept.manifest is None:
        return ""
    words = translate("ExportWords", "{0}: {1} pictures, {2} boxes")
    return " · ".join(
        words.format(name, count_text(tally.images), count_text(tally.boxes.total()))
        for name, tally in kept.manifest.sets.items()
    )


def form_text(kept: KeptExport) -> str:
    """Return how large an export is, and in which forms."""
    parts = [QLocale().formattedDataSize(kept.size_bytes)]
    if kept.manifest is None:
        return parts[0]
    settings = kept.manifest.settings
    if int(settings.get("shards", 1)) > 1:
        words = translate("ExportWords", "up to {0} files for each set")
        parts.append(words.format(settings["shards"]))
    parts += ["GZIP"] if settings.get("is_compressed") else []
    parts += [str(each).upper() for each in settings.get("also", ())]
    return " · ".join(parts)


def notes_text(kept: KeptExport) -> str:
    """Return what did not go out as it stands; empty where all did."""
    if kept.manifest is None:
        return ""
    counts = Counter[str]()
    for tally in kept.manifest.sets.values():
        for kind, count in tally.notes.items():
            counts[kind] += count
    words = _note_words()
    parts = [words[kind].format(count_text(counts[kind])) for kind in words if counts[kind]]
    where = translate("ExportWords", "{0}: see {1}")
    return where.format(" · ".join(parts), NOTES_NAME) if parts else ""


def first_notes_text(kept: KeptExport) -> str:
    """Return the first notes of each kind, a line each."""
    tallies = {} if kept.manifest is None else kept.manifest.sets
    notes = [note for tally in tallies.values() for note in tally.first_notes]
    return "\n".join(f"{note.place}: {note.text}" for note in notes)


def damage_text(names: tuple[str, ...]) -> str:
    """Return which files are damaged."""
    if len(names) == 1:
        return translate("ExportWords", "Damaged: {0}. Export it again.").format(names[0])
    words = translate("ExportWords", "Damaged: {0} and {1} more. Export it again.")
    return words.format(names[0], count_text(len(names) - 1))


def problem_title(code: str) -> str:
    """Return what all problems of a code have in common."""
    titles = {
        "picture-broken": translate("ExportWords", "Pictures that can't be read"),
        "labels-broken": translate("ExportWords", "Labels that can't be read"),
        "no-labels": translate("ExportWords", "Not labelled yet"),
        "split-no-labels": translate("ExportWords", "In a set, and not labelled"),
        "no-picture": translate("ExportWords", "Labels without a picture"),
        "size-mismatch": translate("ExportWords", "Labels made for another size"),
        "exif-swap": translate("ExportWords", "Labels made before the picture was turned"),
        "box-outside": translate("ExportWords", "Boxes beyond the picture"),
        "box-empty": translate("ExportWords", "Boxes without area"),
        "unknown-class": translate("ExportWords", "Classes that the project lacks"),
        "class-twice": translate("ExportWords", "Classes that differ only in case"),
        "class-id-gap": translate("ExportWords", "Gaps in the class ids"),
        "class-empty": translate("ExportWords", "Classes without a box"),
        "class-not-in-train": translate("ExportWords", "Classes that train lacks"),
        "labels-mended": translate("ExportWords", "Labels that were read differently"),
        "labels-refused": translate("ExportWords", "Objects that were not read"),
    }
    return titles.get(code, code)


def _note_words() -> dict[str, str]:
    return {
        "left-out": translate("ExportWords", "{0} left out"),
        "background-dropped": translate("ExportWords", "{0} without boxes left out"),
        "converted": translate("ExportWords", "{0} written anew"),
        "mended": translate("ExportWords", "{0} read differently"),
        "odd": translate("ExportWords", "{0} odd"),
    }
