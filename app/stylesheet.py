"""The Qt stylesheet of a theme: hairlines, flat buttons, thin splitters and scroll bars.

A widget asks for a variant through dynamic properties: `widget.setProperty("kind", "primary")` for the one
main button of a place, `"danger"` for what cannot be undone, `"muted"` and `"heading"` for labels, `"bad"`,
`"good"` and `"warning"` for labels that judge, `"card"` for a framed area, `"bar"` for a tool strip.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_SHEET = Template(
    """
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 8px; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QAbstractScrollArea { border: none; background: $surface; }
QFrame[kind="card"] { background: $raised; border: 1px solid $border; border-radius: 6px; }
QFrame[kind="popup"] { background: $raised; border: 1px solid $outline; border-radius: 8px; }
QFrame[kind="flyout"] { background: $raised; border: 1px solid $outline; }
QFrame[kind="choice"] { background: $raised; border: 1px solid $border; border-radius: 6px; }
QFrame[kind="choice"]:hover { border-color: $outline; }
QFrame[kind="choice"][focused="true"] { border-color: $accent; }
QFrame[kind="choice"][chosen="true"] { background: $selection; border-color: $accent; }
QFrame[kind="bar"] { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame[kind="status"] { background: $surface; border: none; border-top: 1px solid $border; }
QFrame[kind="composer"] { background: $surface; border: none; border-top: 1px solid $border; }
QFrame[kind="notice"] { background: $raised; border: none; border-top: 1px solid $border; }
QFrame[kind="hairline"] { background: $border; border: none; }

QLabel[kind="muted"] { color: $muted; }
QLabel[kind="heading"] { font-weight: $strong; }
QLabel[kind="bad"] { color: $bad; }
QLabel[kind="good"] { color: $good; }
QLabel[kind="warning"] { color: $warning; }

QPushButton, QToolButton {
    background: transparent; color: $text; border: 1px solid transparent; border-radius: 6px;
    padding: 4px 8px;
}
QPushButton { border-color: $border; background: $raised; padding: 4px 12px; min-height: 1.3em; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $selection; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: transparent; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: $strong;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $disabled; border-color: $border; }
QPushButton[kind="danger"] { color: $bad; }
QToolButton[kind="hint"] { color: $muted; border-color: $border; padding: 3px 8px; }
QToolButton[kind="hint"]:hover { color: $text; }
QToolButton[kind="hint"]:focus { border-color: $accent; }
QToolButton[kind="tight"] { padding: 4px; }
QToolButton[kind="quiet"] { color: $warning; padding: 0 4px; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $selection; selection-color: $text; placeholder-text-color: $muted;
}
QTextEdit[kind="plain"], QPlainTextEdit[kind="plain"], QTextBrowser[kind="plain"] {
    border: none; border-radius: 0; padding: 0;
}
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus {
    border-color: $accent;
}
QTextEdit[kind="plain"]:focus, QPlainTextEdit[kind="plain"]:focus { border: none; }
QComboBox:disabled, QPlainTextEdit:disabled, QLineEdit:disabled { color: $disabled; background: $surface; }
QComboBox { padding-right: 24px; }
QComboBox[kind="flat"], QComboBox[kind="active"] {
    background: transparent; border-color: transparent; color: $muted; padding: 4px 12px 4px 4px;
}
QComboBox[kind="flat"]::drop-down, QComboBox[kind="active"]::drop-down { width: 8px; }
QComboBox[kind="active"] { background: $selection; color: $text; }
QComboBox[kind="flat"]:hover { background: $hover; color: $text; }
QComboBox[kind="flat"]:focus, QComboBox[kind="active"]:focus { border-color: $accent; }
QComboBox::drop-down { border: none; background: transparent; width: 24px; }
QComboBox::down-arrow { image: none; }
QSpinBox, QDoubleSpinBox { padding: 2px 24px 2px 0; }
QSpinBox > QLineEdit, QDoubleSpinBox > QLineEdit { border: none; background: transparent; padding: 2px 8px; }
QComboBox > QLineEdit { border: none; background: transparent; padding: 0; }
QCheckBox, QRadioButton { spacing: 8px; }
QRadioButton { outline: none; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $outline; background: $raised;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; background: $hover; }
QCheckBox::indicator:checked { border-color: $accent; background: $accent; }
QCheckBox::indicator:checked:focus { border-color: $text; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QTextBrowser[kind="prose"], QTextBrowser[kind="question"], QTextBrowser[kind="aside"] {
    border: none; background: transparent; padding: 0;
}
QTextBrowser[kind="question"] { font-weight: $strong; }
QTextBrowser[kind="aside"] { color: $muted; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    border: none; background: transparent; width: 24px;
}
QSpinBox::up-arrow, QSpinBox::down-arrow { image: none; }
QDoubleSpinBox::up-arrow, QDoubleSpinBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $border; selection-background-color: $selection;
    selection-color: $text; outline: none;
}

QMenu { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenuBar { background: $surface; border-bottom: 1px solid $border; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 8px 12px;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }

QTreeView, QListView, QTableView {
    background: $surface; alternate-background-color: $sunken; border: none; outline: none;
    selection-background-color: $selection; selection-color: $text;
}
QTreeView::item, QListView::item { padding: 4px; border: none; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
    background: $selection; color: $text;
}
QListView[kind="choices"] { padding: 8px 4px; }
QListView[kind="choices"]::item { padding: 8px; border-radius: 6px; }
QListView::indicator {
    width: 14px; height: 14px; border: 1px solid $outline; border-radius: 4px; background: $raised;
}
QListView::indicator:checked { border-color: $accent; background: $accent; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $border; padding: 4px 8px;
}
QHeaderView[kind="compact"]::section { padding: 4px; }

QSlider::groove:horizontal { background: $sunken; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $raised; border: 2px solid $accent; width: 12px; margin: -6px 0; border-radius: 8px;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accent; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
    background: $sunken; border: none; border-radius: 3px; max-height: 6px; text-align: center; color: $text;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QStatusBar { background: $surface; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }
QGroupBox { border: none; margin-top: 20px; font-weight: $strong; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
QDialog { background: $surface; }
"""
)


def stylesheet(tokens: Mapping[str, str]) -> str:
    """The stylesheet text with `tokens`, the colours and weights by their names, filled in."""
    return _SHEET.substitute(tokens)
