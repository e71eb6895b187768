"""Export: pictures a second beside the course's way, and memory from 1,000 to 100,000 pictures.

The course's way is done here as its scripts do it. ``xml_to_csv`` gathers the XML files in a table.
``generate_tfrecord`` groups that table by picture, opens each picture with Pillow, walks the rows
of its group and gives a ``tf.train.Example`` to one writer. Each way runs in a process of its own,
one after the other, and the better of two rounds counts. Ours always begins at the label files and
ends when all is on the disk, with check sums of every file. It is compared with

- the course's loop from its table: what the goal names, though reading labels is not in it;
- both of its scripts, label files to records, with TensorFlow loaded before the clock starts;
- whole processes, as a person waits for them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

PICTURES = 1000
SIDES = (640, 480)
SMALL_SIDES = (32, 24)
MEMORY_AT = (1_000, 10_000, 100_000)
LEAST_RATIO = 4.0
MOST_GROWTH = 1.25
ROUNDS = 2
COMPARED = {
    "loop_s": "ours from labels, the course's from its table",
    "both_s": "both from labels",
    "all_s": "whole processes",
}


def run() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project = make_project(root / "set", PICTURES, SIDES)
        pairs = [(_child("ours", project), _child("course", project)) for _ in range(ROUNDS)]
        rows = [_ratio_row(what, key, pairs) for key, what in COMPARED.items()]
        return [*rows, *_memory_rows(root)]


def _ratio_row(what: str, key: str, pairs: list[tuple[dict, dict]]) -> dict[str, object]:
    ours, course = (min(pair[side][key] for pair in pairs) for side in (0, 1))
    return {
        "name": f"export: {PICTURES} pictures of {SIDES[0]}x{SIDES[1]}, {what}",
        "value": round(PICTURES / ours),
        "unit": "pictures/s",
        "baseline": round(PICTURES / course),
        "goal": f"at least {LEAST_RATIO:g} times the course's way",
        "ok": course / ours >= LEAST_RATIO,
    }


def _memory_rows(root: Path) -> list[dict[str, object]]:
    peaks = []
    for count in MEMORY_AT:
        project = make_project(root / f"small-{count}", count, SMALL_SIDES)
        peaks.append(_child("ours", project)["peak_mib"])
    return [
        {
            "name": f"export: resident memory, {count} pictures",
            "value": round(peak, 1),
            "unit": "MiB",
            "baseline": round(peaks[0], 1),
            "goal": f"at most {MOST_GROWTH:g} times that at {MEMORY_AT[0]}",
            "ok": peak <= MOST_GROWTH * peaks[0],
        }
        for count, peak in zip(MEMORY_AT, peaks, strict=True)
    ]


def make_project(folder: Path, count: int, sides: tuple[int, int]) -> Path:
    """Make a project with `count` pictures of a few kinds, two boxes each, 70 to 30 in a split."""
    from app.annotation.formats.voc import voc_bytes
    from app.annotation.labels import ImageAnnotation, LabeledBox
    from app.project.project import Project

    project = Project.create(folder)
    for name in ("d1", "d2"):
        project.add_class(name)
    width, height = sides
    boxes = (
        LabeledBox("d1", 2, 3, width // 2, height // 2),
        LabeledBox("d2", width // 3, height // 4, width - 1, height - 2),
    )
    pictures = [_picture(seed, sides) for seed in range(8)]
    names = [f"s{number // 1000}/{number:06d}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        path = project.images_folder / name
        label = project.annotations_folder / path.relative_to(project.images_folder)
        path.parent.mkdir(exist_ok=True)
        label.parent.mkdir(exist_ok=True)
        path.write_bytes(pictures[number % len(pictures)])
        annotation = ImageAnnotation(width, height, 3, boxes)
        data = voc_bytes(annotation, image_path=path, original=None)
        label.with_suffix(".xml").write_bytes(data)
    _write_split(project, names)
    return folder


def _picture(seed: int, sides: tuple[int, int]) -> bytes:
    numbers = np.random.default_rng(seed)
    small = numbers.integers(0, 256, (24, 32, 3), np.uint8)
    picture = cv2.resize(small, sides, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    picture += numbers.integers(-5, 6, picture.shape, np.int16)
    return cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8))[1].tobytes()


def _write_split(project, names: list[str]) -> None:
    """Deal the pictures out without reading them, in the files that a split has."""
    from app.dataset.split_files import write_split
    from app.dataset.split_images import SplitImage
    from app.dataset.split_plan import plan_split
    from app.dataset.split_rule import SplitRule

    classes = (("d1", 1), ("d2", 1))
    images = [SplitImage(name, "labelled", classes) for name in names]
    write_split(project, plan_split(images, SplitRule(grouping="none")))


def _child(way: str, project: Path) -> dict:
    command = [sys.executable, str(Path(__file__).resolve()), way, str(project)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    return json.loads(done.stdout.splitlines()[-1])


def _ours(project_folder: Path) -> dict[str, float]:
    import shutil
    import time

    from app.annotation.label_folder import LabelFolder
    from app.dataset.export import export_dataset, exports_folder
    from app.dataset.export_sets import export_source
    from app.dataset.export_settings import ExportSettings
    from app.project.project import Project

    exports = exports_folder(project_folder)
    shutil.rmtree(exports, ignore_errors=True)
    start_s = time.perf_counter()
    project = Project.open(project_folder)
    folder = LabelFolder.of_project(project)
    result = export_dataset(export_source(folder, project), ExportSettings(), exports)
    took_s = time.perf_counter() - start_s
    assert sum(tally.images for tally in result.manifest.sets.values()) > 0
    return {"loop_s": took_s, "both_s": took_s}


def _course(project_folder: Path) -> dict[str, float]:
    import time

    import pandas  # noqa: F401 - loaded before the clock starts, as TensorFlow is
    import tensorflow as tf

    out = project_folder / "course"
    out.mkdir(exist_ok=True)
    table_s = loop_s = 0.0
    for name in ("train", "test"):
        pictures = (project_folder / "splits" / f"{name}.txt").read_text("utf-8").split("\n")
        start_s = time.perf_counter()
        table = _course_table(project_folder, [each for each in pictures if each])
        table.to_csv(out / f"{name}.csv", index=False)
        middle_s = time.perf_counter()
        _course_records(tf, project_folder, out / f"{name}.csv", out / f"{name}.record")
        table_s += middle_s - start_s
        loop_s += time.perf_counter() - middle_s
    return {"loop_s": loop_s, "both_s": table_s + loop_s}


def _course_records(tf, project_folder: Path, table: Path, records: Path) -> None:
    import pandas as pd

    grouped = pd.read_csv(table).groupby("filename")
    with tf.io.TFRecordWriter(str(records)) as writer:
        for picture in grouped.groups:
            example = _course_example(tf, project_folder, picture, grouped.get_group(picture))
            writer.write(example.SerializeToString())


def _course_table(project_folder: Path, pictures: list[str]):
    import xml.etree.ElementTree as ET

    import pandas as pd

    rows = []
    for picture in pictures:
        label = (project_folder / "annotations" / picture).with_suffix(".xml")
        root = ET.parse(label).getroot()
        size = root.find("size")
        for item in root.findall("object"):
            edges = [int(each.text) for each in item.find("bndbox")]
            sides = [int(size.find(side).text) for side in ("width", "height")]
            rows.append([picture, *sides, item.find("name").text, *edges])
    names = ["filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"]
    return pd.DataFrame(rows, columns=names)


def _course_example(tf, project_folder: Path, picture: str, group):
    import io

    from PIL import Image

    with tf.io.gfile.GFile(str(project_folder / "images" / picture), "rb") as file:
        encoded = file.read()
    width, height = Image.open(io.BytesIO(encoded)).size
    edges = {name: [] for name in ("xmin", "xmax", "ymin", "ymax")}
    texts, labels = [], []
    for _index, row in group.iterrows():
        for name, values in edges.items():
            values.append(row[name] / (width if name[0] == "x" else height))
        texts.append(row["class"].encode())
        labels.append({"d1": 1, "d2": 2}[row["class"]])

    def of_bytes(*values):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))

    def of_numbers(*values):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

    features = {
        f"image/object/bbox/{name}": tf.train.Feature(float_list=tf.train.FloatList(value=values))
        for name, values in edges.items()
    }
    features |= {
        "image/height": of_numbers(height),
        "image/width": of_numbers(width),
        "image/filename": of_bytes(picture.encode()),
        "image/source_id": of_bytes(picture.encode()),
        "image/encoded": of_bytes(encoded),
        "image/format": of_bytes(b"jpg"),
        "image/object/class/text": of_bytes(*texts),
        "image/object/class/label": of_numbers(*labels),
    }
    return tf.train.Example(features=tf.train.Features(feature=features))


def _main(way: str, project: Path) -> None:
    """Do one export in this process and tell how long it took and what it needed."""
    import resource
    import time

    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    start_s = time.perf_counter()
    told = {"ours": _ours, "course": _course}[way](project)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told |= {
        "all_s": time.perf_counter() - start_s,
        "peak_mib": peak_kib / 1024,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
