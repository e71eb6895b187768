"""The hand assistant while capturing: boxes on the preview, and with what is saved."""

import av
import cv2
import pytest

from app.annotation.label_folder import LabelFolder
from app.capture.plan import CapturePlan
from app.project.activity import ActivityFile
from app.project.proposals import ProposalStore


@pytest.fixture
def hand_video(reference_data, tmp_path):
    picture = next(
        image
        for path in sorted((reference_data / "voc" / "fingers").rglob("*.jpg"))
        if (image := cv2.imread(str(path))) is not None
    )
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    path = tmp_path / "hand.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = 8_000_000
        for _ in range(200):
            frame = av.VideoFrame.from_ndarray(picture[:height, :width].copy(), format="bgr24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def choose_hands(person, use):
    box = person.tab._side.options._hands
    box.setCurrentIndex(box.findData(use))


def test_the_box_is_shown_live_and_saved_as_a_label_of_the_class(person, hand_video):
    # The second class of the plan is the first of the project: names count, not numbers.
    person.project.add_class("second")
    person.tab._sessions.use_plan(CapturePlan(("first", "second"), 1))
    choose_hands(person, "label")
    person.open(hand_video)
    person.wait(lambda: person.view._hands is not None and len(person.view._hands) > 0)
    person.shoot()
    person.shoot()
    person.wait_until_saved()
    project = person.project
    labels = LabelFolder(project.images_folder, project.annotations_folder)
    for path, class_name in zip(person.files, ("first", "second"), strict=True):
        height, width = cv2.imread(str(path)).shape[:2]
        (box,) = labels.load(path, size=(width, height)).annotation.boxes
        assert box.class_name == class_name
        live = person.view._hands[0]  # a video is not mirrored
        assert abs(live[0] * width - box.xmin) < 0.1 * width
        assert abs(live[3] * height - box.ymax) < 0.1 * height
    assert not ProposalStore(ActivityFile(project.folder / "activity.sqlite")).images()


def test_a_box_to_review_is_a_proposal_and_no_label(person, hand_video):
    choose_hands(person, "proposal")
    person.open(hand_video)
    person.shoot()
    person.wait_until_saved()
    project = person.project
    store = ProposalStore(ActivityFile(project.folder / "activity.sqlite"))
    image = person.files[0].relative_to(project.images_folder).as_posix()
    assert [each.class_name for each in store.of(image)] == ["d1"]
    assert not list(project.annotations_folder.rglob("*.xml"))


def test_switched_off_nothing_is_looked_for(person, hand_video):
    choose_hands(person, "proposal")
    choose_hands(person, "off")
    person.open(hand_video)
    person.shoot()
    person.wait_until_saved()
    assert not (person.project.folder / "activity.sqlite").exists()
    assert not person.tab._shooting.hands.is_on
