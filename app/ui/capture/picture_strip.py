"""`PictureStrip`: the pictures of the session as small ones, the newest at the end."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from app.capture.plan import PictureNumber
from app.capture.shots import SavedPicture
from app.ui.annotate.pictures.thumbnails import Thumbnails

_ICON = QSize(72, 44)
_CELL = QSize(80, 68)
_HEIGHT_PX = 88
_KEPT = 1000  # 13 kB each; older ones are read again when they are looked at

_Index = QModelIndex | QPersistentModelIndex


class PictureStripModel(QAbstractListModel):
    """Paths of pictures in the order they were taken."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []
        self._fresh: OrderedDict[Path, QPixmap] = OrderedDict()
        self._blank = QPixmap(_ICON)
        self._blank.fill(Qt.GlobalColor.transparent)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.ready.connect(self._on_ready)

    @property
    def paths(self) -> list[Path]:
        """The pictures, from the left."""
        return list(self._paths)

    def show(self, paths: Iterable[Path]) -> None:
        """Show the pictures of another session."""
        self.beginResetModel()
        self._paths = list(paths)
        self._fresh.clear()
        self.thumbnails.forget()
        self.endResetModel()

    def add(self, path: Path) -> None:
        """Put a picture at the end."""
        if path not in self._fresh:
            self.thumbnails.forget()  # another picture may have had its name
        self.remove(path)
        place = len(self._paths)
        self.beginInsertRows(QModelIndex(), place, place)
        self._paths.append(path)
        self.endInsertRows()

    @Slot(object, object)
    def keep(self, picture: SavedPicture, small: QImage) -> None:
        """Take the look of a picture that comes next, so that nobody need read its file."""
        aspect, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._fresh[picture.path] = QPixmap.fromImage(small.scaled(_ICON, aspect, smooth))
        while len(self._fresh) > _KEPT:
            self._fresh.popitem(last=False)

    def remove(self, path: Path) -> None:
        """Take a picture out; one that is not there is no matter."""
        if path in self._paths:
            place = self._paths.index(path)
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._paths[place]
            self.endRemoveRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of pictures."""
        return 0 if parent.isValid() else len(self._paths)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the number, the small picture, or the whole name."""
        path = self._paths[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            number = PictureNumber.of_stem(path.stem)
            return f"C{number.class_number} E{number.example}" if number else path.stem
        if role == Qt.ItemDataRole.DecorationRole:
            pixmap = self._fresh.get(path) or self.thumbnails.get(path)
            return QIcon(pixmap or self._blank)  # an icon is fitted
        if role == Qt.ItemDataRole.ToolTipRole:
            return path.name
        return None

    @Slot(object)
    def _on_ready(self, path: Path) -> None:
        if path in self._paths:
            index = self.index(self._paths.index(path))
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])


class PictureStrip(QListView):
    """One row of small pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture-strip")
        self.setAccessibleName(self.tr("Pictures of this session"))
        self.pictures = PictureStripModel(self)
        self.setModel(self.pictures)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setIconSize(_ICON)
        self.setGridSize(_CELL)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSpacing(0)
        self.horizontalScrollBar().rangeChanged.connect(self._show_newest)

    @property
    def chosen(self) -> list[Path]:
        """The pictures that are selected, from the left."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.pictures.paths[row] for row in rows]

    @Slot(int, int)
    def _show_newest(self, _least: int, most: int) -> None:
        self.horizontalScrollBar().setValue(most)
