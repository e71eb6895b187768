"""A worker process whose one job, ``echo``, does what its config says: run as a script."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.jobs import worker
from app.jobs.ring import FrameRing

FRAME_WIDTH, FRAME_HEIGHT = 33, 20  # rows of 99 bytes: not a multiple of 4


def run(config, channel):
    channel.emit("started", pid=os.getpid())
    match config["do"]:
        case "succeed":
            sys.stdout.write("noise on standard output\n")
            os.write(1, b"raw noise\n")
            return {"answer": config["answer"]}
        case "fail":
            raise AppError("no-such-file", "a.mp4 is missing.", "Choose another file.")
        case "raise":
            raise RuntimeError("a fault")
        case "crash":
            sys.stderr.write("last words\n")
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "wait":
            channel.cancel_token.wait(60)
            channel.cancel_token.raise_if_cancelled()
        case "hang":
            time.sleep(60)
        case "hang-after-result":
            channel.emit("result", result={"answer": 1})
            time.sleep(60)
        case "commands":
            return {"commands": [channel.wait_command(30) for _ in range(config["count"])]}
        case "progress":
            for done in range(config["count"]):
                channel.emit("progress", done=done + 1, total=config["count"], unit="frames")
            channel.emit("notice", code="all-done", message="Done.", hint="")
            return {}
        case "frames":
            return _send_frames(config, channel)
    return {}


def _send_frames(config, channel):
    """Write ever brighter frames, each with one crossing event, as fast as it goes."""
    ring = FrameRing.create(Path(config["ring_path"]), width=FRAME_WIDTH, height=FRAME_HEIGHT)
    for index in range(config["count"]):
        image_bgr = np.full((FRAME_HEIGHT, FRAME_WIDTH, 3), index % 256, np.uint8)
        image_bgr[0, 0] = (1, 2, 3)
        slot = ring.write(image_bgr)
        channel.emit(
            "frame",
            slot=slot,
            sequence=ring.sequence,
            frame_index=index,
            events=[{"frame_index": index}],
        )
    channel.wait_command(30)
    ring.close()
    return {}


if __name__ == "__main__":
    worker.JOB_FUNCTIONS["echo"] = f"{__name__}:run"
    sys.exit(worker.main(Path(sys.argv[1])))
