"""Small projects to export, made of painted pictures."""

import shutil

import cv2
import numpy as np

from app.annotation.formats.voc import voc_bytes
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.dataset.export import export_dataset, exports_folder
from app.dataset.export_sets import export_source
from app.dataset.export_settings import ExportSettings
from app.dataset.split_files import write_split
from app.dataset.split_images import read_split_images
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SplitRule
from app.project.project import Project

SIZE = (80, 60)
BOXES = (LabeledBox("cat", 4, 6, 40, 50), LabeledBox("dog", 20, 10, 79, 59, is_difficult=True))


def project_with(folder, count, *, classes=("cat", "dog"), is_split=True):
    """Make a project of `count` pictures with two boxes each, split 70 to 30."""
    project = Project.create(folder)
    for name in classes:
        project.add_class(name)
    for number in range(count):
        add_picture(project, f"s{number % 2}/{number:03d}.jpg", seed=number)
    if is_split:
        split(project)
    return project


def add_picture(project, name, *, seed=0, boxes=BOXES, content=None):
    path = project.images_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        pixels = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
        picture = cv2.resize(pixels, SIZE, interpolation=cv2.INTER_NEAREST)
        content = cv2.imencode(path.suffix, picture)[1].tobytes()
    path.write_bytes(content)
    if boxes is not None:
        label(project, name, boxes)
    return path


def label(project, name, boxes, *, size=SIZE, is_verified=False):
    path = (project.annotations_folder / name).with_suffix(".xml")
    path.parent.mkdir(parents=True, exist_ok=True)
    annotation = ImageAnnotation(*size, 3, tuple(boxes), is_verified)
    picture = project.images_folder / name
    path.write_bytes(voc_bytes(annotation, image_path=picture, original=None))


def split(project, **rule):
    images = read_split_images(folder_of(project))
    write_split(project, plan_split(images, SplitRule(grouping="none", **rule)))


def folder_of(project):
    return LabelFolder.of_project(project)


def contents(folder):
    """Return the bytes of every file below a folder, by name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def export(project, *, replaces=False, token=None, on_progress=None, **settings):
    return export_dataset(
        export_source(folder_of(project), project),
        ExportSettings(**settings),
        exports_folder(project.folder),
        replaces=replaces,
        token=token,
        on_progress=on_progress,
    )


def import_voc(folder, pictures, labels, classes):
    """Make a project of foreign pictures and Pascal VOC files that have the same stems."""
    project = Project.create(folder)
    for name in classes:
        project.add_class(name)
    for picture in sorted(pictures.iterdir()):
        xml = labels / f"{picture.stem}.xml"
        if xml.is_file():
            shutil.copyfile(picture, project.images_folder / picture.name)
            shutil.copyfile(xml, project.annotations_folder / xml.name)
    return project
