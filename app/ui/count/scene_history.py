"""Undo and redo of edits: scenes are immutable, so the history is a list of them."""

from __future__ import annotations

from app.counting.geometries import Scene

MAX_STEPS = 200


class SceneHistory:
    """The scenes so far, and which of them is the current one."""

    def __init__(self, scene: Scene) -> None:
        self._scenes = [scene]
        self._position = 0

    @property
    def current(self) -> Scene:
        """The scene as it is now."""
        return self._scenes[self._position]

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back and nothing was edited since."""
        return self._position < len(self._scenes) - 1

    def push(self, scene: Scene) -> None:
        """Make `scene` the current one; what was undone before is gone."""
        self._scenes = [*self._scenes[: self._position + 1], scene][-MAX_STEPS:]
        self._position = len(self._scenes) - 1

    def undo(self) -> Scene:
        """Go one edit back; stays where it is at the first."""
        self._position = max(self._position - 1, 0)
        return self.current

    def redo(self) -> Scene:
        """Go one edit forward again; stays where it is at the last."""
        self._position = min(self._position + 1, len(self._scenes) - 1)
        return self.current
