"""Pictures that differ from one another and can be spoilt on purpose."""

import cv2
import numpy as np

SIZE = (320, 240)


def scene(number, size=SIZE):
    """Return a picture of boxes and discs in front of clouds, each number another one."""
    random = np.random.default_rng(number)
    clouds = random.integers(60, 200, (6, 8, 3), np.uint8)
    picture = cv2.resize(clouds, SIZE, interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = (int(value) for value in random.integers(10, (SIZE[0] - 10, SIZE[1] - 10)))
        color = tuple(int(value) for value in random.integers(20, 236, 3))
        if random.random() < 0.5:
            cv2.circle(picture, (x, y), int(random.integers(6, 40)), color, -1)
        else:
            cv2.rectangle(picture, (x, y), (x + 50, y + 30), color, -1)
    noise = random.normal(0, 3, picture.shape)
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    return picture if size == SIZE else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def save(picture, path, quality=92):
    path.parent.mkdir(parents=True, exist_ok=True)
    options = [cv2.IMWRITE_JPEG_QUALITY, quality] if path.suffix == ".jpg" else []
    is_written, content = cv2.imencode(path.suffix, picture, options)
    assert is_written
    path.write_bytes(content.tobytes())
    return path
