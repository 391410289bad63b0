"""The few settings of the window: colours and motion. They take effect at once."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.dialogs.frame import DialogFrame, label
from app.settings import WindowSettings
from app.theme import ThemeSource
from app.views.controls import Choice, Tick

WIDTH = 380
SCHEMES = {"system": "Like the system", "light": "Light", "dark": "Dark"}


class SettingsDialog(DialogFrame):
    """Changes the theme while one looks, and remembers the choice."""

    def __init__(self, source: ThemeSource, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__("Settings", parent)
        self.setMinimumWidth(WIDTH)
        self._source, self._settings = source, settings
        self.body.addWidget(label("Appearance", kind="heading"))
        self.scheme = Choice()
        self.scheme.setAccessibleName("Appearance")
        for value, text in SCHEMES.items():
            self.scheme.addItem(text, value)
        self.scheme.setCurrentIndex(self.scheme.findData(settings.scheme))
        self.scheme.currentIndexChanged.connect(self._choose_scheme)
        self.body.addWidget(self.scheme)
        self.motion = Tick("Reduce motion")
        self.motion.setToolTip("Nothing on the screen moves by itself.")
        self.motion.setChecked(settings.reduce_motion)
        self.motion.toggled.connect(self._choose_motion)
        self.body.addWidget(self.motion)
        self.add_button("Close", kind="primary").clicked.connect(self.accept)

    def _choose_scheme(self) -> None:
        self._settings.scheme = self.scheme.currentData()
        self._source.choose(self._settings.scheme)

    def _choose_motion(self, reduce: bool) -> None:
        self._settings.reduce_motion = reduce
        self._source.set_reduce_motion(reduce)
