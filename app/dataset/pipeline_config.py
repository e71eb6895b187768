"""``pipeline.config`` of the classic Object Detection API, made to fit an export.

Only what the course changes by hand is changed: the number of classes, the batch size, the
checkpoint and its type, the label map, and the records to train and test on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.dataset.errors import DatasetError
from app.dataset.export_settings import ExportSettings, Part, record_name
from app.dataset.manifest import Manifest, read_manifest
from app.dataset.text_proto import TextEditor, TextField, parse_text_proto, quoted
from app.files import atomic_write_text

_INPUT = "tf_record_input_reader"
_TEST_SETS = ("test", "val")


@dataclass(frozen=True)
class PipelineChanges:
    """What a configuration is changed to; what is None or empty stays as it is.

    Attributes
    ----------
    class_count : int
        The highest class id.
    label_map : str
        Path of ``label_map.pbtxt``.
    train_records, test_records : str
        Paths; of shards with ``?????`` for the number.
    batch_size : int or None
    checkpoint : str
        Path of the checkpoint to start from.
    checkpoint_type : str
        ``detection``, ``classification``, ``full`` or ``fine_tune``.
    """

    class_count: int
    label_map: str
    train_records: str
    test_records: str = ""
    batch_size: int | None = None
    checkpoint: str = ""
    checkpoint_type: str = ""


def write_config(
    folder: Path,
    config: Path,
    *,
    batch_size: int | None,
    checkpoint: str,
    checkpoint_type: str,
) -> Path:
    """Write a given configuration, made to fit an export, beside it; return where.

    The given file stays.

    Parameters
    ----------
    folder : Path
        The export.
    config : Path
        The file that came with the model.
    batch_size, checkpoint, checkpoint_type
        See `changes_for`.

    Raises
    ------
    DatasetError
        ``config-not-readable``, and what `changes_for` and `updated_config` raise.
    FileWriteError
    """
    try:
        text = config.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"Can't read {config} as text."
        hint = "Name the pipeline.config that came with the model."
        raise DatasetError("config-not-readable", message, hint, str(error)) from error
    changes = changes_for(
        folder.absolute(),
        read_manifest(folder),
        batch_size=batch_size,
        checkpoint=checkpoint,
        checkpoint_type=checkpoint_type,
    )
    target = folder.with_name(f"{folder.name}.pipeline.config")
    atomic_write_text(target, updated_config(text, changes, origin=str(config)))
    return target


def changes_for(
    folder: Path,
    manifest: Manifest,
    *,
    batch_size: int | None = None,
    checkpoint: str = "",
    checkpoint_type: str = "",
) -> PipelineChanges:
    """Return the changes that make a configuration fit an export.

    Parameters
    ----------
    folder : Path
        Of the export.
    manifest : Manifest
    batch_size, checkpoint, checkpoint_type
        See `PipelineChanges`.

    Raises
    ------
    DatasetError
        ``not-for-pipeline``: it is compressed, or has no set to train on.
    """
    settings = ExportSettings.from_json(dict(manifest.settings))
    sets = list(manifest.sets)
    if settings.is_compressed:
        message = "The classic Object Detection API can't read compressed records."
        raise DatasetError("not-for-pipeline", message, "Export again without --gzip.")
    train = "train" if "train" in sets else sets[0]
    test = next((name for name in _TEST_SETS if name in sets), "")
    return PipelineChanges(
        max(manifest.classes),
        (folder / "label_map.pbtxt").as_posix(),
        _records(folder, train, manifest, settings),
        _records(folder, test, manifest, settings) if test else "",
        batch_size,
        checkpoint,
        checkpoint_type or ("detection" if checkpoint else ""),
    )


def updated_config(text: str, changes: PipelineChanges, *, origin: str) -> str:
    """Return the text of a configuration with `changes` made; all else, comments too, stays.

    Parameters
    ----------
    text : str
    changes : PipelineChanges
    origin : str
        Where the text is from, for the message.

    Raises
    ------
    DatasetError
        ``config-broken``: not text format, or one of the parts to change is not there.
    """
    try:
        root = parse_text_proto(text)
        editor = TextEditor(text)
        model = _only(_only(root, "model"), "")
        editor.set(model, "num_classes", str(changes.class_count))
        _set_training(editor, _only(root, "train_config"), changes)
        _set_reader(editor, root, "train_input_reader", changes.train_records, changes.label_map)
        if changes.test_records:
            _set_reader(editor, root, "eval_input_reader", changes.test_records, changes.label_map)
    except (ValueError, RecursionError) as error:
        raise DatasetError(
            "config-broken",
            f"{origin} is not a pipeline.config that can be changed: {error}.",
            "Take the one that came with the model.",
        ) from error
    return editor.text()


def _set_training(editor: TextEditor, training: TextField, changes: PipelineChanges) -> None:
    if changes.batch_size is not None:
        editor.set(training, "batch_size", str(changes.batch_size))
    if changes.checkpoint_type:
        editor.set(training, "fine_tune_checkpoint_type", quoted(changes.checkpoint_type))
    if changes.checkpoint:
        editor.set(training, "fine_tune_checkpoint", quoted(changes.checkpoint))


def _set_reader(
    editor: TextEditor, root: TextField, name: str, records: str, label_map: str
) -> None:
    reader = _only(root, name)
    editor.set(reader, "label_map_path", quoted(label_map))
    editor.set(_only(reader, _INPUT), "input_path", quoted(records))


def _only(message: TextField, name: str) -> TextField:
    """Return the first message called `name` inside another; any where the name is empty."""
    found = [
        each for each in message.fields if each.is_message and each.name == (name or each.name)
    ]
    if not found:
        raise ValueError(f"it has no {name or 'kind of model in its model'}")
    return found[0]


def _records(folder: Path, set_name: str, manifest: Manifest, settings: ExportSettings) -> str:
    """Return the path of a set's records, with ``?????`` where there are several."""
    names = [name for name in manifest.files if name.startswith(f"{set_name}.record")]
    first = record_name(Part(set_name, 0, len(names), (), 1), settings)
    return (folder / first.replace("-00000-of-", "-?????-of-")).as_posix()
