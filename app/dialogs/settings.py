"""The few settings of the window: colours, size, motion, language. Only the language waits for a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from agents.errors import UserFacingError
from agents.trust import load_trust, save_trust
from app.dialogs.frame import DialogFrame, label
from app.i18n import LANGUAGES, marked, tr
from app.plain import PlainLabel, plain_tip
from app.scaling import STEPS, FontScale
from app.settings import WindowSettings
from app.theme import L, M, ThemeSource
from app.told import failure
from app.views.controls import Choice, Tick

WIDTH = 440
SCHEMES = {"system": marked("Like the system"), "light": marked("Light"), "dark": marked("Dark")}


class SettingsDialog(DialogFrame):
    """Changes the look while one looks, and remembers the choices."""

    def __init__(
        self,
        source: ThemeSource,
        settings: WindowSettings,
        parent: QWidget | None = None,
        *,
        scale: FontScale | None = None,
    ) -> None:
        super().__init__(tr("Settings"), parent)
        self.setMinimumWidth(WIDTH)
        self._source, self._settings = source, settings
        self._scale = scale or FontScale(source, settings, self)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(L)
        self._rows.setVerticalSpacing(M)
        self._rows.setColumnStretch(1, 1)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._add_look()
        self._add_manners()
        self.add_button(tr("Close"), kind="primary").clicked.connect(self.accept)

    def _add_look(self) -> None:
        settings = self._settings
        self.scheme = self._choice(
            tr("Appearance"), {value: tr(text) for value, text in SCHEMES.items()}, settings.scheme
        )
        self.scheme.currentIndexChanged.connect(self._choose_scheme)
        self.text_size = self._choice(
            tr("Text size"), {f"{step:g}": f"{step:.0%}" for step in STEPS}, f"{settings.font_scale:g}"
        )
        self.text_size.currentIndexChanged.connect(
            lambda _: self._scale.set_scale(float(self.text_size.currentData()))
        )
        self.motion = self._tick(tr("Reduce motion"), tr("Nothing on the screen moves by itself."))
        self.motion.setChecked(settings.reduce_motion)
        self.motion.toggled.connect(self._choose_motion)
        names: dict[str, str] = {value: name or tr("Like the system") for value, name in LANGUAGES.items()}
        self.language = self._choice(tr("Language"), names, settings.language)
        self.language.currentIndexChanged.connect(self._choose_language)
        self.restart = label(tr("The language changes when Troupe is started again."), kind="muted")
        self.restart.hide()
        self._add("", self.restart)

    def _add_manners(self) -> None:
        self.notifications = self._tick(
            tr("Tell me when the team waits or a run ends"),
            tr("Through the system, while the window is in the background."),
            tr("Notifications"),
        )
        self.notifications.setChecked(self._settings.notifications)
        self.notifications.toggled.connect(self._choose_notifications)
        self.cloud = self._tick(
            tr("Models in the cloud may be asked"),
            tr("Your idea and your code then leave this machine. Your own servers are no cloud."),
            tr("Privacy"),
        )
        self.cloud.setChecked(load_trust().cloud)
        self.cloud.toggled.connect(self._choose_cloud)

    def _choice(self, title: str, values: Mapping[str, str], chosen: str) -> Choice:
        box = Choice()
        box.setAccessibleName(title)
        for value, text in values.items():
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        self._add(title, box)
        return box

    def _tick(self, text: str, tip: str, title: str = "") -> Tick:
        box = Tick(text)
        box.setToolTip(plain_tip(tip))
        self._add(title, box)
        return box

    def _add(self, title: str, field: QWidget) -> None:
        """One more row: what it is about at the left, the field at the right."""
        row = self._rows.rowCount()
        if title:
            about = PlainLabel(title)
            about.setBuddy(field)
            self._rows.addWidget(about, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows.addWidget(field, row, 1)

    def _choose_scheme(self) -> None:
        self._settings.scheme = self.scheme.currentData()
        self._source.choose(self._settings.scheme)

    def _choose_motion(self, reduce: bool) -> None:
        self._settings.reduce_motion = reduce
        self._source.set_reduce_motion(reduce)

    def _choose_language(self) -> None:
        self._settings.language = self.language.currentData()
        self.restart.show()

    def _choose_cloud(self, allowed: bool) -> None:
        try:
            save_trust(replace(load_trust(), cloud=allowed))
        except UserFacingError as error:
            self.cloud.setToolTip(plain_tip(failure(error)))
            self.cloud.setChecked(load_trust().cloud)

    def _choose_notifications(self, wanted: bool) -> None:
        self._settings.notifications = wanted
