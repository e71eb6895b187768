"""Reasons, measures and differences of pictures as a person says them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication, QLocale

from app.dataset.findings import Suspect
from app.dataset.left_out import LeftOut
from app.dataset.measures import PictureMeasures
from app.ui.dataset.review import Group

_AS_SHARP = 1.25  # what `app.dataset.duplicates` takes for equally sharp
_MUCH_LARGER = 1.1  # files of the same picture differ by some bytes


def group_title(group: Group) -> str:
    """Return what a group of suspects is called."""
    translate = QCoreApplication.translate
    return {
        "broken": translate("CleanWords", "Unreadable"),
        "exact": translate("CleanWords", "Exact duplicates"),
        "near": translate("CleanWords", "Near duplicates"),
        "dark": translate("CleanWords", "Dark"),
        "bright": translate("CleanWords", "Bright"),
        "empty": translate("CleanWords", "Nearly empty"),
        "blur": translate("CleanWords", "Blurred"),
        "odd": translate("CleanWords", "Odd size or shape"),
    }[group]


def group_hint(group: Group) -> str:
    """Return what the pictures of a group have in common."""
    translate = QCoreApplication.translate
    return {
        "broken": translate("CleanWords", "No program can open them, or only in part."),
        "exact": translate("CleanWords", "The same file more than once."),
        "near": translate("CleanWords", "The same picture in another size or quality."),
        "dark": translate("CleanWords", "Even the brightest parts are dark."),
        "bright": translate("CleanWords", "Even the darkest parts are bright."),
        "empty": translate("CleanWords", "Nearly all of it is plain."),
        "blur": translate("CleanWords", "Less sharp than the others of the session."),
        "odd": translate("CleanWords", "Far larger, smaller or longer than the others."),
    }[group]


def measure_text(suspect: Suspect) -> str:
    """Return what was measured and the limit that it is beyond."""
    translate = QCoreApplication.translate
    if suspect.reason == "broken":
        return translate("CleanWords", "can't be read")
    if suspect.reason == "exact":
        return translate("CleanWords", "the same file as {0}").format(suspect.kept)
    if suspect.reason == "near":
        text = translate("CleanWords", "looks like {0}; at most {1} different, limit {2}")
        return text.format(suspect.kept, _decimal(suspect.measure), _decimal(suspect.limit))
    text = {
        "blur": translate("CleanWords", "sharpness {0} of the session's median; limit {1}"),
        "dark": translate("CleanWords", "brightest parts {0} of 255; limit {1}"),
        "bright": translate("CleanWords", "darkest parts {0} of 255; limit {1}"),
        "empty": translate("CleanWords", "{0} of it plain; limit {1}"),
        "shape": translate("CleanWords", "{0} times as long as wide; limit {1}"),
        "size": translate("CleanWords", "{0} of the session's usual side; limit {1}"),
    }[suspect.reason]
    write = _whole if suspect.reason in ("dark", "bright") else _decimal
    return text.format(write(suspect.measure), write(suspect.limit))


def left_out_text(left_out: LeftOut) -> str:
    """Return a file or folder that is not looked at, and why."""
    translate = QCoreApplication.translate
    reason = {
        "not-a-picture": translate("CleanWords", "not a picture"),
        "hidden": translate("CleanWords", "hidden"),
        "linked-folder": translate("CleanWords", "linked folder"),
        "folder-not-readable": translate("CleanWords", "folder not readable"),
    }[left_out.reason]
    return f"{left_out.name}: {reason}"


def facts_text(picture: PictureMeasures, labelled: Collection[str]) -> str:
    """Return size, weight, sharpness and whether there are labels, in one line."""
    translate = QCoreApplication.translate
    parts = [_bytes(picture)]
    if not picture.error:
        parts = [_size(picture), *parts]
        parts.append(translate("CleanWords", "sharpness {0}").format(_decimal(picture.sharpness)))
    if picture.name in labelled:
        parts.append(translate("CleanWords", "labelled"))
    else:
        parts.append(translate("CleanWords", "no labels"))
    return " · ".join(parts)


def difference_text(
    picture: PictureMeasures, best: PictureMeasures, labelled: Collection[str]
) -> str:
    """Return how a duplicate differs from the best of its cluster."""
    translate = QCoreApplication.translate
    if picture.sha256 == best.sha256:
        parts = [translate("CleanWords", "The same file, byte for byte")]
    else:
        parts = [*_size_words(picture, best), *_sharpness_words(picture, best)]
    has_labels, best_has = picture.name in labelled, best.name in labelled
    if has_labels and not best_has:
        parts.append(translate("CleanWords", "has labels, the best has none"))
    elif best_has and not has_labels:
        parts.append(translate("CleanWords", "no labels, the best has some"))
    elif has_labels:
        parts.append(translate("CleanWords", "both have labels"))
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _size_words(picture: PictureMeasures, best: PictureMeasures) -> list[str]:
    translate = QCoreApplication.translate
    pixels, best_pixels = (each.width * each.height for each in (picture, best))
    if pixels != best_pixels:
        text = (
            translate("CleanWords", "smaller ({0} for {1})")
            if pixels < best_pixels
            else translate("CleanWords", "larger ({0} for {1})")
        )
        return [text.format(_size(picture), _size(best))]
    same = translate("CleanWords", "as large")
    if picture.file_bytes * _MUCH_LARGER < best.file_bytes:
        text = translate("CleanWords", "more compressed ({0} for {1})")
    elif picture.file_bytes > best.file_bytes * _MUCH_LARGER:
        text = translate("CleanWords", "less compressed ({0} for {1})")
    else:
        return [same]
    return [same, text.format(_bytes(picture), _bytes(best))]


def _sharpness_words(picture: PictureMeasures, best: PictureMeasures) -> list[str]:
    translate = QCoreApplication.translate
    if picture.detail_px * _AS_SHARP < best.detail_px:
        text = translate("CleanWords", "less sharp")
    elif picture.detail_px > best.detail_px * _AS_SHARP:
        text = translate("CleanWords", "sharper")
    else:
        text = translate("CleanWords", "as sharp")
    return [text]


def _size(picture: PictureMeasures) -> str:
    return f"{picture.width} × {picture.height}"


def _bytes(picture: PictureMeasures) -> str:
    return QLocale().formattedDataSize(
        picture.file_bytes, 0, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def _decimal(value: float) -> str:
    return QLocale().toString(value, "f", 2)


def _whole(value: float) -> str:
    return QLocale().toString(round(value))
