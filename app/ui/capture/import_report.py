"""`report_text`: what became of an import, file by file where something was left out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.capture.frame_import import FrameImportReport
from app.capture.picture_import import PictureImportReport
from app.ui.capture.import_task import ImportOutcome


def report_text(outcome: ImportOutcome) -> str:
    """Return the report in lines for people."""
    lines = [_tr("New pictures: {0}.").format(outcome.new_pictures)]
    for video, report in outcome.videos:
        lines += _video_lines(video, report)
    lines += _picture_lines(outcome.pictures)
    is_complete = outcome.pictures.is_complete and all(
        report.is_complete for _, report in outcome.videos
    )
    if not is_complete:
        lines.append(_tr("Stopped. Importing the same again goes on from there."))
    lines += [str(error) for error in outcome.errors]
    lines += [f"{left.path}: {left.reason}" for left in outcome.pictures.left_out]
    return "\n".join(lines)


def _video_lines(video: Path, report: FrameImportReport) -> list[str]:
    text = _tr("{0}: {1} of {2} frames, in the folder {3}.").format(
        video.name, report.written, report.frames_read, report.folder.name
    )
    lines = [text]
    if report.known:
        lines.append(_tr("{0}: there already: {1}.").format(video.name, report.known))
    if report.warning:
        lines.append(report.warning)
    return lines


def _picture_lines(report: PictureImportReport) -> list[str]:
    lines = []
    if report.turned:
        lines.append(_tr("Turned upright: {0}.").format(report.turned))
    if report.known:
        lines.append(_tr("There already: {0}.").format(len(report.known)))
    if report.left_out:
        lines.append(_tr("Left out: {0}").format(len(report.left_out)))
    return lines


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportReport", text)
