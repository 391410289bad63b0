"""How large everything is written, beside what the system says."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from app import theme
from app.settings import WindowSettings
from app.theme import ThemeSource

STEPS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 1.8, 2.0)
_BASE = "troupe-font-size"
"""The property of the application, and of widgets with their own font, with the size in points at 100 %."""


def text_scale() -> float:
    """How large the application's text is beside the system's, 1 for as large."""
    app = QApplication.instance()
    base = app.property(_BASE) if isinstance(app, QApplication) else None
    return app.font().pointSizeF() / float(base) if isinstance(app, QApplication) and base else 1.0


class FontScale(QObject):
    """Scales the application's font in steps; views take it up as they do a new theme."""

    def __init__(self, source: ThemeSource, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._settings = source, settings
        self._applied = 1.0
        source.changed.connect(self._fit_own_fonts)
        if settings.font_scale != 1.0:
            self._apply()

    @property
    def scale(self) -> float:
        """The factor, 1 for the system's size."""
        return self._settings.font_scale

    def larger(self) -> None:
        """One step up."""
        self.set_scale(next((step for step in STEPS if step > self.scale + 0.01), STEPS[-1]))

    def smaller(self) -> None:
        """One step down."""
        self.set_scale(next((step for step in reversed(STEPS) if step < self.scale - 0.01), STEPS[0]))

    def set_scale(self, scale: float) -> None:
        """Take another factor and remember it."""
        if scale != self.scale:
            self._settings.font_scale = scale
            self._apply()

    def _apply(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        self._remember_own_fonts(app)
        font = app.font()
        if app.property(_BASE) is None:
            app.setProperty(_BASE, font.pointSizeF())
        self._applied = self.scale
        font.setPointSizeF(float(app.property(_BASE)) * self._applied)
        app.setFont(font)
        theme.apply(app, self._source.theme)
        self._source.changed.emit()

    def _remember_own_fonts(self, app: QApplication) -> None:
        for widget in app.allWidgets():
            size = widget.font().pointSizeF()  # negative for a font that is measured in pixels
            own = size > 0 and widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)
            if own and widget.property(_BASE) is None:
                widget.setProperty(_BASE, size / self._applied)

    def _fit_own_fonts(self) -> None:
        """A font of a widget's own does not follow the application's, and a new stylesheet sets it back."""
        app = QApplication.instance()
        if not isinstance(app, QApplication) or app.property(_BASE) is None:
            return
        self._remember_own_fonts(app)
        for widget in app.allWidgets():
            if (base := widget.property(_BASE)) is not None:
                own = widget.font()
                own.setPointSizeF(float(base) * self._applied)
                widget.setFont(own)
