"""Event F1 on rendered scenes with exact truth: the default tracker against the classic one.

Both get the same simulated detections. `TEST_SEEDS` are nobody's to tune on.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.counting.events import CrossingEvent
from app.counting.geometries import CountingLine
from app.counting.geometries import Scene as CountingScene
from app.pipeline.reader import make_reader
from app.pipeline.session import CountingSession, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings
from tests.support.scenes import (
    KINDS,
    TEST_SEEDS,
    EventScore,
    Scene,
    SceneSource,
    ScriptedDetector,
    make_scene,
    match_events,
)

# Tracker, cadence, F1 wanted, seeds a kind. The classic tracker goes first: the others are
# compared with it. It is slow: minutes for one seed of every kind. The goal is for all kinds
# together; the rows of single kinds show where the misses are.
CONFIGURATIONS: tuple[tuple[str, int | None, float, int], ...] = (
    ("classic", 30, 0.0, 1),
    ("auto", 3, 0.98, 3),
    ("auto", 10, 0.98, 3),
    ("auto", None, 0.95, 3),
)

_WAIT_S = 30.0


def count_scene(scene: Scene, *, tracker: str, detect_every: int | None) -> list[CrossingEvent]:
    """Count a scene at its own line as the pipeline does; return the events."""
    source = SceneSource(scene)
    settings = CountSettings(
        source=source.info.uri,
        tracker=tracker,
        detect_every=detect_every,
        # The simulated scores are too low for the course's 0.5, as the starter's are.
        score=0.3,
        scene=CountingScene((CountingLine("Line", *scene.line),)),
    )
    session = CountingSession(settings, source.info, ScriptedDetector(scene))
    reader = make_reader(source)
    events: list[CrossingEvent] = []
    try:
        while (item := reader.next(timeout_s=_WAIT_S)) is not None:
            events += session.step(*item, upcoming=reader.upcoming).events
    finally:
        reader.close()
        session.close()
    return events


def score_kind(
    kind: str, *, tracker: str, detect_every: int | None, seeds: Iterable[int]
) -> EventScore:
    """Return the event score of a kind over `seeds`."""
    total = EventScore()
    for seed in seeds:
        scene = make_scene(seed, kind=kind)
        found = count_scene(scene, tracker=tracker, detect_every=detect_every)
        total += match_events(found, scene.events())
    return total


def run() -> list[dict[str, object]]:
    """Measure all kinds; return one row a kind and configuration, and one for all kinds."""
    use_one_thread_for_opencv()
    rows: list[dict[str, object]] = []
    classic: dict[str, float] = {}
    for tracker, detect_every, goal, seed_count in CONFIGURATIONS:
        seeds = TEST_SEEDS[:seed_count]
        total = EventScore()
        cadence = "auto" if detect_every is None else f"every {detect_every}"
        for kind in KINDS:
            score = score_kind(kind, tracker=tracker, detect_every=detect_every, seeds=seeds)
            total += score
            if tracker == "classic":
                classic[kind] = score.f1
            rows.append(_row(f"{kind}, {tracker}, {cadence}", score, classic.get(kind), 0.0))
        if tracker == "classic":
            classic["all"] = total.f1
        rows.append(_row(f"all kinds, {tracker}, {cadence}", total, classic.get("all"), goal))
    return rows


def _row(name: str, score: EventScore, classic: float | None, goal: float) -> dict[str, object]:
    counts = f"{score.matched} of {score.true} found, {score.found - score.matched} made up"
    return {
        "name": f"event F1: {name} ({counts})",
        "value": round(score.f1, 4),
        "unit": "F1",
        "baseline": classic,
        "goal": f"at least {goal}" if goal else "for comparison",
        "ok": score.f1 >= goal,
    }


if __name__ == "__main__":
    for row in run():
        print(row["name"], row["value"])
