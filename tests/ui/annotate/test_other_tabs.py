"""What the other tabs do to the folder shows when the Annotate tab is in front again."""

import shutil

from app.project.project import Project


def test_pictures_that_came_and_went_meanwhile_are_seen(tab, hands, pictures, qtbot):
    shutil.copy(pictures / "p1.png", pictures / "p0.png")
    (pictures / "p3.png").unlink()
    tab.hide()
    tab.show()
    names = ["p0.png", "p1.png", "p2.png"]
    qtbot.waitUntil(lambda: [path.name for path in tab._labeling.pictures] == names)
    assert tab._labeling.path.name == "p1.png"  # the picture in hand stays


def test_the_first_pictures_of_a_project_are_shown(tab, state, pictures, tmp_path, qtbot):
    project = Project.create(tmp_path / "gate")
    state.set_project(project)
    qtbot.waitUntil(lambda: not tab._labeling.is_opening)
    tab.hide()
    shutil.copy(pictures / "p1.png", project.images_folder / "c1_e1.png")
    project.add_class("fist")
    tab.show()
    qtbot.waitUntil(lambda: tab._labeling.picture is not None)
    assert tab._book.current == "fist"
