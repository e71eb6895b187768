"""Draws, moves and reshapes the lines, bands and zones of a scene, by mouse and by keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QObject, QPointF, Qt, Signal

from app.counting.errors import CountingError
from app.counting.geometries import Anchor, CountingLine, Geometry, PointNorm, Scene, Zone
from app.ui.count.geometry_draft import GeometryDraft, Tool, build_geometry, points_in_the_middle
from app.ui.count.geometry_hits import HANDLE_RADIUS_PX, Hit, cursor_for, hit_at
from app.ui.count.geometry_shape import (
    is_too_small,
    moved_by,
    points_of,
    with_new_point,
    with_point,
    without_point,
)
from app.ui.count.geometry_words import free_name, too_small_text
from app.ui.count.scene_history import SceneHistory
from app.ui.view_transform import ViewTransform


@dataclass(frozen=True)
class _Drag:
    """An edit with the button down: where it began, and what was there then."""

    hit: Hit
    start_norm: PointNorm
    original: Geometry


class GeometryEditor(QObject):
    """The scene, what is selected in it, and the edit under way.

    Signals
    -------
    scene_changed(Scene)
        An edit is complete. A drag in progress does not emit it.
    selection_changed()
        Another geometry, or none, is selected.
    tool_changed(str)
        "select", "line", "band" or "zone".
    refused(str)
        An edit made no sense; says why.
    display_changed()
        What is painted has changed, if only by a drag in progress.
    """

    scene_changed = Signal(object)
    selection_changed = Signal()
    tool_changed = Signal(str)
    refused = Signal(str)
    display_changed = Signal()

    def __init__(self, scene: Scene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = SceneHistory(scene)
        self._picture_size = (1280, 720)
        self._draft = GeometryDraft()
        self._selected: int | None = None
        self._selected_point: int | None = None
        self._hovered: Hit | None = None
        self._drag: _Drag | None = None
        self._preview: Geometry | None = None
        self._has_moved = False

    # What there is to paint.

    @property
    def scene(self) -> Scene:
        """The scene with its last complete edit."""
        return self._history.current

    @property
    def geometries(self) -> tuple[Geometry, ...]:
        """The geometries as they look now, a drag in progress included."""
        shown = list(self.scene.geometries)
        if self._drag is not None and self._preview is not None:
            shown[self._drag.hit.geometry] = self._preview
        return tuple(shown)

    @property
    def draft_outline(self) -> list[PointNorm]:
        """The outline so far of a geometry that is being drawn."""
        return self._draft.outline

    @property
    def tool(self) -> Tool:
        """What a drag on the free picture does."""
        return self._draft.tool

    @property
    def selected(self) -> int | None:
        """Index of the selected geometry."""
        return self._selected

    @property
    def selected_point(self) -> int | None:
        """Index of the point of the selected geometry that the arrow keys move."""
        return self._selected_point

    @property
    def hovered(self) -> int | None:
        """Index of the geometry under the mouse."""
        return None if self._hovered is None else self._hovered.geometry

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture, pixels."""
        return self._picture_size

    def set_picture_size(self, width: int, height: int) -> None:
        """Take the size of the picture, pixels; a key moves by whole pixels of it."""
        self._picture_size = (width, height)

    # Commands.

    def load(self, scene: Scene) -> None:
        """Take another scene; its history begins anew. Emits no `scene_changed`."""
        self._abandon_edit()
        self._history = SceneHistory(scene)
        self.select(None)

    def set_tool(self, tool: Tool) -> None:
        """Choose what a drag on the free picture does."""
        self._abandon_edit()
        if tool != "select":
            self.select(None)
        if tool != self._draft.tool:
            self._draft.tool = tool
            self.tool_changed.emit(tool)
        self.display_changed.emit()

    def select(self, index: int | None) -> None:
        """Select a geometry, or none."""
        self._selected_point = None
        if index != self._selected:
            self._selected = index
            self.selection_changed.emit()
        self.display_changed.emit()

    def select_next(self, *, forward: bool) -> bool:
        """Select the geometry after the selected one; False past the last."""
        count = len(self.scene.geometries)
        if self.tool != "select" or count == 0:
            return False
        if self._selected is None:
            following = 0 if forward else count - 1
        else:
            following = self._selected + (1 if forward else -1)
        is_inside = 0 <= following < count
        self.select(following if is_inside else None)
        return is_inside

    def replace(self, index: int, geometry: Geometry) -> None:
        """Put `geometry` in the place of another, unless nothing could cross it."""
        width, height = self._picture_size
        is_line = isinstance(geometry, CountingLine)
        if is_too_small(points_of(geometry), is_line=is_line, width=width, height=height):
            self._refuse_too_small(geometry.kind)
            return
        geometries = list(self.scene.geometries)
        geometries[index] = geometry
        self._commit(geometries)

    def set_anchor(self, anchor: Anchor) -> None:
        """Choose the point of a box that has to cross."""
        self._commit(self.scene.geometries, anchor=anchor)

    def delete_selected(self) -> None:
        """Delete the selected point of a zone, or else the selected geometry."""
        if self._selected is None:
            return
        geometry = self.scene.geometries[self._selected]
        if isinstance(geometry, Zone) and self._selected_point is not None:
            smaller = without_point(geometry, self._selected_point)
            if smaller is None:
                self.refused.emit(self.tr("A zone needs at least three points."))
                return
            self._selected_point = None
            self.replace(self._selected, smaller)
            return
        kept = [g for i, g in enumerate(self.scene.geometries) if i != self._selected]
        self.select(None)
        self._commit(kept)

    def add_in_the_middle(self) -> None:
        """Add a geometry of the tool's kind in the middle, to be moved by keyboard."""
        if self.tool == "select":
            return
        width, height = self._picture_size
        name = free_name(self.tool, self.scene)
        points = points_in_the_middle(self.tool)
        self._add(build_geometry(self.tool, points, name, width=width, height=height))

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return self._history.can_redo

    def undo(self) -> None:
        """Take back the last edit."""
        if self.can_undo:
            self._show_other(self._history.undo())

    def redo(self) -> None:
        """Do the last undone edit again."""
        if self.can_redo:
            self._show_other(self._history.redo())

    # Mouse; positions in points of the widget.

    def press(self, position: QPointF, transform: ViewTransform) -> None:
        """Begin to draw, or take hold of what lies under the mouse."""
        point = transform.to_norm(position)
        if self.tool == "zone":
            self._add_zone_point(position, transform)
        elif self.tool != "select":
            self._draft.clear()
            self._draft.add_point(point)
        else:
            hit = hit_at(self.scene, position, transform, selected=self._selected)
            self.select(None if hit is None else hit.geometry)
            if hit is not None:
                self._selected_point = hit.index if hit.part == "handle" else None
                self._drag = _Drag(hit, point, self.scene.geometries[hit.geometry])
                self._has_moved = False
        self.display_changed.emit()

    def move(self, position: QPointF, transform: ViewTransform) -> None:
        """Go on with the edit, or say what lies under the mouse."""
        point = transform.to_norm(position)
        self._draft.move_cursor(point)
        if self._drag is not None:
            self._preview = self._dragged(self._drag, point)
            self._has_moved = True
            self.display_changed.emit()
        elif self._draft.is_begun:
            self.display_changed.emit()
        elif self.tool == "select":
            hit = hit_at(self.scene, position, transform, selected=self._selected)
            if hit != self._hovered:
                self._hovered = hit
                self.display_changed.emit()

    def release(self, position: QPointF, transform: ViewTransform) -> None:
        """Complete a drag."""
        self._draft.move_cursor(transform.to_norm(position))
        drag, preview = self._drag, self._preview
        self._drag = self._preview = None
        if drag is not None and preview is not None:
            self.replace(drag.hit.geometry, preview)
        elif drag is not None and self._has_moved:
            self._refuse_too_small(drag.original.kind)
        elif self.tool in ("line", "band") and self._draft.is_begun:
            self.finish_drawing()
        self.display_changed.emit()

    def double_click(self, position: QPointF, transform: ViewTransform) -> None:
        """Close the zone that is drawn, or add a point to the edge under the mouse."""
        if self.tool == "zone":
            self.finish_drawing()
            return
        hit = hit_at(self.scene, position, transform, selected=self._selected)
        if hit is None or hit.part != "edge":
            return
        geometry = self.scene.geometries[hit.geometry]
        if isinstance(geometry, Zone):
            self.replace(
                hit.geometry, with_new_point(geometry, hit.index, transform.to_norm(position))
            )
            self._selected_point = hit.index + 1

    def hover_nothing(self) -> None:
        """Forget what lay under the mouse."""
        self._hovered = None
        self.display_changed.emit()

    def cursor_at(self, position: QPointF, transform: ViewTransform) -> Qt.CursorShape:
        """Return the cursor that says what a click would do."""
        if not transform.has_image:
            return Qt.CursorShape.ArrowCursor
        if self.tool != "select":
            return Qt.CursorShape.CrossCursor
        return cursor_for(hit_at(self.scene, position, transform, selected=self._selected))

    # Keyboard; `geometry_keys` says which key does what.

    @property
    def is_drawing(self) -> bool:
        """Whether a new geometry has its first point."""
        return self._draft.is_begun

    def nudge(self, *, x_px: int, y_px: int) -> None:
        """Move the selected point, or else the selected geometry, by pixels of the picture."""
        if self._selected is None:
            return
        geometry = self.scene.geometries[self._selected]
        x_norm, y_norm = x_px / self._picture_size[0], y_px / self._picture_size[1]
        if self._selected_point is None:
            self.replace(self._selected, moved_by(geometry, x_norm, y_norm))
            return
        old_x, old_y = points_of(geometry)[self._selected_point]
        try:
            moved = with_point(geometry, self._selected_point, (old_x + x_norm, old_y + y_norm))
        except CountingError as error:
            self.refused.emit(error.message)
        else:
            self.replace(self._selected, moved)

    def choose_point(self, step: int) -> None:
        """Select the next point (`step` 1) or the one before (-1) of the selected geometry."""
        if self._selected is None:
            return
        count = len(points_of(self.scene.geometries[self._selected]))
        if self._selected_point is None:
            self._selected_point = 0 if step > 0 else count - 1
        else:
            self._selected_point = (self._selected_point + step) % count
        self.display_changed.emit()

    def drop_drawn_point(self) -> None:
        """Take back the last point of the geometry that is being drawn."""
        self._draft.drop_point()
        self.display_changed.emit()

    def finish_drawing(self) -> None:
        """Add what is drawn so far."""
        width, height = self._picture_size
        self._add(self._draft.finish(free_name(self.tool, self.scene), width=width, height=height))

    def step_back(self) -> None:
        """Abandon what is drawn; then put the tool down; then select nothing."""
        if self._draft.is_begun:
            self._draft.clear()
            self.display_changed.emit()
        elif self.tool != "select":
            self.set_tool("select")
        else:
            self.select(None)

    # Edits.

    def _dragged(self, drag: _Drag, point: PointNorm) -> Geometry | None:
        """Return the dragged geometry with the mouse at `point`; None where none is possible."""
        if drag.hit.part != "handle":
            x_norm, y_norm = point[0] - drag.start_norm[0], point[1] - drag.start_norm[1]
            return moved_by(drag.original, x_norm, y_norm)
        try:
            return with_point(drag.original, drag.hit.index, point)
        except CountingError:  # passing through the point where it would have no length
            return None

    def _add_zone_point(self, position: QPointF, transform: ViewTransform) -> None:
        points = self._draft.points
        if len(points) > 2:
            first = transform.norm_to_view(*points[0])
            if QLineF(first, position).length() <= HANDLE_RADIUS_PX:
                self.finish_drawing()
                return
        self._draft.add_point(transform.to_norm(position))

    def _add(self, geometry: Geometry | None) -> None:
        """Add what was drawn, select it and put the tool down."""
        if geometry is None:
            self._refuse_too_small(self.tool)
            return
        self._commit([*self.scene.geometries, geometry])
        self.set_tool("select")
        self.select(len(self.scene.geometries) - 1)

    def _refuse_too_small(self, kind: Tool) -> None:
        self.refused.emit(too_small_text(kind))
        self.display_changed.emit()

    def _commit(
        self, geometries: list[Geometry] | tuple[Geometry, ...], *, anchor: Anchor | None = None
    ) -> None:
        try:
            scene = Scene(tuple(geometries), anchor or self.scene.anchor)
        except CountingError as error:  # two of one name
            self.refused.emit(str(error))
            return
        if scene != self.scene:
            self._history.push(scene)
            self.scene_changed.emit(scene)
        self.display_changed.emit()

    def _show_other(self, scene: Scene) -> None:
        if self._selected is not None and self._selected >= len(scene.geometries):
            self.select(None)
        self._selected_point = None
        self.scene_changed.emit(scene)
        self.display_changed.emit()

    def _abandon_edit(self) -> None:
        self._draft.clear()
        self._drag = self._preview = self._hovered = None
