"""`CountingSession`: one frame in, its tracks and crossings out.

Threads make it faster and change nothing: which frames are detected follows from the pictures
alone, so a file gives the same events every time, in the window and on the command line.

On files the session looks ahead. Whether a frame is detected on is decided some frames before its
turn, from that frame itself and from where the tracks known by then will be; so the detector works
on it while the frames before it are tracked, and nothing it does is ever thrown away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import cv2

from app.capture.source import Frame, SourceInfo
from app.counting.classic import ClassicCounter
from app.counting.counter import Counter
from app.counting.events import CrossingEvent
from app.counting.geometries import Scene
from app.counting.totals import Totals
from app.detection.class_names import resolve_class_names
from app.detection.detections import Detections, Detector
from app.pipeline.settings import CountSettings
from app.tracking.cadence import AutoCadence, Cadence, FixedCadence
from app.tracking.classic import CLASSIC_DETECT_EVERY_FRAMES, CLASSIC_SCORE, ClassicTracker
from app.tracking.dlib_pool import DlibFollower
from app.tracking.optical_flow import FlowFollower
from app.tracking.picture import Picture
from app.tracking.tracker import Tracker
from app.tracking.tracks import Tracks

State = Literal["detecting", "tracking", "waiting"]

# Boxes from a third of the score on keep a known object alive (ByteTrack uses 0.1 for its 0.6).
_WEAK_SHARE = 1 / 3

# How far ahead of its turn a frame of a file is looked at: about as long as a detection takes, and
# short enough that the tracks known now still tell what will be new then.
_FORESIGHT_S = 0.15
_MAX_FORESIGHT_FRAMES = 4


@dataclass(frozen=True)
class FrameResult:
    """What is known once a frame was counted.

    Attributes
    ----------
    frame : Frame
    tracks : Tracks
    events : list of CrossingEvent
        Those that became certain on this frame.
    state : {"detecting", "tracking", "waiting"}
        Whether the detector ran; else whether anything is followed.
    """

    frame: Frame
    tracks: Tracks
    events: list[CrossingEvent]
    state: State


class _TrackerLike(Protocol):
    def step(self, picture: Picture, detections: Detections | None) -> Tracks: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...


class CountingSession:
    """Counts the frames of one source.

    Parameters
    ----------
    settings : CountSettings
    info : SourceInfo
    detector : Detector
        Used from one thread of the session's own; closed with the session.

    Attributes
    ----------
    class_names : tuple of str
        The classes looked for.
    score : float
        Least score that starts a track.
    detector_runs : int
    first_index : int or None
        Frame since which the totals count; None before the first.
    first_timestamp_s : float
        Time of that frame.
    """

    def __init__(self, settings: CountSettings, info: SourceInfo, detector: Detector) -> None:
        self.detector = detector
        self.detector_runs = 0
        self._info = info
        wanted_frames = min(round(_FORESIGHT_S * info.fps), _MAX_FORESIGHT_FRAMES)
        self._foresight_frames = 0 if info.is_live else wanted_frames
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="detector")
        # From the current frame on; None where the detector does not run.
        self._plans: deque[Future[Detections] | None] = deque()
        self._tracks = Tracks.empty()
        self._tracker: _TrackerLike | None = None
        self._configure(settings)

    def _configure(self, settings: CountSettings) -> None:
        """Take `settings` over, checking them before anything is changed."""
        class_ids = _class_ids(self.detector, settings.class_names)
        is_classic = settings.tracker == "classic"
        default = CLASSIC_SCORE if is_classic else self.detector.default_score
        score = settings.score if settings.score is not None else default
        tracker = self._make_tracker(settings, score)
        if self._tracker is not None:
            self._tracker.close()
        self.settings, self.score, self._class_ids = settings, score, class_ids
        self.class_names = tuple(self.detector.classes[each] for each in class_ids)
        self._tracker = tracker
        self._cadence = self._make_cadence(settings)
        self._make_counter()

    def _make_tracker(self, settings: CountSettings, score: float) -> _TrackerLike:
        if settings.tracker == "classic":
            return ClassicTracker(score=score)
        follower = DlibFollower() if settings.tracker == "dlib" else FlowFollower()
        return Tracker(follower, fps=self._info.fps, score=score)

    def _make_cadence(self, settings: CountSettings) -> Cadence:
        if settings.detect_every is not None:
            return FixedCadence(settings.detect_every)
        if settings.tracker == "classic":
            return FixedCadence(CLASSIC_DETECT_EVERY_FRAMES)
        return AutoCadence(fps=self._info.fps)

    def _make_counter(self) -> None:
        make = ClassicCounter if self.settings.tracker == "classic" else Counter
        self._counter = make(
            self.settings.scene,
            width=self._info.width,
            height=self._info.height,
            class_names=self.detector.classes,
        )
        self.first_index: int | None = None
        self.first_timestamp_s = 0.0

    @property
    def totals(self) -> Totals:
        """The sums of all events since `first_index`."""
        return self._counter.totals

    def change(self, settings: CountSettings) -> None:
        """Go on with other settings; totals and tracks begin anew, nothing is counted twice.

        Raises
        ------
        AppError
            When they do not fit the model; the old ones stay in force.
        """
        self._configure(settings)
        self._drop_plans()

    def change_scene(self, scene: Scene) -> None:
        """Count over other lines; the tracks stay, the totals begin anew."""
        self.settings = replace(self.settings, scene=scene)
        self._make_counter()

    def restart(self) -> None:
        """Begin anew, as after a seek: no tracks, no counts."""
        self._forget_tracks()
        self._make_counter()

    def step(
        self,
        frame: Frame,
        picture: Picture,
        *,
        upcoming: Callable[[int], tuple[Frame, Picture] | None],
    ) -> FrameResult:
        """Count one frame.

        Parameters
        ----------
        frame : Frame
        picture : Picture
            The same frame, as trackers look at it.
        upcoming : callable
            Returns the frame so many frames after this one, None past the end. Never called on
            live sources.
        """
        if frame.follows_gap:
            self._forget_tracks()
        if self.first_index is None:
            self.first_index, self.first_timestamp_s = frame.index, frame.timestamp_s
        self._plan((frame, picture), upcoming)
        plan = self._plans.popleft()
        detections = None if plan is None else plan.result()
        self.detector_runs += plan is not None
        assert self._tracker is not None
        self._tracks = self._tracker.step(picture, detections)
        events = self._count(frame)
        idle: State = "tracking" if len(self._tracks) else "waiting"
        return FrameResult(frame, self._tracks, events, idle if plan is None else "detecting")

    def _plan(
        self,
        current: tuple[Frame, Picture],
        upcoming: Callable[[int], tuple[Frame, Picture] | None],
    ) -> None:
        """Decide which of the frames from the current one on are detected on, and begin."""
        while (ahead := len(self._plans)) <= self._foresight_frames:
            item = upcoming(ahead) if ahead else current
            if item is None:
                return
            frame, picture = item
            is_due = self._cadence.is_due(picture, self._tracks.foretold(ahead + 1))
            self._plans.append(self._threads.submit(self._detect, frame) if is_due else None)

    def _count(self, frame: Frame) -> list[CrossingEvent]:
        tracks = self._tracks
        return self._counter.update(
            track_ids=tracks.track_ids,
            boxes_xyxy=tracks.boxes_xyxy,
            class_ids=tracks.class_ids,
            is_visible=tracks.is_visible,
            is_confirmed=tracks.is_confirmed,
            motions_px=tracks.motions_px,
            frame_index=frame.index,
            timestamp_s=frame.timestamp_s,
        )

    def _detect(self, frame: Frame) -> Detections:
        return self.detector.detect(
            frame.image_bgr,
            min_score=self.score * _WEAK_SHARE,
            class_ids=self._class_ids,
            merge_kindred=self.settings.merge_kindred,
        )

    def detect_anything(self, frame: Frame, *, min_score: float) -> dict[str, float]:
        """Return the best score of every class that the model sees in one frame."""
        found = self._threads.submit(
            self.detector.detect, frame.image_bgr, min_score=min_score
        ).result()
        best: dict[str, float] = {}
        for class_id, score in zip(found.class_ids.tolist(), found.scores.tolist(), strict=True):
            name = self.detector.classes[class_id]
            best[name] = max(best.get(name, 0.0), score)
        return best

    def _forget_tracks(self) -> None:
        assert self._tracker is not None
        self._drop_plans()
        self._tracker.reset()
        self._cadence.reset()
        self._tracks = Tracks.empty()

    def _drop_plans(self) -> None:
        for plan in self._plans:
            if plan is not None:
                plan.cancel()
        self._plans.clear()

    def close(self) -> None:
        """Stop the threads and release tracker and detector."""
        self._threads.shutdown(cancel_futures=True)
        if self._tracker is not None:
            self._tracker.close()
        self.detector.close()


def _class_ids(detector: Detector, class_names: tuple[str, ...] | None) -> tuple[int, ...]:
    names = detector.default_class_names if class_names is None else class_names
    if not names:
        return tuple(detector.classes)
    return tuple(sorted(resolve_class_names(detector, names)))


def use_one_thread_for_opencv() -> None:
    """Keep OpenCV from spreading small work over all cores, which the detector needs."""
    cv2.setNumThreads(1)
