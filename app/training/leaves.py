"""Loading the leaf modules: TensorFlow comes with them, so only in the job's process."""

from __future__ import annotations

import importlib
import logging
import os
from types import ModuleType
from typing import Literal

LeafName = Literal["tf_backbone", "tf_run", "tf_export"]


def load_leaf(name: LeafName) -> ModuleType:
    """Return a leaf module, with TensorFlow's and Model Garden's chatter kept out of the log."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read when TensorFlow is imported
    logging.getLogger("absl").setLevel(logging.WARNING)
    return importlib.import_module(f"app.training.{name}")
