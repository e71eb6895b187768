"""A ``pipeline.config`` of the classic Object Detection API, made to fit an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.dataset.pipeline_config import write_config


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

    def write(self, folder: Path) -> Path:
        """Write the changed configuration beside an export; see `write_config`."""
        return write_config(
            folder,
            Path(self.config),
            batch_size=self.batch_size,
            checkpoint=self.checkpoint,
            checkpoint_type=self.checkpoint_type,
        )
