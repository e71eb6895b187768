"""Opens models and prints what they find, as JSON; run in a process of its own for TensorFlow.

``python detect_all.py CACHE MODEL...``: one line a model, on a red and on a blue picture.
"""

import json
import sys
from pathlib import Path

import numpy as np

from app.detection.opening import open_detector
from app.errors import AppError

SIZE = (480, 320)  # height, width


def tell(fields):
    sys.stdout.write(json.dumps(fields) + "\n")


for model in sys.argv[2:]:
    try:
        detector = open_detector(model, cache_dir=Path(sys.argv[1]))
    except AppError as error:
        tell(error.to_json())
        continue
    found = []
    for channel in (2, 0):
        image_bgr = np.zeros((*SIZE, 3), np.uint8)
        image_bgr[..., channel] = 255
        detections = detector.detect(image_bgr, min_score=0.5)
        names = [detector.classes[class_id] for class_id in detections.class_ids.tolist()]
        found.append([names, detections.boxes_xyxy.tolist(), detections.scores.tolist()])
    detector.close()
    detector.close()
    tell({"name": detector.name, "classes": len(detector.classes), "found": found})
tell({"tensorflow": "tensorflow" in sys.modules})
