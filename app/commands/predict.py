"""``tallybox predict``: what a model or the hand assistant finds in pictures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.annotation.errors import AnnotationError
from app.commands.output import JsonOption, print_json
from app.project.activity import ActivityFile, activity_path
from app.project.project import Project
from app.project.proposals import ProposalStore

if TYPE_CHECKING:  # models are heavy, and --help must not wait for them
    from app.assist.picture_proposing import PictureProposing
    from app.assist.proposers import Proposer
    from app.commands.prediction_files import Prediction

_FORMATS = ("picture", "json", "voc")  # as `app.commands.prediction_files` has them
_HAND_CLASS = "hand"  # what the hand assistant's boxes are called where nothing tells more


def predict(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE|FOLDER...", help="Pictures, or folders of pictures."),
    ],
    *,
    model: Annotated[
        str,
        typer.Option(
            help="hand (the hand assistant), or name or path of a model.",
            show_default="the starter",
        ),
    ] = "",
    score: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Least score.", show_default="the model's choice"),
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Project whose models and classes are known."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New or empty folder for one file a picture."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help=f"One of {', '.join(_FORMATS)}.")
    ] = "picture",
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Put what is found into the project, to be reviewed."),
    ] = False,
    class_name: Annotated[
        str, typer.Option("--class", metavar="NAME", help="What the found hands show.")
    ] = "",
    all_classes: Annotated[
        bool,
        typer.Option("--all-classes", help="With --propose: also classes the project lacks."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Find objects in pictures, and print, write or propose them."""
    from app.assist.proposers import open_proposer

    if form not in _FORMATS:
        raise typer.BadParameter(f"No format {form!r}; there are {', '.join(_FORMATS)}.")
    if propose and project is None:
        raise typer.BadParameter("--propose needs --project.")
    opened = None if project is None else Project.open(project)
    pictures = _pictures(sources)
    if output is not None:
        _check_output(output)
    classes = {} if opened is None else {item.id: item.name for item in opened.classes}
    proposer = open_proposer(
        model,
        classes=classes,
        models_dir=None if opened is None else opened.models_folder,
        min_score=score,
        takes_other_classes=all_classes or not propose,
    )
    try:
        run = _Run(proposer, classes, class_name, opened if propose else None, output, form)
        run.look_at(pictures, is_quiet=as_json)
    finally:
        proposer.close()
    if as_json:
        print_json(run.to_json())
    else:
        run.print_table()
    return 0 if run.predictions or not pictures else 1


