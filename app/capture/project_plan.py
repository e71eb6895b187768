"""The plan of a project: what is kept, else its classes, else the course's."""

from __future__ import annotations

from dataclasses import replace

from app.capture.errors import CaptureError
from app.capture.plan import CapturePlan
from app.project.colors import class_color
from app.project.project import Project


def plan_of(project: Project) -> CapturePlan:
    """Return the plan to capture by in a project.

    Raises
    ------
    CaptureError
        ``bad-plan``: the one that is kept makes no sense; naming the file.
    """
    kept = project.capture_plan
    if kept is None:
        names = tuple(item.name for item in project.classes)
        return replace(CapturePlan(), class_names=names) if names else CapturePlan()
    try:
        return CapturePlan.from_json(kept)
    except CaptureError as error:
        raise CaptureError(error.code, f"{project.file}: {error.message}", error.hint) from error


def keep_plan(project: Project, plan: CapturePlan) -> None:
    """Keep a plan in its project, which gets the classes that it lacks.

    Raises
    ------
    app.project.errors.ProjectError, app.files.FileWriteError
    """
    known = {item.name for item in project.classes}
    for name in plan.class_names:
        if name not in known:
            project.add_class(name)
    if project.capture_plan != plan.to_json():
        project.save_capture_plan(plan.to_json())


def colors_of(project: Project, plan: CapturePlan) -> tuple[str, ...]:
    """Return the colours of a plan's classes, ``#RRGGBB``: the project's, where it has them."""
    known = {item.name: item.color for item in project.classes}
    return tuple(
        known.get(name, class_color(number)) for number, name in enumerate(plan.class_names, 1)
    )
