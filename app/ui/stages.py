"""The stages of the flow, in order; each is one tab of the window."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.app_state import AppState
from app.ui.error_presenter import ErrorPresenter


class StagePage(Protocol):
    """What the window expects of a stage's widget, built as ``Page(state, errors, parent)``.

    Attributes
    ----------
    job_changed : Signal(ChildJob | None)
        The stage started a job, or has none any more.
    """

    job_changed: SignalInstance

    @property
    def is_busy(self) -> bool:
        """Whether closing the window now would lose something."""
        ...

    def actions_for_menu(self) -> list[QAction]:
        """Return what goes into the stage's menu and onto the shortcuts page."""
        ...

    def shutdown(self) -> None:
        """Stop the stage's job and wait for it; the window closes."""
        ...


class CountPage(StagePage, Protocol):
    """What the window asks of the stage *Count* beyond."""

    def open_source(self, text: str) -> None:
        """Count in a source: a path, a camera number, an address."""
        ...

    def open_sample(self) -> None:
        """Count in the sample that comes with Tallybox."""
        ...


class AnnotatePage(StagePage, Protocol):
    """What the window asks of the stage *Annotate* beyond."""

    def open_folder(
        self, images: Path, *, class_names: Sequence[str] = (), labels: Path | None = None
    ) -> None:
        """Label the pictures of a plain folder."""
        ...

    def show_picture(self, path: Path) -> None:
        """Show a picture of the open project."""
        ...


class ExportPage(StagePage, Protocol):
    """What the window asks of the stage *Export* beyond."""

    picture_requested: SignalInstance
    """A picture of the project (Path) is to be shown in Annotate."""
    split_requested: SignalInstance
    """The pictures are to be split first."""


class CapturePage(StagePage, Protocol):
    """What the window asks of the stage *Capture* beyond."""

    next_requested: SignalInstance
    """The pictures are taken: on to the next stage."""


class DatasetPage(StagePage, Protocol):
    """What the window asks of the stage *Dataset* beyond."""

    def open_folder(self, images: Path, labels: Path | None = None) -> None:
        """Look through the pictures of a plain folder."""
        ...

    def show_split(self) -> None:
        """Bring the page Split to the front."""
        ...


@dataclass(frozen=True)
class Stage:
    """One tab.

    Attributes
    ----------
    key : str
        For settings and object names.
    title : str
        English; `display_title` translates it.
    icon : str
        Name in ``resources/icons``.
    page : str
        ``module:Class`` of a widget that is a `StagePage`. By name, because it is loaded only
        when it is first looked at: the window must appear before.
    needs_project : bool
    purpose : str
        What one does here; shown where a project is missing.
    """

    key: str
    title: str
    icon: str
    page: str
    needs_project: bool
    purpose: str = ""

    @property
    def display_title(self) -> str:
        """The title in the person's language."""
        return QCoreApplication.translate("Stage", self.title)

    @property
    def display_purpose(self) -> str:
        """The purpose in the person's language."""
        return QCoreApplication.translate("Stage", self.purpose)

    def make_page(self, state: AppState, errors: ErrorPresenter, parent: QWidget) -> QWidget:
        """Load and build the stage's widget."""
        module_name, _, class_name = self.page.partition(":")
        page_class = getattr(importlib.import_module(module_name), class_name)
        return cast("QWidget", page_class(state, errors, parent))


STAGES = (
    Stage(
        key="capture",
        title=str(QT_TRANSLATE_NOOP("Stage", "Capture")),
        icon="camera",
        page="app.ui.capture.capture_tab:CaptureTab",
        needs_project=True,
        purpose=str(
            QT_TRANSLATE_NOOP("Stage", "Take pictures of each class, or import them into it.")
        ),
    ),
    Stage(
        key="annotate",
        title=str(QT_TRANSLATE_NOOP("Stage", "Annotate")),
        icon="tag",
        page="app.ui.annotate.annotate_tab:AnnotateTab",
        needs_project=False,
    ),
    Stage(
        key="dataset",
        title=str(QT_TRANSLATE_NOOP("Stage", "Dataset")),
        icon="table",
        page="app.ui.dataset.dataset_tab:DatasetTab",
        needs_project=False,
    ),
    Stage(
        key="export",
        title=str(QT_TRANSLATE_NOOP("Stage", "Export")),
        icon="save",
        page="app.ui.export.export_tab:ExportTab",
        needs_project=True,
        purpose=str(
            QT_TRANSLATE_NOOP("Stage", "Write the records, tables and label maps to train with.")
        ),
    ),
    Stage(
        key="count",
        title=str(QT_TRANSLATE_NOOP("Stage", "Count")),
        icon="count",
        page="app.ui.count.count_tab:CountTab",
        needs_project=False,
    ),
)
