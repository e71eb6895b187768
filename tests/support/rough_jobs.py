"""Jobs that do not end as they should, for the tests of who follows them."""

from __future__ import annotations

import os
import time


def dies(config, channel):
    """End without a word, as a process does that the system kills."""
    os._exit(9)


def is_deaf(config, channel):
    """Never look whether somebody wants it to stop."""
    channel.emit("started")
    while True:
        time.sleep(60)
