"""Builds small real models with the signatures of their kinds; run in a process of its own.

``python build_models.py FOLDER``. Every model sees the same: box 0 scores as high as the picture
is red, box 1 as it is blue, the rest nothing. So colour order and normalisation show in the
scores, and a tall narrow picture shows what is height and what is width.
"""

import sys
import tarfile
from pathlib import Path

import tensorflow as tf  # noqa: TID253 - this script is a process of its own

BOXES_YXYX_NORM = [[0.1, 0.2, 0.3, 0.6], [0.5, 0.4, 0.9, 0.8], [0.0, 0.0, 0.0, 0.0]]
CLASS_IDS = [3, 90, 1]  # car, toothbrush, person


def scores_of(image):
    means = tf.reduce_mean(tf.cast(image, tf.float32), axis=[1, 2])[0] / 255
    return tf.minimum(tf.stack([means[0], means[2], tf.constant(0.0)]), 1)


def classic(image):
    """`exporter_main_v2` with ``image_tensor``: all outputs float, classes 1-based."""
    scores = scores_of(image)
    columns = tf.one_hot(CLASS_IDS, 91) * scores[:, None]
    return {
        "detection_anchor_indices": tf.zeros([1, 3]),
        "detection_boxes": tf.constant([BOXES_YXYX_NORM]),
        "detection_classes": tf.constant([CLASS_IDS], tf.float32),
        "detection_multiclass_scores": columns[None],
        "detection_scores": scores[None],
        "num_detections": tf.constant([3.0]),
        "raw_detection_boxes": tf.constant([BOXES_YXYX_NORM]),
        "raw_detection_scores": columns[None],
    }


def garden(image):
    """`official.vision.serving`: boxes in pixels of the picture scaled to fit 64x64."""
    size = tf.cast(tf.shape(image)[1:3], tf.float32)
    scaled = tf.round(size * tf.reduce_min(64 / size))
    boxes = tf.constant([BOXES_YXYX_NORM]) * tf.tile(scaled, [2])
    info = tf.stack([size, scaled, scaled / size, tf.zeros(2)])
    return {
        "detection_boxes": boxes,
        "detection_classes": tf.constant([[1, 2, 0]]),
        "detection_scores": scores_of(image)[None],
        "num_detections": tf.constant([2]),
        "image_info": info[None],
    }


def garden_normalised(image):
    """The same with ``output_normalized_coordinates`` and casts to float."""
    return {
        "detection_boxes": tf.constant([BOXES_YXYX_NORM]),
        "detection_classes": tf.constant([[1.0, 2.0, 0.0]]),
        "detection_scores": scores_of(image)[None],
        "num_detections": tf.constant([2.0]),
    }


def without_nms(image):
    """Model Garden exported with ``apply_nms: false``."""
    scores = scores_of(image)
    return {
        "decoded_boxes": tf.constant([BOXES_YXYX_NORM]),
        "decoded_box_scores": scores[None, :, None],
    }


def encoded(text):
    """Exported with ``encoded_image_string_tensor``: takes files, not pictures."""
    return garden_normalised(tf.io.decode_image(text[0], expand_animations=False)[None])


def save(folder, function, name, shape, dtype=tf.uint8):
    module = tf.Module()
    spec = tf.TensorSpec(shape, dtype, name=name)
    module.serve = tf.function(function, input_signature=[spec])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})


def post_process(encodings, classes, anchors, num_classes):
    """Stand for the custom op, as ``export_tflite_graph_tf2`` does: the converter swaps it."""
    attributes = {
        "max_detections": "i: 10",
        "max_classes_per_detection": "i: 1",
        "use_regular_nms": "b: false",
        "nms_score_threshold": "f: 0.01",
        "nms_iou_threshold": "f: 0.6",
        "y_scale": "f: 10.0",
        "x_scale": "f: 10.0",
        "h_scale": "f: 5.0",
        "w_scale": "f: 5.0",
        "num_classes": f"i: {num_classes}",
    }
    pairs = [f'attr {{ key: "{key}" value {{ {text} }} }}' for key, text in attributes.items()]
    implements = 'name: "TFLite_Detection_PostProcess" ' + " ".join(pairs)

    @tf.function(experimental_implements=implements)
    def op(encodings, classes, anchors):
        zero = tf.constant(0.0)
        return zero, zero, zero, zero

    return op(encodings, classes, anchors)


