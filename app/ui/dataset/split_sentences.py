"""What the page says of a split, in the person's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.dataset.split_files import SplitAge
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.dataset.split_tables import SplitChange


def age_text(age: SplitAge) -> str:
    """Say how a split is older than the pictures: ``12 new, 3 gone``; empty when it is not."""
    translate = QCoreApplication.translate
    parts = [
        (len(age.new), translate("SplitWords", "{0} new")),
        (len(age.gone), translate("SplitWords", "{0} gone")),
        (len(age.unusable), translate("SplitWords", "{0} without labels that can be used")),
    ]
    told = [text.format(count_text(count)) for count, text in parts if count]
    sentences = []
    if told:
        text = translate("SplitWords", "The split is older than the pictures: {0}.")
        sentences.append(text.format(", ".join(told)))
    if age.changed_lists:
        text = translate("SplitWords", "Changed by hand since it was written: {0}.")
        sentences.append(text.format(", ".join(f"{name}.txt" for name in age.changed_lists)))
    return " ".join(sentences)


def change_text(change: SplitChange) -> str:
    """Say how many pictures a plan would put elsewhere: ``With Apply 30 change sets.``."""
    translate = QCoreApplication.translate
    parts = [
        (change.new, translate("SplitWords", "{0} pictures come into a set")),
        (change.moved, translate("SplitWords", "{0} change sets")),
        (change.gone, translate("SplitWords", "{0} leave their set")),
    ]
    told = [text.format(count_text(count)) for count, text in parts if count]
    if not told:
        return translate("SplitWords", "Every picture stays in its set.")
    return translate("SplitWords", "With Apply {0}.").format(", ".join(told))
