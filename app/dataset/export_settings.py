"""What a person chooses of an export, and the names of its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from app.dataset.errors import DatasetError
from app.dataset.export_sets import ExportSource

Background = Literal["keep", "drop"]
ALSO_FORMATS = ("coco", "yolo")
"""Label formats that an export can hold beside records and tables."""

_MOST_SHARDS = 99_999


@dataclass(frozen=True)
class ExportSettings:
    """How a data set is exported.

    Attributes
    ----------
    name : str
        Of the folder below ``exports``.
    shards : int
        Record files a set; a set with fewer pictures has as many as it has pictures.
    is_compressed : bool
        Records as gzip, which whoever reads them must be told.
    background : {"keep", "drop"}
        Whether pictures without a box go into the records, to teach what is no object.
    also : tuple of str
        Of `ALSO_FORMATS`.

    Raises
    ------
    DatasetError
        "bad-export".
    """

    name: str = "dataset"
    shards: int = 1
    is_compressed: bool = False
    background: Background = "keep"
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise DatasetError("bad-export", f"No export can be made like this: {fault}.")

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ExportSettings:
        """Return the settings that `to_json` wrote."""
        return cls(**(values | {"also": tuple(values.get("also", ()))}))


@dataclass(frozen=True)
class Part:
    """What becomes one record file.

    Attributes
    ----------
    set_name : str
    index, count : int
        Which shard of its set, from 0, and of how many.
    names : tuple of str
        Its pictures.
    first_id : int
        The ``source_id`` of the first of them.
    """

    set_name: str
    index: int
    count: int
    names: tuple[str, ...]
    first_id: int

    @property
    def stem(self) -> str:
        """The name of its files while the export is not whole."""
        return f"{self.set_name}-{self.index:05d}-of-{self.count:05d}"


def parts_of(source: ExportSource, settings: ExportSettings) -> Iterator[Part]:
    """Yield the parts of an export: each set cut into shards that differ by one picture."""
    first_id = 1
    for set_name, names in source.sets.items():
        count = min(settings.shards, len(names))
        for index in range(count):
            start, end = (len(names) * edge // count for edge in (index, index + 1))
            yield Part(set_name, index, count, names[start:end], first_id + start)
        first_id += len(names)


def record_name(part: Part, settings: ExportSettings) -> str:
    """Return the name of a part's record file in the whole export."""
    shard = f"-{part.index:05d}-of-{part.count:05d}" if settings.shards > 1 else ""
    return f"{part.set_name}.record{shard}{'.gz' if settings.is_compressed else ''}"


def _fault(settings: ExportSettings) -> str:
    name = settings.name
    if not name or name != name.strip() or name.startswith(".") or set(name) & set('/\\:*?"<>|'):
        return f"{name!r} can't be the name of a folder"
    if name.endswith((".partial", ".replaced")) or not name.isprintable():
        return f"{name!r} can't be the name of an export"
    if not 1 <= settings.shards <= _MOST_SHARDS:
        return f"{settings.shards} shards are not between 1 and {_MOST_SHARDS}"
    if settings.background not in get_args(Background):
        return f"pictures without boxes can't be {settings.background!r}"
    odd = next((each for each in settings.also if each not in ALSO_FORMATS), None)
    return f"there is no format {odd!r} beside the records" if odd else ""
