"""Pascal VOC, the format of a project's own labels: reading, and writing as labelImg does."""

from app.annotation.formats.voc_reader import VocDocument, parse_voc, read_voc
from app.annotation.formats.voc_writer import voc_bytes

__all__ = ["VocDocument", "parse_voc", "read_voc", "voc_bytes"]
