"""The bundled sample agrees with what its page says of it."""

import json
from collections import Counter


def test_the_sample_is_what_its_page_says(sample, frames_of):
    facts = json.loads(sample.with_name("sample.json").read_text(encoding="utf-8"))
    assert sample.name == facts["video"]
    frames = frames_of(sample)
    assert len(frames) == 270
    directions = Counter(crossing["direction"] for crossing in facts["crossings"])
    assert {"up": 0, "down": 0, **directions} == facts["expected"]
    assert all(0 <= crossing["frame_index"] < 270 for crossing in facts["crossings"])
    assert sample.stat().st_size < 2_000_000
