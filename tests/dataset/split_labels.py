"""Label files for tests of splits."""

from app.annotation.label_folder import LabelFolder

VOC = """<annotation>
	<folder>images</folder>
	<filename>{filename}</filename>
	<size><width>320</width><height>240</height><depth>3</depth></size>
	<mood>kept</mood>
	<object><name>{name}</name>
		<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>60</xmax><ymax>80</ymax></bndbox></object>
</annotation>
"""


def label(project, name, class_name):
    path = (project.annotations_folder / name).with_suffix(".xml")
    path.parent.mkdir(parents=True, exist_ok=True)
    filename = name.rpartition("/")[2]
    path.write_text(VOC.format(filename=filename, name=class_name), "utf-8")


def labels_of(project):
    return LabelFolder(project.images_folder, project.annotations_folder)
