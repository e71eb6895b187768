"""The lines, bands and zones as a list, and the names and direction of the selected one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.counting.errors import CountingError
from app.counting.geometries import Geometry, Zone
from app.ui.count.direction_words import (
    ARROWS,
    default_word,
    direction_keys,
    direction_label,
    presets_for,
)
from app.ui.count.geometry_editor import GeometryEditor
from app.ui.icons import icon


class ScenePanel(QWidget):
    """Edits through the same editor as the picture, so undo covers both."""

    def __init__(self, editor: GeometryEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scene-panel")
        self._editor = editor
        self._list = QListWidget(self)
        self._list.setObjectName("geometry-list")
        self._list.setAccessibleName(self.tr("Lines, bands and zones"))
        self._list.currentRowChanged.connect(self._on_row)
        self._empty = QLabel(
            self.tr("Press B, L or Z and draw a band, a line or a zone on the picture."), self
        )
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 12, 8)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._empty)
        layout.addLayout(self._make_form())
        layout.addLayout(self._make_buttons())
        editor.scene_changed.connect(self.refresh)
        editor.selection_changed.connect(self.refresh)
        self.refresh()

    def _make_form(self) -> QFormLayout:
        self._name = QLineEdit(self)
        self._name.setObjectName("geometry-name")
        self._name.editingFinished.connect(self._on_name)
        self._first = QLineEdit(self)
        self._first.setObjectName("direction-first")
        self._first.editingFinished.connect(self._on_directions)
        self._second = QLineEdit(self)
        self._second.setObjectName("direction-second")
        self._second.editingFinished.connect(self._on_directions)
        self._first_caption = QLabel(self)
        self._second_caption = QLabel(self)
        self._anchor = QComboBox(self)
        self._anchor.setObjectName("anchor-box")
        self._anchor.setAccessibleName(self.tr("Point of a box that crosses"))
        self._anchor.setToolTip(
            self.tr("Bottom suits people and cars seen from the side: where they stand")
        )
        self._anchor.addItem(self.tr("Centre of the box"), "center")
        self._anchor.addItem(self.tr("Bottom of the box"), "bottom")
        self._anchor.activated.connect(self._on_anchor)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        name_caption, anchor_caption = QLabel(self.tr("&Name"), self), QLabel(self)
        anchor_caption.setText(self.tr("C&rosses by"))
        for caption, field in (
            (name_caption, self._name),
            (self._first_caption, self._first),
            (self._second_caption, self._second),
            (anchor_caption, self._anchor),
        ):
            caption.setBuddy(field)
            # A form puts its captions at the top of their rows; as high as the fields they meet.
            caption.setMinimumHeight(field.sizeHint().height())
            form.addRow(caption, field)
        return form

    def _make_buttons(self) -> QHBoxLayout:
        self._presets = QPushButton(icon("tag"), self.tr("Names"), self)
        self._presets.setObjectName("direction-presets")
        self._presets.setToolTip(self.tr("Choose a pair of names for the two directions"))
        self._presets_menu = QMenu(self._presets)
        self._presets_menu.aboutToShow.connect(self._fill_presets)
        self._presets_menu.triggered.connect(self._on_preset)
        self._presets.setMenu(self._presets_menu)
        self._swap = QPushButton(icon("swap"), self.tr("Swap"), self)
        self._swap.setObjectName("swap-directions")
        self._swap.setToolTip(self.tr("Count each direction as the opposite one"))
        self._swap.clicked.connect(self._on_swap)
        self._delete = QPushButton(icon("trash"), self.tr("Delete"), self)
        self._delete.setObjectName("delete-geometry")
        self._delete.setToolTip(self.tr("Delete the selected line, band or zone (Del)"))
        self._delete.clicked.connect(self._editor.delete_selected)
        row = QHBoxLayout()
        for button in (self._presets, self._swap, self._delete):
            row.addWidget(button)
        row.addStretch(1)
        return row

    @property
    def _geometry(self) -> Geometry | None:
        selected = self._editor.selected
        return None if selected is None else self._editor.scene.geometries[selected]

    @Slot()
    def refresh(self) -> None:
        """Show the scene as it is."""
        kinds = {"line": "line", "band": "band", "zone": "zone"}
        self._list.blockSignals(True)
        self._list.clear()
        for geometry in self._editor.scene.geometries:
            QListWidgetItem(icon(kinds[geometry.kind]), geometry.name, self._list)
        self._list.setCurrentRow(-1 if self._editor.selected is None else self._editor.selected)
        self._list.blockSignals(False)
        self._empty.setVisible(self._list.count() == 0)
        self._anchor.setCurrentIndex(self._anchor.findData(self._editor.scene.anchor))
        self._show_selected()

    def _show_selected(self) -> None:
        geometry = self._geometry
        for widget in (self._name, self._first, self._second, self._presets, self._delete):
            widget.setEnabled(geometry is not None)
        self._swap.setEnabled(geometry is not None and not isinstance(geometry, Zone))
        keys = ("up", "down") if geometry is None else self._keys(geometry)
        self._first_caption.setText(f"{ARROWS[keys[0]]} {default_word(keys[0])}")
        self._second_caption.setText(f"{ARROWS[keys[1]]} {default_word(keys[1])}")
        self._name.setText("" if geometry is None else geometry.name)
        for field, key in ((self._first, keys[0]), (self._second, keys[1])):
            field.setText("" if geometry is None else direction_label(geometry, key))
            field.setAccessibleName(self.tr("Name of “{0}”").format(default_word(key)))

    def _keys(self, geometry: Geometry) -> tuple[str, str]:
        width, height = self._editor.picture_size
        return direction_keys(geometry, width=width, height=height)

    def _replace(self, geometry: Geometry) -> None:
        if self._editor.selected is not None:
            self._editor.replace(self._editor.selected, geometry)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._editor.set_tool("select")
        self._editor.select(row if row >= 0 else None)

    @Slot()
    def _on_name(self) -> None:
        geometry, name = self._geometry, self._name.text().strip()
        if geometry is None or name == geometry.name:
            return
        try:
            self._replace(replace(geometry, name=name))
        except CountingError as error:
            self._editor.refused.emit(str(error))
        self.refresh()

    @Slot()
    def _on_directions(self) -> None:
        self._rename_directions(self._first.text().strip(), self._second.text().strip())

    def _rename_directions(self, first: str, second: str) -> None:
        geometry = self._geometry
        if geometry is None:
            return
        keys = self._keys(geometry)
        names = dict(geometry.direction_names)
        for key, name in zip(keys, (first, second), strict=True):
            names.pop(key, None)
            if name and name != default_word(key):
                names[key] = name
        self._replace(replace(geometry, direction_names=names))

    @Slot()
    def _fill_presets(self) -> None:
        self._presets_menu.clear()
        if self._geometry is None:
            return
        for first, second in presets_for(self._keys(self._geometry)):
            action = self._presets_menu.addAction(f"{first} / {second}")
            action.setData((first, second))

    @Slot(QAction)
    def _on_preset(self, action: QAction) -> None:
        self._rename_directions(*action.data())

    @Slot()
    def _on_swap(self) -> None:
        geometry = self._geometry
        if geometry is not None and not isinstance(geometry, Zone):
            self._replace(replace(geometry, is_swapped=not geometry.is_swapped))

    @Slot(int)
    def _on_anchor(self, index: int) -> None:
        self._editor.set_anchor(self._anchor.itemData(index, Qt.ItemDataRole.UserRole))
