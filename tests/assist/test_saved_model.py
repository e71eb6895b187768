"""A model that needs TensorFlow proposes from the resident child process."""

import cv2
import numpy as np
import pytest

from tests.assist.test_job import images, start  # noqa: F401
from tests.detection.conftest import built_models  # noqa: F401


@pytest.mark.tf
@pytest.mark.slow
def test_only_the_first_proposal_of_a_saved_model_waits(built_models, images, start):  # noqa: F811
    red = np.zeros((50, 100, 3), np.uint8)
    red[..., 2] = 204
    cv2.imwrite(str(images / "red.png"), red)
    child = start(model=str(built_models / "garden"))
    child.ask("red.png")
    child.wait_for("started")
    (proposal,) = child.wait_for("proposed")["proposals"]
    assert proposal["class_name"] == "d1"
    assert proposal["score"] == pytest.approx(0.8, abs=0.01)
    edges = [proposal[name] for name in ("xmin", "ymin", "xmax", "ymax")]
    assert edges == pytest.approx([20, 5, 60, 15], abs=1)
    child.ask("red.png")
    assert child.wait_for("proposed")["proposals"] == [proposal]  # by the same process
