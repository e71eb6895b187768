"""Label files broken in all ways, and what must hold for every one; run it for more of them.

python tests/support/xml_mutations.py 10000
"""

import random
import re
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox

SIZE = (640, 480)
TAGS = (
    b"annotation object name bndbox xmin ymin xmax ymax part size width truncated difficult pose"
).split()
TEXTS = (b"", b"nan", b"-5", b"1e999", b"12,5", b"&x;", b"&amp;", b"\xff", b"<!-- -->", b"9" * 400)

SEED_FILE = """<annotation verified="yes">
\t<folder>images</folder>
\t<filename>a.jpg</filename>
\t<source>
\t\t<database>Unknown</database>
\t</source>
\t<size>
\t\t<width>640</width>
\t\t<height>480</height>
\t\t<depth>3</depth>
\t</size>
\t<object>
\t\t<name>mapache peque\u00f1o</name>
\t\t<pose>Unspecified</pose>
\t\t<truncated>0</truncated>
\t\t<difficult>1</difficult>
\t\t<bndbox>
\t\t\t<xmin>28.5</xmin>
\t\t\t<ymin>21</ymin>
\t\t\t<xmax>126</xmax>
\t\t\t<ymax>181</ymax>
\t\t</bndbox>
\t\t<part><name>head</name><bndbox><xmin>30</xmin><ymin>30</ymin><xmax>60</xmax>\
<ymax>60</ymax></bndbox></part>
\t</object>
\t<object>
\t\t<name>\u56fe &amp; b</name>
\t\t<truncated>yes</truncated>
\t\t<difficult>0</difficult>
\t\t<bndbox><xmax>300</xmax><xmin>200</xmin><ymin>100</ymin><ymax>200</ymax></bndbox>
\t</object>
\t<object>
\t\t<name>plain</name>
\t\t<truncated>1</truncated>
\t\t<difficult>0</difficult>
\t\t<bndbox>
\t\t\t<xmin>400</xmin>
\t\t\t<ymin>300</ymin>
\t\t\t<xmax>640</xmax>
\t\t\t<ymax>480</ymax>
\t\t</bndbox>
\t</object>
</annotation>
""".encode()


def mutated(data, rng):
    """Return a file with one to three things wrong."""
    for _ in range(rng.randint(1, 3)):
        data = rng.choice(_MUTATIONS)(data, rng)
    return data


def check_mutations(count, seed, folder):
    """Load, save and reload `count` broken files in `folder`; return how they were taken."""
    outcomes = Counter()
    picture = folder / "a.jpg"
    picture.touch()
    labels = LabelFolder(folder)
    path = labels.label_path(picture)
    for number in range(count):
        data = mutated(SEED_FILE, random.Random(f"{seed} {number}"))
        path.write_bytes(data)
        try:
            outcomes[_check(labels, picture, path, data)] += 1
        except Exception as error:
            raise AssertionError(f"Mutation {number} of seed {seed}: {data!r}") from error
    return outcomes


def _check(labels, picture, path, data):
    known = labels.load(picture, size=SIZE)
    status = labels.status(picture)
    new_box = LabeledBox("new", 10, 20, 30, 40)
    if known.error is not None:
        assert status == "broken"
        assert known.error.code == "labels-broken"
        assert known.annotation.boxes == ()
        with_box = replace(known.annotation, boxes=(new_box,))
        assert _is_refused(labels, picture, with_box, known)
        assert path.read_bytes() == data
        return "broken"
    _check_none_dropped(known, data)
    assert status != "broken"
    labels.save(picture, known.annotation, known=known)
    assert path.read_bytes() == data, "nothing was changed"

    edited = [replace(b, class_name="edited", xmin=1, ymax=478) for b in known.annotation.boxes[:1]]
    boxes = (*edited, *known.annotation.boxes[1:], new_box)
    labels.save(picture, replace(known.annotation, boxes=boxes), known=known)
    again = labels.load(picture, size=SIZE)
    assert again.error is None
    assert len(again.annotation.boxes) == len(boxes)
    assert all(map(_is_alike, again.annotation.boxes, boxes))
    assert _refused(again) == _refused(known), "what was not understood stays in the file"
    return "mended" if known.notes else "as it was"


