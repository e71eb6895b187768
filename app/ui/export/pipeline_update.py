"""A ``pipeline.config`` of the classic Object Detection API, made to fit an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.dataset.errors import DatasetError
from app.dataset.manifest import read_manifest
from app.dataset.pipeline_config import changes_for, updated_config
from app.files import atomic_write_text


@dataclass(frozen=True)
class PipelineChoice:
    """What a person asks for.

    Attributes
    ----------
    config : str
        Path of the file that came with the model; empty: none is to be made.
    batch_size : int or None
        None: as it stands in the file.
    checkpoint : str
        To start from; empty: as it stands in the file.
    checkpoint_type : str
    """

    config: str = ""
    batch_size: int | None = None
    checkpoint: str = ""
    checkpoint_type: str = ""


def write_config(folder: Path, choice: PipelineChoice) -> Path:
    """Write the changed configuration beside an export; return where. The given file stays.

    Raises
    ------
    DatasetError
        ``config-not-readable``, and what `changes_for` and `updated_config` raise.
    FileWriteError
    """
    config = Path(choice.config)
    try:
        text = config.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"Can't read {config} as text."
        hint = "Name the pipeline.config that came with the model."
        raise DatasetError("config-not-readable", message, hint, str(error)) from error
    changes = changes_for(
        folder,
        read_manifest(folder),
        batch_size=choice.batch_size,
        checkpoint=choice.checkpoint,
        checkpoint_type=choice.checkpoint_type,
    )
    target = folder.with_name(f"{folder.name}.pipeline.config")
    atomic_write_text(target, updated_config(text, changes, origin=choice.config))
    return target