class _Run:
    """One look at all pictures."""

    def __init__(
        self,
        proposer: Proposer,
        classes: dict[int, str],
        class_name: str,
        project: Project | None,
        output: Path | None,
        form: str,
    ) -> None:
        self._proposer, self._classes, self._class_name = proposer, classes, class_name
        self._project, self._output, self._form = project, output, form
        self.predictions: list[Prediction] = []
        self.skipped: list[dict[str, str]] = []
        self._kept: PictureProposing | None = None

    def look_at(self, pictures: dict[PurePosixPath, Path], *, is_quiet: bool) -> None:
        """Look at every picture; one that can't be read is told and left out."""
        from rich.console import Console
        from rich.progress import track

        from app.imaging import ImageReadError

        console = Console(stderr=True)
        is_silent = is_quiet or not console.is_terminal
        steps = track(pictures.items(), "Looking", console=console, disable=is_silent)
        for name, path in steps:
            try:
                self._look(name, path)
            except ImageReadError as error:
                self.skipped.append({"picture": str(path), "message": error.message})
                sys.stderr.write(f"warning: {error}\n")

    def _look(self, name: PurePosixPath, path: Path) -> None:
        from app.assist.picture_class import class_of_picture
        from app.commands.prediction_files import Prediction, write_prediction
        from app.imaging import read_image

        image_bgr = read_image(path)
        height, width = image_bgr.shape[:2]
        if self._project is not None:
            found = self._proposing(self._project).propose_for(
                self._in_project(self._project, path), image_bgr, class_name=self._class_name
            )
        else:
            image = path.as_posix()
            own = class_of_picture(image, self._classes) or self._class_name or _HAND_CLASS
            found = tuple(self._proposer.propose(image_bgr, class_name=own))
        prediction = Prediction(path, name, width, height, found)
        if self._output is not None:
            write_prediction(self._output, prediction, image_bgr, self._form)
        self.predictions.append(prediction)

    def _proposing(self, project: Project) -> PictureProposing:
        from app.annotation.label_folder import LabelFolder
        from app.assist.picture_proposing import PictureProposing

        if self._kept is None:
            activity = ActivityFile(activity_path(project.images_folder, project.folder))
            folder = LabelFolder.of_project(project)
            self._kept = PictureProposing(
                self._proposer, folder, ProposalStore(activity), self._classes
            )
        return self._kept

    @staticmethod
    def _in_project(project: Project, path: Path) -> Path:
        """Return a picture's path as the project knows it.

        Raises
        ------
        AnnotationError
            "not-in-folder".
        """
        resolved = path.resolve()
        if not resolved.is_relative_to(project.images_folder):
            raise AnnotationError(
                "not-in-folder",
                f"{path} is not one of the project's pictures in {project.images_folder}.",
                "Import it first, or leave --propose out.",
            )
        return resolved

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "model": self._proposer.name,
            "version": self._proposer.version,
            "pictures": [each.to_json() for each in self.predictions],
            "skipped": self.skipped,
            "output": None if self._output is None else str(self._output),
            "is_proposed": self._project is not None,
        }

    def print_table(self) -> None:
        """Print a line for each picture, and the sum."""
        width = max((len(str(each.name)) for each in self.predictions), default=0)
        for each in self.predictions:
            typer.echo(f"{each.name!s:{width}}  {_words(each)}")
        boxes = sum(len(each.found) for each in self.predictions)
        what = "proposed for review" if self._project is not None else "found"
        typer.echo(
            f"{boxes} boxes {what} in {len(self.predictions)} pictures by {self._proposer.name}."
        )
        if self._output is not None:
            typer.echo(f"Written to {self._output}.")


def _words(prediction: Prediction) -> str:
    counts = Counter(each.class_name for each in prediction.found)
    best = {each.class_name: each.score for each in reversed(prediction.found)}
    return ", ".join(f"{n} {name} ({best[name]:.2f})" for name, n in counts.items()) or "-"


def _pictures(sources: list[Path]) -> dict[PurePosixPath, Path]:
    """Return all pictures by the name their output gets, in a person's order.

    Raises
    ------
    AnnotationError
        A source is not there, or a folder can't be listed.
    """
    found: dict[PurePosixPath, Path] = {}
    taken: set[PurePosixPath] = set()  # without suffix: a.jpg and a.png would be one a.xml
    for source in sources:
        for name, path in _pictures_of(source.absolute()):
            own, number = name, 2
            while own.with_suffix("") in taken:
                own = name.with_name(f"{name.stem}-{number}{name.suffix}")
                number += 1
            taken.add(own.with_suffix(""))
            found[own] = path
    return found


def _pictures_of(source: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    from app.annotation.label_folder import LabelFolder

    if source.is_dir():
        for path in LabelFolder(source).pictures():
            yield PurePosixPath(path.relative_to(source).as_posix()), path
    elif source.exists():
        yield PurePosixPath(source.name), source
    else:
        raise AnnotationError(
            "no-such-picture", f"There is no picture or folder {source}.", "Check the name."
        )


def _check_output(output: Path) -> None:
    """Refuse a folder with something in it: nothing is ever written over labels or pictures."""
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise AnnotationError(
            "output-exists", f"{output} is there already.", "Name a new or an empty folder."
        )