def _check_none_dropped(known, data):
    """Every object that a plain parser sees is a box or has a note."""
    root = ElementTree.fromstring(_text_without_declaration(data))
    objects = [element for element in root if _name(element) == "object"]
    refused = [note.place for note in known.notes if note.kind == "refused"]
    refused_objects = [place for place in refused if ", object " in place]
    assert len(objects) == len(known.annotation.boxes) + len(refused_objects)

    own = [child for element in objects for child in element if _name(child) == "bndbox"]
    parts = [
        inner
        for element in objects
        for part in element.iter()
        if _name(part) == "part"
        for inner in part.iter()
    ]
    expected = {id(element) for element in own + parts}
    strays = [e for e in root.iter() if _name(e) == "bndbox" and id(e) not in expected]
    assert len(strays) == len(refused) - len(refused_objects)


def _name(element):
    return element.tag.rpartition("}")[2]


def _text_without_declaration(data):
    declared = re.match(rb"""<\?xml[^>]*encoding=["']([a-z0-9-]+)["'][^>]*\?>""", data)
    encoding = declared[1].decode() if declared else "utf-8"
    text = data.decode("utf-8" if encoding == "utf-16" else encoding)
    return re.sub(r"^<\?xml[^>]*\?>", "", text)


def _is_alike(box, other):
    """Whether two boxes say the same, but for the fraction of a pixel of an edited edge."""
    flags = [(b.class_name, b.is_truncated, b.is_difficult, b.is_occluded) for b in (box, other)]
    edges = zip(box.box_xyxy, other.box_xyxy, strict=True)
    return flags[0] == flags[1] and all(abs(a - b) <= 1 for a, b in edges)


def _refused(label_file):
    return sum(note.kind == "refused" for note in label_file.notes)


def _is_refused(labels, picture, annotation, known):
    try:
        labels.save(picture, annotation, known=known)
    except AnnotationError as error:
        return error.code == "labels-broken"
    return False


def _flip(data, rng):
    changed = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _delete(data, rng):
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.choice((1, 1, 2, 5, 40)) :]


def _truncate(data, rng):
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.3 else data


def _swap_tags(data, rng):
    first, second = rng.sample(TAGS, 2)
    at = data.find(b"<" + first + b">", rng.randrange(len(data) + 1))
    end = data.find(b"</" + first + b">", at)
    if at < 0 or end < 0:
        return data
    inner = data[at + len(first) + 2 : end]
    after = data[end + len(first) + 3 :]
    return b"%b<%b>%b</%b>%b" % (data[:at], second, inner, second, after)


def _retext(data, rng):
    tag = rng.choice(TAGS)
    at = data.find(b"<" + tag + b">", rng.randrange(len(data) + 1))
    end = data.find(b"</" + tag + b">", at)
    if at < 0 or end < 0:
        return data
    return data[: at + len(tag) + 2] + rng.choice(TEXTS) + data[end:]


def _copy_lines(data, rng):
    lines = data.split(b"\n")
    start = rng.randrange(len(lines))
    lines[start:start] = lines[start : start + rng.choice((1, 1, 4, 14))]
    return b"\n".join(lines)


def _remove_line(data, rng):
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _declare(data, rng):
    encoding = rng.choice((b"utf-8", b"latin-1", b"gbk", b"utf-16", b"idna", b"zip", b"cp037"))
    return b'<?xml version="1.0" encoding="%b"?>\n' % encoding + data


_MUTATIONS = (
    *(_flip, _delete, _truncate, _swap_tags, _swap_tags, _retext, _retext),
    *(_copy_lines, _remove_line, _declare),
)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
        print(dict(check_mutations(wanted, "run", Path(temporary))))  # noqa: T201
