"""Arrangements that come again: labelled fields below each other, and what is scrolled as a whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QWidget

from app.theme import M, S


def fields_layout(owner: QWidget | None = None) -> QFormLayout:
    """Fields below each other, as wide as they can be, with their labels before them; for `owner`, if any."""
    made = QFormLayout(owner)
    made.setContentsMargins(0, 0, 0, 0)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.setHorizontalSpacing(M)
    made.setVerticalSpacing(S)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return made


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """`content` without a frame, scrolled where it has no room; screen readers hear `name`."""
    made = QScrollArea()
    made.setAccessibleName(name)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setWidgetResizable(True)
    made.setWidget(content)
    return made
