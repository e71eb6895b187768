"""Annotate's canvas on a 4K picture with 1,000 boxes, beside labelImg's way of painting.

The baseline does per paint what research/labeling describes of labelImg: scale the whole picture
smoothly, then build and draw a path for each box and a small ellipse for each of its corners; its
hover asks every path in turn. Next picture and opening a large folder are measured on files.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT, BOXES = 3840, 2160, 1000
VIEW = (1600, 900)
STEPS, BASELINE_STEPS = 60, 8
PICTURES, FOLDER_PICTURES = 12, 100_000
FOLDER_PARTS = 2


def run() -> list[dict[str, object]]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("TALLYBOX_CONFIG_DIR", tempfile.mkdtemp(prefix="tallybox-bench-"))
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(["bench"])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        return [*_canvas_rows(Path(folder)), _next_row(Path(folder)), _folder_row(Path(folder))]


def _row(
    name: str, value_ms: float, baseline_ms: float | None, goal_ms: float
) -> dict[str, object]:
    return {
        "name": f"canvas: {name}",
        "value": round(value_ms, 2),
        "unit": "ms",
        "baseline": None if baseline_ms is None else round(baseline_ms, 2),
        "goal": f"at most {goal_ms:g} ms",
        "ok": value_ms <= goal_ms,
    }


def _p95(step: Callable[[int], None], steps: int) -> float:
    times = []
    for index in range(steps):
        begin = time.perf_counter()
        step(index)
        times.append(1e3 * (time.perf_counter() - begin))
    return float(np.percentile(times, 95))


def _picture(path: Path, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 255, (HEIGHT // 40, WIDTH // 40, 3), np.uint8)
    image = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), image)
    return path


def _boxes() -> list:
    from app.annotation.labels import LabeledBox

    rng = np.random.default_rng(1)
    corners = rng.uniform((0, 0), (WIDTH - 200, HEIGHT - 200), (BOXES, 2)).round()
    sides = rng.uniform(20, 180, (BOXES, 2)).round()
    return [
        LabeledBox(f"d{index % 9}", x, y, x + width, y + height)
        for index, ((x, y), (width, height)) in enumerate(zip(corners, sides, strict=True))
    ]


def _canvas_rows(folder: Path) -> list[dict[str, object]]:
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from app.ui.annotate.canvas.box_canvas import BoxCanvas
    from app.ui.annotate.pictures.picture_loader import load_picture

    picture, boxes = load_picture(_picture(folder / "4k.jpg")), _boxes()
    canvas = BoxCanvas()
    canvas.resize(*VIEW)
    canvas.show()
    canvas.set_picture(picture)
    canvas.set_boxes(boxes)
    QTest.qWait(100)

    def move(point: QPoint, button: Qt.MouseButton) -> None:
        kind, none = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
        place = QPointF(canvas.mapToGlobal(point))
        event = QMouseEvent(kind, QPointF(point), place, button, button, none)
        QApplication.sendEvent(canvas, event)
        QApplication.sendPostedEvents()
        QApplication.processEvents()  # paints what became dirty

    start = canvas.transform.to_view(boxes[0].xmin + 10, boxes[0].ymin + 10).toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    drag = _p95(lambda i: move(start + QPoint(4 + 3 * i, 2 * i), Qt.MouseButton.LeftButton), STEPS)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start)
    hover = _p95(lambda i: move(QPoint(20 * i % VIEW[0], 300), Qt.MouseButton.NoButton), STEPS)

    def zoom(index: int) -> None:
        canvas.zoom(1.25 if index % 8 < 4 else 0.8, QPointF(800, 450))
        QApplication.processEvents()

    zooming = _p95(zoom, STEPS)
    baseline, baseline_hover = _labelimg_way(picture.levels[0], boxes)
    canvas.close()
    return [
        _row("drag one of 1,000 boxes at 4K, p95", drag, baseline, 8),
        _row("zoom step, p95", zooming, baseline, 25),
        _row("hover, p95", hover, baseline_hover, 2),
    ]


def _labelimg_way(image: object, boxes: Sequence) -> tuple[float, float]:
    """Return the p95 of a whole repaint and of a hit test done box by box, ms."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

    pixmap, scale = QPixmap.fromImage(image), VIEW[0] / WIDTH
    target = QPixmap(*VIEW)
    paths = []

    def repaint(_index: int) -> None:
        paths.clear()
        painter = QPainter(target)
        hint = QPainter.RenderHint
        painter.setRenderHints(hint.Antialiasing | hint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        painter.drawPixmap(0, 0, pixmap)
        for box in boxes:
            line, corners = QPainterPath(), QPainterPath()
            points = [
                QPointF(box.xmin, box.ymin), QPointF(box.xmax, box.ymin),
                QPointF(box.xmax, box.ymax), QPointF(box.xmin, box.ymax),
            ]  # fmt: skip
            line.moveTo(points[0])
            for point in points:
                line.lineTo(point)
                corners.addEllipse(point, 4 / scale, 4 / scale)
            line.closeSubpath()
            painter.setPen(QPen(QColor(0, 255, 0, 128), 2 / scale))
            painter.drawPath(line)
            painter.drawPath(corners)
            painter.fillPath(corners, QColor(0, 255, 0, 255))
            paths.append(line)
        painter.end()

    def hover(index: int) -> None:
        point = QPointF(60 * index, 700)
        for path in reversed(paths):
            if path.contains(point):
                return

    return _p95(repaint, BASELINE_STEPS), _p95(hover, BASELINE_STEPS)


def _next_row(folder: Path) -> dict[str, object]:
    """Go from picture to picture as a person does, a moment after each was shown."""
    from app.ui.annotate.annotate_tab import AnnotateTab
    from app.ui.annotate.pictures.picture_loader import load_picture
    from app.ui.app_state import AppState, window_settings
    from app.ui.error_presenter import ErrorPresenter

    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(PICTURES):
        _picture(pictures / f"p{number:02}.jpg", seed=number)
    tab = AnnotateTab(AppState(window_settings()), ErrorPresenter())
    tab.resize(*VIEW)
    tab.show()
    tab.open_folder(pictures)
    _wait_for_picture(tab)
    times = []
    for _ in range(PICTURES - 1):
        _run_loop(wait_ms=600)
        begin = time.perf_counter()
        tab._labeling.go_by(1)
        _wait_for_picture(tab)
        times.append(1e3 * (time.perf_counter() - begin))
    tab.shutdown()
    tab.close()
    decode = _p95(lambda i: load_picture(pictures / f"p{i:02}.jpg"), 4)
    return _row(
        "next picture at 4K, p95 (baseline: decoding)", float(np.percentile(times, 95)), decode, 50
    )


def _wait_for_picture(tab: object) -> None:
    """Let the window work until it has painted a picture."""
    from PySide6.QtWidgets import QApplication

    if tab._labeling.picture is None:
        _run_loop(tab._labeling.labels_changed)
    QApplication.processEvents()


def _run_loop(until: object = None, wait_ms: int = 30_000) -> None:
    """Run an event loop as the window's own: `QTest.qWait` would keep the threads waiting."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    if until is not None:
        until.connect(loop.quit)
    QTimer.singleShot(wait_ms, loop.quit)
    loop.exec()


def _folder_row(folder: Path) -> dict[str, object]:

    from app.ui.annotate.annotate_tab import AnnotateTab
    from app.ui.app_state import AppState, window_settings
    from app.ui.error_presenter import ErrorPresenter

    pictures = folder / "many"
    pictures.mkdir()
    for part in range(FOLDER_PARTS):  # a file may have no more than 65,000 names
        first = _picture(pictures / f"p{part}.jpg")
        for number in range(1, FOLDER_PICTURES // FOLDER_PARTS):
            os.link(first, pictures / f"p{part}-{number:06}.jpg")
    tab = AnnotateTab(AppState(window_settings()), ErrorPresenter())
    tab.resize(*VIEW)
    tab.show()
    begin = time.perf_counter()
    tab.open_folder(pictures)
    _wait_for_picture(tab)
    opened = 1e3 * (time.perf_counter() - begin)
    tab.shutdown()
    tab.close()
    return _row(f"open a folder of {FOLDER_PICTURES:,} pictures", opened, None, 2000)


if __name__ == "__main__":
    for row in run():
        print(row)
