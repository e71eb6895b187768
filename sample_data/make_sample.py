"""Cut the sample clip out of OpenCV's `vtest.avi` (Debian package `opencv-doc`).

python sample_data/make_sample.py [path of vtest.avi]
"""

from __future__ import annotations

import sys
from pathlib import Path

import av

SOURCE = Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
CLIP = Path(__file__).with_name("pedestrians.mp4")
FIRST_FRAME = 130
FRAMES = 270


def main(source: Path) -> None:
    with av.open(str(source)) as film, av.open(str(CLIP), "w") as clip:
        picture = film.streams.video[0]
        stream = clip.add_stream(
            "libx264",
            rate=picture.average_rate,
            # One thread, so that the same encoder makes the same bytes again.
            options={"preset": "veryslow", "crf": "26", "threads": "1"},
        )
        stream.width, stream.height = picture.width, picture.height
        stream.pix_fmt = "yuv420p"
        stream.gop_size = 50
        for index, frame in enumerate(film.decode(picture)):
            if index >= FIRST_FRAME + FRAMES:
                break
            if index >= FIRST_FRAME:
                frame.pts = None
                clip.mux(stream.encode(frame))
        clip.mux(stream.encode())
    print(f"{CLIP.name}: {FRAMES} frames, {CLIP.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
