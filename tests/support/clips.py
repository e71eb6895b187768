"""Short clips cut from long ones, without a change to any picture."""

from __future__ import annotations

from pathlib import Path

import av


def cut_start(video: Path, path: Path, *, seconds: float) -> Path:
    """Write the first seconds of a video to `path` and return it."""
    with av.open(str(video)) as whole, av.open(str(path), "w") as start:
        stream = start.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(video=0):
            if packet.size and packet.pts * packet.time_base < seconds:
                packet.stream = stream
                start.mux(packet)
    return path
