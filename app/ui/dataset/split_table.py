"""`SplitTableView`: the table of classes and sets, with a bar for each class in its colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.dataset.split_plan import ClassRow
from app.dataset.split_rule import SET_NAMES
from app.ui.dataset.split_model import (
    BAR_COLUMN,
    COLOR_ROLE,
    MOST_ROLE,
    NAME_COLUMN,
    ROW_ROLE,
    SET_COLUMNS,
    Index,
    SplitModel,
)
from app.ui.dataset.split_shades import paint_part
from app.ui.naming import named

_ROW_PX = 28
_BAR_PX = 12
_LEAST_ROWS = 4
_LEAST_BAR_PX = 56
_LEAST_NAME_PX, _MOST_NAME_PX = 56, 200
_GAP_PX = 2


class _BarDelegate(QStyledItemDelegate):
    """The pictures of a class, a part for each set; what is in no set is ground."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        row, color, most = (index.data(role) for role in (ROW_ROLE, COLOR_ROLE, MOST_ROLE))
        assert isinstance(row, ClassRow)
        assert isinstance(color, QColor)
        area = QRectF(option.rect).adjusted(8, 0, -8, 0)
        area.setTop(area.center().y() - _BAR_PX / 2)
        area.setHeight(_BAR_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(area)
        ground.setWidth(area.width() * row.available / most)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(option.palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(ground, 2, 2)
        left = area.left()
        for name in SET_NAMES:
            width = area.width() * row.images[name] / most
            if width > 0:
                part = QRectF(left, area.top(), max(width - _GAP_PX, 1.0), _BAR_PX)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(option.palette.color(QPalette.ColorRole.Base))
                painter.drawRect(part.adjusted(0, 0, _GAP_PX, 0))
                paint_part(painter, part, color, name)
            left += width
        painter.restore()


class SplitTableView(QTableView):
    """As high as its rows, within what there is room for."""

    def __init__(self, model: SplitModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "split-table")
        self.setAccessibleName(self.tr("Pictures and boxes by class and set"))
        self.setModel(model)
        self.setItemDelegateForColumn(BAR_COLUMN, _BarDelegate(self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model.modelReset.connect(self._fit)

    def sizeHint(self) -> QSize:
        """Return a height that shows every row."""
        return QSize(400, self._height_of(self.model().rowCount()))

    def minimumSizeHint(self) -> QSize:
        """Return a height that shows a few rows."""
        return QSize(240, self._height_of(min(self.model().rowCount(), _LEAST_ROWS)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the bars what the numbers leave."""
        super().resizeEvent(event)
        self._fit_columns()

    def _height_of(self, rows: int) -> int:
        frame = 2 * self.frameWidth()
        return self.horizontalHeader().sizeHint().height() + rows * _ROW_PX + frame

    def _fit(self) -> None:
        self.setMaximumHeight(self._height_of(self.model().rowCount()))
        self.updateGeometry()
        self._fit_columns()

    def _fit_columns(self) -> None:
        widths = self._set_widths()
        left = self.viewport().width() - sum(widths.values())
        name_px = min(self.sizeHintForColumn(NAME_COLUMN) + 8, _MOST_NAME_PX)
        # A long name is cut off before the bars go; its tool tip says it whole.
        name_px = max(min(name_px, left - _LEAST_BAR_PX), _LEAST_NAME_PX)
        has_bars = left - name_px >= _LEAST_BAR_PX
        widths[NAME_COLUMN] = name_px if has_bars else max(left, _LEAST_NAME_PX)
        if has_bars:
            widths[BAR_COLUMN] = left - name_px
        for column in range(BAR_COLUMN + 1):
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])

    def _set_widths(self) -> dict[int, int]:
        """Return the widths of the columns of sets that are shown."""
        model = self.model()
        assert isinstance(model, SplitModel)
        shown = [column for column, name in SET_COLUMNS.items() if name in model.shown_sets]
        header = self.horizontalHeader()
        return {
            column: max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) + 8
            for column in shown
        }
