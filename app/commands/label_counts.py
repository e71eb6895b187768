"""How far the labelling is, for a command to print: in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.annotation.statistics import LabelStatistics
    from app.project.project import Project

_CLASSES_NAMED = 20


def counts_words(labels: LabelStatistics) -> str:
    """Return a line such as "60 of 70 pictures labelled (85 %), 60 boxes: d1 12, d2 48."."""
    text = (
        f"{labels.done} of {labels.pictures} pictures labelled ({labels.percent_done} %), "
        f"{labels.boxes} {'box' if labels.boxes == 1 else 'boxes'}"
    )
    named = [f"{item.name} {item.boxes}" for item in labels.classes[:_CLASSES_NAMED]]
    left = len(labels.classes) - len(named)
    if left:
        named.append(f"and {left} more classes")
    return f"{text}: {', '.join(named)}." if named else f"{text}."


def counts_json(
    labels: LabelStatistics, folder: LabelFolder, project: Project | None
) -> dict[str, Any]:
    """Return the counts with the seconds spent, as the page of statistics has them."""
    from app.annotation.statistics import TimeStatistics, statistics_json
    from app.project.activity import ActivityFile, LabelingTime, activity_path

    path = activity_path(folder.images, project.folder if project else None)
    time = LabelingTime(ActivityFile(path))
    return statistics_json(labels, TimeStatistics(time.by_image(), time.by_day()))
