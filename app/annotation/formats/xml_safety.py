"""XML from strangers: decoded once, parsed without entities, network or size without end."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.annotation.errors import AnnotationError

MAX_BYTES = 64 * 1024 * 1024  # ten thousand objects take about three

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKLESS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030"}  # what writes them says less than it uses
_NOT_CHARACTER_SETS = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf_7"}


@dataclass(frozen=True)
class SafeXml:
    """A parsed file.

    Attributes
    ----------
    root : lxml element
        A new one at every parse: whoever changes it changes nobody else's.
    text : str
        The file as text, exactly what was parsed.
    oddity : str
        What was understood against what the file declares, one sentence; usually empty.
    """

    root: etree._Element
    text: str
    oddity: str = ""


def broken(name: str, reason: str, detail: str = "") -> AnnotationError:
    """Return the error for a label file of which nothing can be trusted."""
    return AnnotationError(
        "labels-broken",
        f"Can't read the labels in {name}: {reason}.",
        "The file is left as it is. Repair it or move it away, then open the picture again.",
        detail,
    )


def parse_xml(data: bytes, *, name: str) -> SafeXml:
    """Parse a whole file; nothing outside `data` is ever read, and no entity expanded.

    The bytes are turned into text here and only that text is parsed, so that what was searched for
    entity declarations is what the parser sees, whatever the encoding.

    Parameters
    ----------
    data : bytes
    name : str
        What errors call the file.

    Raises
    ------
    AnnotationError
        "labels-broken": too large, in no known encoding, with entities, or not well-formed.
    """
    if len(data) > MAX_BYTES:
        raise broken(name, f"it is larger than {MAX_BYTES // 1024**2} MiB")
    if not data.strip(b" \t\r\n\0"):
        raise broken(name, "it is empty")
    encoding, oddity = _encoding(data)
    text = _decoded(data, encoding, name)
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise broken(name, "it declares entities, which label files never need")
    parser = etree.XMLParser(
        encoding="utf-8",  # of the bytes handed over below, not of the file
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise broken(name, f"it is not whole XML ({reason})", repr(error)) from error
    return SafeXml(root, text, oddity)


def local_name(element: etree._Element) -> str:
    """Return the tag without its namespace; empty for a comment, an instruction or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Return the direct children called `tag`, in their order."""
    return (child for child in element if local_name(child) == tag)


def first(element: etree._Element, tag: str) -> etree._Element | None:
    """Return the first direct child called `tag`."""
    return next(children(element, tag), None)


def own_text(element: etree._Element) -> str | None:
    """Return the text of an element, comments left out; None where it holds more than text."""
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child, etree._Comment | etree._ProcessingInstruction):
            return None
        parts.append(child.tail or "")
    return "".join(parts)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        if codecs.lookup(encoding).name.replace("-", "_") in _NOT_CHARACTER_SETS:
            raise broken(name, f"{encoding} is no character set")
        text = data.decode(encoding)
        text.encode("utf-8")
    except LookupError as error:
        raise broken(name, f"its encoding {encoding} is unknown", repr(error)) from error
    except UnicodeError as error:
        reason = f"its bytes are not {encoding}, the encoding it declares or leaves to be assumed"
        raise broken(name, reason, repr(error)) from error
    return text


def _encoding(data: bytes) -> tuple[str, str]:
    """Return the name of the encoding, and what is odd about it.

    A byte order mark goes before the declaration, without both it is UTF-8 (XML 1.0, appendix F).
    """
    for start, encoding in (*_BYTE_ORDER_MARKS, *_MARKLESS):
        if data.startswith(start):
            return encoding, ""
    declared = _DECLARED.match(data)
    if declared is None:
        return "utf-8", ""
    encoding = declared[1].decode("ascii").lower()
    # A declaration that can be read byte by byte can't be in two or four bytes a character.
    if encoding.startswith(("utf-16", "utf-32", "utf16", "utf32", "ucs-")):
        return "utf-8", f"The file declares {encoding} and is not; read as UTF-8."
    return _SUPERSETS.get(encoding, encoding), ""
