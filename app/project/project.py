"""A project folder: ``tallybox.toml`` and the places of everything else."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.files import atomic_write_text, write_error
from app.project.classes import ObjectClass, checked, new_class, read_classes
from app.project.errors import ProjectError
from app.project.scenes import source_key, without_none

PROJECT_FILE = "tallybox.toml"
SCHEMA_VERSION = 1
COORDINATE_RULES = ("labelimg", "voc-devkit")
"""What coordinates in label files may mean, the default first: edges as labelImg writes them; or
pixels counted from 1, as the development kit of Pascal VOC does."""

_Document = MutableMapping[str, Any]


def is_project(path: Path) -> bool:
    """Whether `path` is the folder of a project, or its ``tallybox.toml``."""
    return path.name == PROJECT_FILE or (path / PROJECT_FILE).is_file()


class Project:
    """An open project. Every change is written at once, whole or not at all.

    A change reads the file again first and touches only its own keys: comments, unknown keys and
    what another program changed meanwhile stay.

    Attributes
    ----------
    folder : Path
        Absolute.
    name : str
    classes : tuple of ObjectClass
        In the order of the file.
    coordinate_rule : str
        One of `COORDINATE_RULES`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._take(_read(self.file))

    @classmethod
    def create(
        cls, folder: Path, *, name: str = "", coordinate_rule: str = COORDINATE_RULES[0]
    ) -> Project:
        """Make a project in `folder`, which is made too unless it is there and empty.

        The rule of the coordinates is fixed from then on: the labels are written by it.

        Raises
        ------
        ProjectError
            When `folder` is a project, a file, or has something in it; or there is no such rule.
        app.files.FileWriteError
        """
        folder = folder.resolve()
        _check_free(folder)
        document = tomlkit.document()
        document.add(tomlkit.comment("A Tallybox project. Class ids are never renumbered."))
        document["schema_version"] = SCHEMA_VERSION
        document["name"] = name.strip() or folder.name
        document["next_class_id"] = 1
        if coordinate_rule != COORDINATE_RULES[0]:
            document["coordinate_rule"] = coordinate_rule
        _coordinate_rule(document, folder / PROJECT_FILE)
        try:
            (folder / "images").mkdir(parents=True, exist_ok=True)
            (folder / "annotations").mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(folder, error) from error
        atomic_write_text(folder / PROJECT_FILE, tomlkit.dumps(document))
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> Project:
        """Open the project in `folder`; its ``tallybox.toml`` may be given as well.

        Raises
        ------
        ProjectError
            When there is none, it is broken, or a newer Tallybox made it. Nothing is changed.
        """
        return cls(folder.parent if folder.name == PROJECT_FILE else folder)

    @property
    def file(self) -> Path:
        """Path of ``tallybox.toml``."""
        return self.folder / PROJECT_FILE

    @property
    def images_folder(self) -> Path:
        """Where captured and imported images are."""
        return self.folder / "images"

    @property
    def annotations_folder(self) -> Path:
        """Where the labels of the images are, by the same relative path."""
        return self.folder / "annotations"

    @property
    def models_folder(self) -> Path:
        """Where trained and imported model packages are."""
        return self.folder / "models"

    @property
    def trash_folder(self) -> Path:
        """Where pictures go that were deleted, with their labels."""
        return self.folder / "trash"

    @property
    def counts_folder(self) -> Path:
        """Where counting runs leave their events, summaries and videos."""
        return self.folder / "counts"

    def rename(self, name: str) -> None:
        """Give the project another name; the folder keeps its own."""
        if not name.strip():
            raise ProjectError("project-name", "A project needs a name.")
        with self._editing() as document:
            document["name"] = name.strip()

    def class_of(self, class_id: int) -> ObjectClass:
        """Return the class with this id.

        Raises
        ------
        ProjectError
        """
        for item in self.classes:
            if item.id == class_id:
                return item
        raise ProjectError("no-such-class", f"{self.name} has no class with the id {class_id}.")

    def add_class(self, name: str, *, color: str = "", hotkey: str = "") -> ObjectClass:
        """Add a class with an id never used before.

        Raises
        ------
        ProjectError
            When the name is empty or taken, or the colour or hotkey can't be.
        """
        with self._editing() as document:
            class_id = self._next_class_id
            item = new_class(
                name, class_id=class_id, others=self.classes, color=color, hotkey=hotkey
            )
            document.setdefault("classes", tomlkit.aot()).append(item.to_toml())
            document["next_class_id"] = class_id + 1
        return item

    def change_class(
        self,
        class_id: int,
        *,
        name: str | None = None,
        color: str | None = None,
        hotkey: str | None = None,
    ) -> ObjectClass:
        """Change what is given of a class; its id stays.

        Raises
        ------
        ProjectError
        """
        given = {"name": name, "color": color, "hotkey": hotkey}
        changes: dict[str, Any] = {key: text for key, text in given.items() if text is not None}
        with self._editing() as document:
            old = self.class_of(class_id)
            others = [item for item in self.classes if item.id != class_id]
            item = checked(replace(old, **changes), others)
            document["classes"][self.classes.index(old)].update(changes)
        return item

    def remove_class(self, class_id: int) -> None:
        """Remove a class; its id is never given again.

        Raises
        ------
        ProjectError
        """
        with self._editing() as document:
            index = self.classes.index(self.class_of(class_id))
            document["next_class_id"] = self._next_class_id
            del document["classes"][index]

    def restore_class(self, item: ObjectClass, place: int) -> None:
        """Put a class back that was removed, with its own id, at its place in the order.

        Raises
        ------
        ProjectError
            When its name, key or id belongs to another class by now.
        """
        with self._editing() as document:
            if item.id >= self._next_class_id or item.id in {each.id for each in self.classes}:
                raise ProjectError("class-id", f"The id {item.id} is not that of a removed class.")
            checked(item, self.classes)
            tables = list(document.get("classes", ()))
            tables.insert(place, item.to_toml())
            document["classes"] = tomlkit.aot()
            for table in tables:
                document["classes"].append(table)

    def scene_for(self, source: str) -> dict[str, Any] | None:
        """Return the counting scene saved for a source (path, camera number, address), or None."""
        return deepcopy(self._scenes.get(source_key(source, self.folder)))

    def save_scene(self, source: str, scene: dict[str, Any]) -> None:
        """Keep a counting scene (plain JSON values) for a source; None values are left out."""
        key = source_key(source, self.folder)
        with self._editing() as document:
            document.setdefault("scenes", tomlkit.table(is_super_table=True))
            document["scenes"][key] = without_none(scene)

    @property
    def capture_plan(self) -> dict[str, Any] | None:
        """The plan of pictures to capture, as plain values; None where none was kept."""
        return deepcopy(self._capture_plan)

    def save_capture_plan(self, plan: dict[str, Any]) -> None:
        """Keep a plan of pictures to capture (plain JSON values)."""
        with self._editing() as document:
            document["capture_plan"] = without_none(plan)

    @property
    def split_rule(self) -> dict[str, Any] | None:
        """How the pictures are split into sets, as plain values; None where none was kept."""
        return deepcopy(self._split_rule)

    def save_split_rule(self, rule: dict[str, Any]) -> None:
        """Keep how the pictures are split (plain JSON values)."""
        with self._editing() as document:
            document.setdefault("split", tomlkit.table()).update(rule)

    @contextmanager
    def _editing(self) -> Iterator[_Document]:
        document = _read(self.file)
        self._take(document)
        yield document
        text = tomlkit.dumps(document)
        self._take(_parse(text, self.file))  # a fault of ours must not reach the disk
        atomic_write_text(self.file, text)

    def _take(self, document: _Document) -> None:
        plain = document.unwrap() if isinstance(document, tomlkit.TOMLDocument) else document
        self.name = str(plain.get("name", self.folder.name))
        self.classes = read_classes(plain.get("classes", []), self.file)
        used = max((item.id for item in self.classes), default=0)
        kept = plain.get("next_class_id", 1)
        self._next_class_id = max(used + 1, kept if isinstance(kept, int) else 1)
        self._scenes: dict[str, Any] = plain.get("scenes", {})
        self.coordinate_rule = _coordinate_rule(plain, self.file)
        self._capture_plan: dict[str, Any] | None = plain.get("capture_plan")
        self._split_rule: dict[str, Any] | None = plain.get("split")


