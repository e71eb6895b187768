"""Reads exports as their true consumers do; run as a child, since it loads TensorFlow.

Prints one JSON object: what each of them found in the records of the folders given.
"""

import json
import sys
from pathlib import Path

import tensorflow as tf  # noqa: TID253
from official.vision.dataloaders import retinanet_input, tf_example_decoder  # noqa: TID253
from official.vision.dataloaders.tf_example_label_map_decoder import (  # noqa: TID253
    TfExampleDecoderLabelMap,
)


def records(folder):
    """Return a data set of all records of a set, shards read side by side."""
    files = tf.data.Dataset.list_files(str(folder / "train.record*"), shuffle=False)
    kind = "GZIP" if any(folder.glob("*.gz")) else ""
    return files.interleave(
        lambda file: tf.data.TFRecordDataset(file, compression_type=kind), cycle_length=4
    )


def by_model_garden(folder):
    decoder = tf_example_decoder.TfExampleDecoder()
    by_name = TfExampleDecoderLabelMap(str(folder / "label_map.csv"))
    found = {}
    for data in records(folder):
        said = decoder.decode(data)
        image = said["image"].numpy()
        found[said["source_id"].numpy().decode()] = {
            "size": [int(said["width"]), int(said["height"])],
            "decoded": [image.shape[1], image.shape[0], image.shape[2]],
            "boxes_yxyx": said["groundtruth_boxes"].numpy().tolist(),
            "classes": said["groundtruth_classes"].numpy().tolist(),
            "classes_by_name": by_name.decode(data)["groundtruth_classes"].numpy().tolist(),
            "areas": said["groundtruth_area"].numpy().tolist(),
        }
    return found


def by_retinanet(folder):
    parser = retinanet_input.Parser(
        output_size=[64, 64],
        min_level=3,
        max_level=4,
        num_scales=1,
        aspect_ratios=[1.0],
        anchor_size=3,
        dtype="float32",
    )
    decoder = tf_example_decoder.TfExampleDecoder()
    counts = {}
    for is_training in (True, False):
        parse = parser.parse_fn(is_training)
        dataset = records(folder).map(decoder.decode).map(parse)
        counts["train" if is_training else "eval"] = sum(
            1 for image, _labels in dataset if image.shape == (64, 64, 3)
        )
    return counts


def by_keys(folder):
    """Read the twelve classic keys one by one."""
    of_text, of_number = (tf.io.FixedLenFeature((), kind) for kind in (tf.string, tf.int64))
    edges = ("xmin", "xmax", "ymin", "ymax")
    keys = {f"image/object/bbox/{edge}": tf.io.VarLenFeature(tf.float32) for edge in edges}
    keys |= {f"image/{name}": of_number for name in ("height", "width")}
    keys |= {f"image/{name}": of_text for name in ("filename", "source_id", "encoded", "format")}
    keys |= {
        "image/object/class/text": tf.io.VarLenFeature(tf.string),
        "image/object/class/label": tf.io.VarLenFeature(tf.int64),
    }
    found = {}
    for data in records(folder):
        said = tf.io.parse_single_example(data, keys)
        name = said["image/filename"].numpy().decode()
        found[name] = {
            "source_id": said["image/source_id"].numpy().decode(),
            "format": said["image/format"].numpy().decode(),
            "boxes": [said[f"image/object/bbox/{edge}"].values.numpy().tolist() for edge in edges],
            "texts": [each.decode() for each in said["image/object/class/text"].values.numpy()],
            "labels": said["image/object/class/label"].values.numpy().tolist(),
        }
    return found


if __name__ == "__main__":
    told = {}
    for name in sys.argv[1:]:
        folder = Path(name)
        told[folder.name] = {
            "model_garden": by_model_garden(folder),
            "retinanet": by_retinanet(folder),
            "keys": by_keys(folder),
        }
    sys.stdout.write(json.dumps(told) + "\n")
