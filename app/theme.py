"""Colours, spacing and fonts: the only place with a colour literal.

Every text colour has a contrast of at least 4.5:1 on `surface`, `raised` and `sunken`, every mark at least
3:1 (WCAG 2.2, 1.4.3 and 1.4.11). The role colours stay apart under protanopia, deuteranopia and tritanopia
(simulated as in Machado et al., 2009); a role is nevertheless never told by its colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias
from zlib import crc32

from pygments.style import Style
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
)
from pygments.token import Literal as LiteralToken
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.i18n import language
from app.stylesheet import stylesheet

GRID = 4
"""Spacing, in logical pixels, on a grid of four."""
XS, S, M, L, XL = 4, 8, 12, 16, 24
RADIUS = 6
HAIRLINE = 1

Scheme: TypeAlias = Literal["system", "light", "dark"]

ROLE_SLOTS = {
    "chief technology officer": 0,
    "cto": 0,
    "architect": 0,
    "programmer": 1,
    "developer": 1,
    "code reviewer": 2,
    "reviewer": 2,
    "chief product officer": 3,
    "cpo": 3,
    "product manager": 3,
    "product owner": 3,
    "chief executive officer": 4,
    "ceo": 4,
    "scrum master": 4,
    "counselor": 5,
    "senior developer": 5,
    "chief creative officer": 6,
    "art designer": 6,
    "software test engineer": 7,
    "tester": 7,
    "test designer": 7,
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours as `#rrggbb`.

    `surface` is the window, `raised` a card or field on it, `sunken` a well below it; `border` is a
    hairline, `outline` the edge of something that can be used; `hover` and `selection` lie behind text.
    `added` and `removed` are a diff's backgrounds. `roles` are eight colours for text and marks.
    """

    name: str
    dark: bool
    surface: str
    raised: str
    sunken: str
    border: str
    outline: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warning: str
    bad: str
    hover: str
    selection: str
    code: str
    added: str
    removed: str
    keyword: str
    string: str
    number: str
    function: str
    comment: str
    roles: tuple[str, ...]

    def role(self, title: str) -> str:
        """The colour of a role by its title: the same everywhere, and for `Tester` and `Tester 2`."""
        name = title.strip().lower().rstrip("0123456789").rstrip(" -#")
        known = ROLE_SLOTS.get(name)
        slot = crc32(name.encode()) if known is None else known
        return self.roles[slot % len(self.roles)]


LIGHT = Theme(
    name="light",
    dark=False,
    surface="#f7f8fa",
    raised="#ffffff",
    sunken="#eff1f4",
    border="#dcdfe5",
    outline="#7d8592",
    text="#1b1f27",
    muted="#5a6271",
    accent="#2459c8",
    on_accent="#ffffff",
    good="#1b7038",
    warning="#8a5200",
    bad="#b8251c",
    hover="#e9ecf1",
    selection="#cfdefb",
    code="#f3f4f7",
    added="#d9f2df",
    removed="#fbdedb",
    keyword="#8a2a9b",
    string="#2b6a34",
    number="#9a4a00",
    function="#1d54b8",
    comment="#5a6270",
    roles=("#3a67d0", "#1b7548", "#c92516", "#b02e9a", "#4615a3", "#0c466f", "#955878", "#712712"),
)

DARK = Theme(
    name="dark",
    dark=True,
    surface="#16181d",
    raised="#1e2127",
    sunken="#111317",
    border="#2d3139",
    outline="#737b89",
    text="#e4e7ec",
    muted="#9ea6b3",
    accent="#76a9fa",
    on_accent="#0d1a30",
    good="#69c98a",
    warning="#e5b454",
    bad="#f58a80",
    hover="#272b33",
    selection="#24395c",
    code="#191c22",
    added="#173825",
    removed="#43211f",
    keyword="#cf9bf0",
    string="#9fd08b",
    number="#e8b072",
    function="#82b4ff",
    comment="#98a0ad",
    roles=("#62a0ca", "#92f392", "#e2781f", "#fa96a3", "#9f82f0", "#45f5e5", "#9d9d59", "#f7d644"),
)


def blend(above: str, below: str, share: float) -> str:
    """`above` laid over `below` with an opacity of `share` (0 to 1)."""
    top, under = QColor(above), QColor(below)

    def mixed(one: int, other: int) -> int:
        return round(one * share + other * (1 - share))

    return QColor(
        mixed(top.red(), under.red()), mixed(top.green(), under.green()), mixed(top.blue(), under.blue())
    ).name()


def translucent(color: str, alpha: float) -> QColor:
    """A colour with an opacity from 0 to 1."""
    made = QColor(color)
    made.setAlphaF(alpha)
    return made


# --- fonts -----------------------------------------------------------------------------------------