def _coordinate_rule(document: _Document, file: Path) -> str:
    rule = document.get("coordinate_rule", COORDINATE_RULES[0])
    if rule not in COORDINATE_RULES:
        raise ProjectError(
            "project-file-invalid",
            f"{file}: coordinate_rule is {rule!r}, which is none.",
            f"There are: {', '.join(COORDINATE_RULES)}.",
        )
    return str(rule)


def _check_free(folder: Path) -> None:
    if (folder / PROJECT_FILE).exists():
        raise ProjectError("project-exists", f"{folder} is already a project.", "Open it instead.")
    if folder.exists() and not folder.is_dir():
        raise ProjectError("not-a-folder", f"{folder} is a file.", "Choose another name.")
    # Hidden files (.git, .DS_Store) are nobody's images.
    if folder.is_dir() and any(not item.name.startswith(".") for item in folder.iterdir()):
        raise ProjectError(
            "folder-not-empty", f"{folder} is not empty.", "Choose a new or an empty folder."
        )


def _read(path: Path) -> _Document:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProjectError(
            "no-project",
            f"{path.parent} is not a Tallybox project: it has no {PROJECT_FILE}.",
            "Make one with New, or with: tallybox new FOLDER",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(
            "project-not-readable", f"Can't read {path}.", "Check the file.", detail=str(error)
        ) from error
    return _parse(text, path)


def _parse(text: str, path: Path) -> _Document:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ProjectError(
            "project-file-broken", f"{path} is not valid TOML: {error}.", "Mend it by hand."
        ) from error
    version = document.get("schema_version")
    if not isinstance(version, int) or version < 1:
        raise ProjectError(
            "project-file-invalid",
            f"{path}: schema_version is missing or no number.",
            "Mend it by hand.",
        )
    if version > SCHEMA_VERSION:
        raise ProjectError(
            "project-too-new", f"A newer Tallybox made {path}.", "Update Tallybox to open it."
        )
    return document
