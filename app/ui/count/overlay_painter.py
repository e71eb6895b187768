"""Paints an overlay over a picture, in points of the widget: thin at every zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from app.ui.count.class_colors import text_color_on
from app.ui.count.label_layout import LabelRequest, place_labels
from app.ui.count.overlay import TRAIL_FADES, Overlay, OverlayOptions, TrackMark
from app.ui.view_transform import ViewTransform

LABEL_PADDING_PX = 3.0
DOT_INDENT_PX = 13.0
BADGE_BACKGROUND = QColor(15, 18, 22, 190)
HALO = QColor(0, 0, 0, 150)


def paint_marks(
    painter: QPainter, overlay: Overlay, transform: ViewTransform, options: OverlayOptions
) -> None:
    """Paint boxes, trails and centroids of the followed objects."""
    # A translucent wide line costs five times as much with antialiasing as without.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if options.trails:
        _paint_trails(painter, overlay, transform)
    rects = _view_rects(overlay, transform)
    if options.boxes:
        for mark, rect in zip(overlay.marks, rects, strict=True):
            _paint_box(painter, mark, rect)
    if options.centroids:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(HALO, 1))
        for mark, rect in zip(overlay.marks, rects, strict=True):
            painter.setBrush(mark.color)
            painter.drawEllipse(rect.center(), 2.6, 2.6)


def _view_rects(overlay: Overlay, transform: ViewTransform) -> list[QRectF]:
    return [
        QRectF(
            transform.to_view(mark.box.left(), mark.box.top()),
            transform.to_view(mark.box.right(), mark.box.bottom()),
        )
        for mark in overlay.marks
    ]


def _paint_box(painter: QPainter, mark: TrackMark, rect: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.is_visible:
        painter.setPen(HALO)
        painter.drawRect(rect.adjusted(-2, -2, 1, 1))
        painter.setPen(QPen(mark.color, 2))
    else:  # coasting: a guess, and drawn as one
        painter.setPen(QPen(mark.color, 1.5, Qt.PenStyle.DashLine))
    painter.drawRect(rect)


def _paint_trails(painter: QPainter, overlay: Overlay, transform: ViewTransform) -> None:
    """Paint the ways of all tracks, fading with age; in pixels of the picture, for speed."""
    painter.save()
    painter.setTransform(transform.to_qt())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen()
    pen.setCosmetic(True)
    pen.setWidth(2)
    for mark in overlay.marks:
        color = QColor(mark.color)
        for age, piece in enumerate(reversed(mark.trail)):
            color.setAlphaF(0.9 * (1 - age / TRAIL_FADES))
            pen.setColor(color)
            painter.setPen(pen)
            painter.drawPolyline(piece)
    painter.restore()


def label_texts(mark: TrackMark, options: OverlayOptions) -> list[str]:
    """Return the texts of a mark's label, the fullest first, without repeats."""
    number = f"#{mark.track_id}" if options.ids else ""
    name = mark.class_name if options.classes else ""
    score = f"{mark.score:.2f}" if options.scores else ""
    fullest = " ".join(part for part in (number, name, score) if part)
    shortest = number or name or score
    return list(dict.fromkeys((fullest, shortest)))


def paint_labels(
    painter: QPainter,
    overlay: Overlay,
    transform: ViewTransform,
    options: OverlayOptions,
    *,
    bounds: QRectF,
    obstacles: Sequence[QRectF],
) -> None:
    """Paint what the options say of each object, inside `bounds` and clear of `obstacles`."""
    if not (options.ids or options.classes or options.scores):
        return
    marks, rects = overlay.marks, _view_rects(overlay, transform)
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    # Nearer objects are larger and matter more: they choose their place first.
    order = sorted(range(len(marks)), key=lambda i: rects[i].bottom(), reverse=True)
    texts = [label_texts(marks[i], options) for i in order]
    requests = [
        LabelRequest(rects[i], [_label_size(metrics, text) for text in candidates])
        for i, candidates in zip(order, texts, strict=True)
    ]
    placements = place_labels(requests, bounds, obstacles=obstacles)
    for i, candidates, placed in zip(order, texts, placements, strict=True):
        if placed is not None:
            color = QColor(marks[i].color)
            color.setAlphaF(0.92 if marks[i].is_visible else 0.6)
            painter.fillRect(placed.rect, color)
            painter.setPen(text_color_on(marks[i].color))
            painter.drawText(
                placed.rect, Qt.AlignmentFlag.AlignCenter, candidates[placed.text_index]
            )


def _label_size(metrics: QFontMetricsF, text: str) -> QSizeF:
    return QSizeF(metrics.horizontalAdvance(text) + 2 * LABEL_PADDING_PX, metrics.height() + 1)


def _badge_font(painter: QPainter) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def badge_size(painter: QPainter, text: str) -> QSizeF:
    """Return the size of a badge without a dot, points."""
    metrics = QFontMetricsF(_badge_font(painter))
    lines = text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines)
    return QSizeF(width + 16, metrics.height() * len(lines) + 8)


def paint_badge(
    painter: QPainter,
    text: str,
    position: QPointF,
    *,
    color: QColor | None = None,
    dot: QColor | None = None,
) -> QRectF:
    """Paint `text` on a dark rounded plate, legible on any picture; return its rectangle.

    Parameters
    ----------
    position : QPointF
        Top-left corner, points of the widget.
    color : QColor, optional
        Of the text; white when not given.
    dot : QColor, optional
        A filled circle before the text.
    """
    painter.setFont(_badge_font(painter))
    size = badge_size(painter, text)
    indent = DOT_INDENT_PX if dot is not None else 0.0
    rect = QRectF(position, QSizeF(size.width() + indent, size.height()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(BADGE_BACKGROUND))
    painter.drawRoundedRect(rect, 5, 5)
    if dot is not None:
        painter.setBrush(dot)
        painter.drawEllipse(QPointF(rect.left() + 8 + 3, rect.center().y()), 4, 4)
    painter.setPen(color or QColor("white"))
    painter.drawText(
        rect.adjusted(8 + indent, 4, -8, -4),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
        text,
    )
    return rect
