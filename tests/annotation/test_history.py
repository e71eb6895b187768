from pathlib import Path

from app.annotation.history import MAX_STEPS, Edit, EditHistory
from app.annotation.labels import ImageAnnotation, LabeledBox


def annotation(*names):
    boxes = tuple(LabeledBox(name, 0, 0, 10, 10) for name in names)
    return ImageAnnotation(100, 80, boxes=boxes)


def edit(picture, before, after, text="Draw", key=None):
    return Edit(Path(picture), annotation(*before), annotation(*after), text, key)


def test_edits_come_back_in_reverse_order_and_can_be_made_again():
    history = EditHistory()
    first, second = edit("a.png", [], ["d1"]), edit("b.png", [], ["d2"])
    history.push(first)
    history.push(second)
    assert [history.undo(), history.undo(), history.undo()] == [second, first, None]
    assert [history.redo(), history.redo(), history.redo()] == [first, second, None]


def test_a_new_edit_ends_what_could_be_redone():
    history = EditHistory()
    history.push(edit("a.png", [], ["d1"]))
    history.undo()
    history.push(edit("a.png", [], ["d2"]))
    assert history.next_redo is None
    assert history.next_undo == edit("a.png", [], ["d2"])


def test_an_arrow_key_held_down_is_one_step():
    history = EditHistory()
    history.push(edit("a.png", [], ["d1"], "Move", key="nudge 1"))
    history.push(edit("a.png", ["d1"], ["d1", "d2"], "Move", key="nudge 1"))
    assert history.undo() == edit("a.png", [], ["d1", "d2"], "Move", key="nudge 1")
    assert history.undo() is None


def test_an_arrow_key_for_another_box_is_a_step_of_its_own():
    history = EditHistory()
    history.push(edit("a.png", [], ["d1"], "Move"))
    history.push(edit("a.png", ["d1"], ["d2"], "Move", key="nudge 1"))
    history.push(edit("a.png", ["d2"], ["d3"], "Move", key="nudge 2"))
    assert history.undo() == edit("a.png", ["d2"], ["d3"], "Move", key="nudge 2")
    assert history.undo() == edit("a.png", ["d1"], ["d2"], "Move", key="nudge 1")


def test_the_edits_of_one_picture_can_be_forgotten():
    history = EditHistory()
    for picture in ("a.png", "b.png", "a.png"):
        history.push(edit(picture, [], ["d1"]))
    history.undo()
    history.forget(Path("a.png"))
    assert history.undo() == edit("b.png", [], ["d1"])
    assert history.redo() == edit("b.png", [], ["d1"])
    assert history.redo() is None


def test_steps_in_another_picture_are_never_joined():
    history = EditHistory()
    history.push(edit("a.png", [], ["d1"], "Move", key=1))
    history.push(edit("b.png", ["d1"], ["d2"], "Move", key=1))
    assert history.undo() == edit("b.png", ["d1"], ["d2"], "Move", key=1)
    assert history.undo() == edit("a.png", [], ["d1"], "Move", key=1)


def test_a_thousand_steps_and_more_are_kept():
    history = EditHistory()
    for number in range(MAX_STEPS + 10):
        history.push(edit("a.png", [], ["d1"], f"step {number}"))
    undone = 0
    while history.undo():
        undone += 1
    assert undone == MAX_STEPS >= 1000