def post_processed(image, num_classes=90):
    """Normalised input as SSD models take it: back to pixels, then the scores."""
    pixels = to_pixels(image)
    scores = scores_of(pixels)
    columns = tf.one_hot([3, 90, 1], 91) * scores[:, None]  # column 0 is the background
    y0, x0, y1, x1 = tf.unstack(tf.constant(BOXES_YXYX_NORM), axis=1)
    anchors = tf.stack([(y0 + y1) / 2, (x0 + x1) / 2, y1 - y0, x1 - x0], axis=1)
    # The zeros hang on the picture: a constant input would be folded away.
    encodings = tf.zeros([1, 3, 4]) + 0 * tf.reduce_sum(pixels)
    boxes, classes, scores, count = post_process(encodings, columns[None], anchors, num_classes)
    return {"output_0": boxes, "output_1": classes, "output_2": scores, "output_3": count}


def to_pixels(image):
    if image.dtype == tf.float32:
        return (image + 1) * 127.5
    return tf.cast(image, tf.float32) + (128 if image.dtype == tf.int8 else 0)


def numbering_all(image):
    """Told that all 91 columns are classes: class numbers begin at 1, after the background."""
    return post_processed(image, num_classes=91)


def convert(saved_model, path):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved_model))
    converter.allow_custom_ops = True
    path.write_bytes(converter.convert())


def main(root):
    zoo = root / "ssd_toy_coco17"
    save(zoo / "saved_model", classic, "input_tensor", [1, None, None, 3])
    (zoo / "pipeline.config").write_text("model { ssd { num_classes: 90 } }\n")
    with tarfile.open(root / "ssd_toy_coco17.tar.gz", "w:gz") as archive:
        archive.add(zoo, arcname=zoo.name)
    save(root / "garden", garden, "inputs", [1, None, None, 3])
    save(root / "garden_float", garden_normalised, "inputs", [1, 48, 64, 3], tf.float32)
    for name in ("garden", "garden_float"):
        (root / name / "label_map.pbtxt").write_text(
            "item { name: 'd1' id: 1 }\nitem { id: 2 name: \"d2\" }\n"
        )
    save(root / "unnamed", garden_normalised, "inputs", [1, None, None, 3])
    save(root / "without_nms", without_nms, "inputs", [1, None, None, 3])
    save(root / "text_input", encoded, "inputs", [None], tf.string)
    broken = root / "broken"
    broken.mkdir()
    (broken / "saved_model.pb").write_bytes((root / "garden" / "saved_model.pb").read_bytes()[:999])
    save(root / "package" / "saved_model", classic, "input_tensor", [1, None, None, 3])
    (root / "package" / "model.json").write_text(
        '{"name": "mine", "classes": [{"id": 3, "name": "lorry"}, {"id": 90, "name": "brush"}]}'
    )
    for name, function, dtype in (
        ("float", post_processed, tf.float32),
        ("uint8", post_processed, tf.uint8),
        ("int8", post_processed, tf.int8),
        ("all", numbering_all, tf.float32),
    ):
        save(root / "tmp" / name, function, "input", [1, 48, 64, 3], dtype)
        convert(root / "tmp" / name, root / f"post_process_{name}.tflite")
    save(root / "tmp" / "named", garden_normalised, "inputs", [1, 48, 64, 3], tf.uint8)
    (root / "named").mkdir()
    convert(root / "tmp" / "named", root / "named" / "hands.tflite")
    (root / "named" / "labelmap.txt").write_text("???\nd1\nd2\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