def strong_weight() -> QFont.Weight:
    """The weight of what stands out; many Chinese fonts have one only, and Bold alone is made up for them."""
    return QFont.Weight.Bold if language() == "zh_CN" else QFont.Weight.DemiBold


def ui_font(*, small: bool = False, bold: bool = False) -> QFont:
    """The platform's font for text; `small` is the second of the two sizes."""
    font = QFont(QGuiApplication.font())
    if small:
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.88))
    if bold:
        font.setWeight(strong_weight())
    return font


def figures_font(*, small: bool = False, bold: bool = False) -> QFont:
    """The font for numbers that tick: digits of equal width, so that nothing jumps."""
    font = ui_font(small=small, bold=bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(*, small: bool = False) -> QFont:
    """The platform's font for code, at the size of the text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(ui_font(small=small).pointSizeF())
    return font


# --- putting it on ---------------------------------------------------------------------------------


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette."""
    made = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for where, color in (
        (role.Window, theme.surface),
        (role.WindowText, theme.text),
        (role.Base, theme.raised),
        (role.AlternateBase, theme.sunken),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.bad),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.raised),
        (role.Midlight, theme.border),
        (role.Mid, theme.border),
        (role.Dark, theme.outline),
        (role.Shadow, theme.border),
    ):
        made.setColor(where, QColor(color))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, where, QColor(blend(theme.muted, theme.surface, 0.6)))
    return made


def _tokens(theme: Theme) -> dict[str, str]:
    """What the stylesheet may name: the theme's colours, and a few mixed from them."""
    fields = {name: getattr(theme, name) for name in Theme.__slots__}
    colors = {name: value for name, value in fields.items() if isinstance(value, str)}
    return colors | {
        "disabled": blend(theme.muted, theme.surface, 0.6),
        "accent_hover": blend(theme.text, theme.accent, 0.12),
        "scroll": blend(theme.outline, theme.surface, 0.45),
    }


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole application the theme: Fusion's drawing, the palette and the stylesheet."""
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(_tokens(theme) | {"strong": str(strong_weight().value)}))


class ThemeSource(QObject):
    """The theme of the moment, handed to every view; `changed` says that it is another one.

    `reduce_motion` stops everything that moves; `motion_changed` tells of it.
    """

    changed = Signal()
    motion_changed = Signal()

    def __init__(
        self, choice: Scheme = "system", reduce_motion: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._choice: Scheme = choice
        self._reduce_motion = reduce_motion
        self._theme = self._wanted()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)

    @property
    def theme(self) -> Theme:
        """The theme to paint with."""
        return self._theme

    @property
    def choice(self) -> Scheme:
        """What the user chose."""
        return self._choice

    def choose(self, choice: Scheme) -> None:
        """Take another theme, or follow the system's."""
        self._choice = choice
        self._follow()

    @property
    def reduce_motion(self) -> bool:
        """Whether nothing may move."""
        return self._reduce_motion

    def set_reduce_motion(self, reduce: bool) -> None:
        """Stop or allow movement."""
        if reduce != self._reduce_motion:
            self._reduce_motion = reduce
            self.motion_changed.emit()

    def _wanted(self) -> Theme:
        if self._choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self._theme:
            self._theme = wanted
            app = QApplication.instance()
            if isinstance(app, QApplication):
                apply(app, wanted)
            self.changed.emit()


def code_style(theme: Theme) -> type[Style]:
    """The Pygments style that goes with a theme."""

    class CodeStyle(Style):
        name = f"troupe-{theme.name}"
        background_color = theme.code
        highlight_color = theme.selection
        styles = {  # noqa: RUF012 - Pygments reads a plain class attribute
            Token: theme.text,
            Comment: f"italic {theme.comment}",
            Comment.Preproc: f"noitalic {theme.keyword}",
            Keyword: theme.keyword,
            Keyword.Constant: theme.number,
            Operator: theme.text,
            Operator.Word: theme.keyword,
            Punctuation: theme.muted,
            Name: theme.text,
            Name.Function: theme.function,
            Name.Class: f"bold {theme.function}",
            Name.Builtin: theme.function,
            Name.Decorator: theme.keyword,
            Name.Tag: theme.keyword,
            Name.Attribute: theme.function,
            Name.Exception: theme.bad,
            String: theme.string,
            String.Escape: theme.number,
            Number: theme.number,
            LiteralToken: theme.number,
            Generic.Inserted: theme.good,
            Generic.Deleted: theme.bad,
            Generic.Heading: f"bold {theme.text}",
            Generic.Subheading: f"bold {theme.muted}",
            Generic.Emph: "italic",
            Generic.Strong: "bold",
            Generic.Error: theme.bad,
            Error: theme.text,  # half a program is no error while it is being written
        }

    return CodeStyle
