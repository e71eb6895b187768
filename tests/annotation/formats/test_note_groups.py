"""Many notes of one cause are one line."""

from app.annotation.formats.note_groups import group_notes
from app.annotation.labels import Note


def test_notes_that_differ_in_numbers_and_quotes_are_one_group_in_their_order():
    groups = group_notes(
        [
            Note("mended", "a", "xmin '10' is read as 1."),
            Note("refused", "a", "It has no name."),
            Note("mended", "b", "xmin '20' is read as 1."),
        ]
    )
    assert [(g.kind, g.text, len(g.notes)) for g in groups] == [
        ("mended", "xmin … is read as 1.", 2),
        ("refused", "It has no name.", 1),
    ]
    assert groups[0].places(1) == "a; …"
    assert groups[0].places(2) == "a; b"


def test_one_note_keeps_its_words():
    note = Note("mended", "a", "The picture says … 'so' and 12.")
    assert group_notes([note])[0].text == note.text


def test_names_of_classes_and_fields_do_not_melt_into_one():
    texts = [f"CSV has no place for {name!r}: 2 of 7 boxes lose it." for name in ("pose", "empty")]
    groups = group_notes(Note("lost", "a", text) for text in texts)
    assert [group.text for group in groups] == texts


def test_an_apostrophe_opens_no_quotation():
    texts = [f"It's {n} px beyond the picture's rim; it's cut." for n in (1, 2)]
    [group] = group_notes(Note("mended", "a", text) for text in texts)
    assert group.text == "It's … px beyond the picture's rim; it's cut."


def test_other_kinds_and_other_words_stay_apart():
    texts = ["It is 1.", "It was 1."]
    notes = [Note(kind, "a", text) for kind in ("mended", "lost") for text in texts]
    assert len(group_notes(notes)) == 4
