"""The theme's promises, computed: contrasts, role colours apart for everyone, sizes on the grid."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest
from pygments.token import Keyword
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from app import i18n
from app import theme as themes
from app.plain import PlainLabel
from app.theme import DARK, LIGHT, Theme, ThemeSource, code_style, ui_font
from tests.support.looks import light_theme

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
BACKGROUNDS = ("surface", "raised", "sunken")
TEXTS = ("text", "muted", "accent", "good", "warning", "bad")
SYNTAX = ("keyword", "string", "number", "function", "comment", "text")
COLOR = re.compile(
    r"""["']#[0-9a-fA-F]{3,8}["']|\bQColor\(\s*["'\d]|\brgba?\(|Qt\.GlobalColor\.(?!transparent)"""
)

Vector = tuple[float, float, float]

# What people with each dichromacy see (Machado et al., 2009, severity 1), on linear RGB.
VISION: dict[str, tuple[Vector, Vector, Vector]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(color: str) -> Vector:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(rgb: Vector) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(linear(one)), luminance(linear(other))))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: Vector) -> Vector:
    red, green, blue = (max(0.0, part) for part in rgb)

    def root(part: float) -> float:
        return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116

    x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = root(luminance((red, green, blue)))
    z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(color: str, vision: str) -> Vector:
    rgb = linear(color)
    red, green, blue = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in VISION[vision])
    return lab((red, green, blue))


@BOTH
def test_text_can_be_read_everywhere(theme: Theme) -> None:
    for text, background in itertools.product(TEXTS, BACKGROUNDS):
        assert contrast(getattr(theme, text), getattr(theme, background)) >= 4.5, (text, background)
    for role, background in itertools.product(theme.roles, BACKGROUNDS):
        assert contrast(role, getattr(theme, background)) >= 4.5, (role, background)
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    for behind in (theme.hover, theme.selection):
        assert contrast(theme.text, behind) >= 4.5
        assert contrast(theme.muted, behind) >= 4.5


@BOTH
def test_code_can_be_read_in_files_and_in_differences(theme: Theme) -> None:
    for text, background in itertools.product(SYNTAX, ("code", "raised", "added", "removed")):
        assert contrast(getattr(theme, text), getattr(theme, background)) >= 4.5, (text, background)


@BOTH
def test_marks_can_be_seen(theme: Theme) -> None:
    for background in BACKGROUNDS:
        assert contrast(theme.outline, getattr(theme, background)) >= 3.0, background


@BOTH
@pytest.mark.parametrize("vision", list(VISION))
def test_role_colours_stay_apart(theme: Theme, vision: str) -> None:
    nearest = min(
        math.dist(seen(one, vision), seen(other, vision))
        for one, other in itertools.combinations(theme.roles, 2)
    )
    assert nearest >= 12, f"two roles look alike: ΔE {nearest:.1f}"


@BOTH
def test_a_role_keeps_its_colour(theme: Theme) -> None:
    assert theme.role("Programmer") == theme.role(" programmer ")
    assert theme.role("Chief Magic Officer") in theme.roles
    chatdev = ["Chief Executive Officer", "Chief Product Officer", "Chief Technology Officer", "Programmer"]
    chatdev += ["Code Reviewer", "Software Test Engineer", "Chief Creative Officer", "Counselor"]
    assert len({theme.role(title) for title in chatdev}) == 8


def test_spacing_is_on_the_grid() -> None:
    for space in (themes.XS, themes.S, themes.M, themes.L, themes.XL):
        assert space % themes.GRID == 0


def test_colours_are_nowhere_else() -> None:
    """A colour literal outside the theme would not change with it: give it a name in `app/theme.py`."""
    app = Path(themes.__file__).parent
    found = [
        f"{path.relative_to(app)}:{number}"
        for path in sorted(app.rglob("*.py"))
        if path.name != "theme.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if COLOR.search(line)
    ]
    assert not found, f"colour literals outside app/theme.py: {', '.join(found)}"


@BOTH
def test_applying_gives_the_palette_and_the_sheet(theme: Theme, qapp: QApplication) -> None:
    themes.apply(qapp, theme)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.surface
    assert theme.accent in qapp.styleSheet()
    assert "$" not in qapp.styleSheet()


def test_the_source_tells_of_a_change(qapp: QApplication) -> None:
    source = ThemeSource("light")
    told: list[str] = []
    source.changed.connect(lambda: told.append(source.theme.name))
    source.choose("light")
    source.choose("dark")
    assert told == ["dark"]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.surface


def test_motion_is_told_once(qapp: QApplication) -> None:
    source = ThemeSource("light")
    told: list[bool] = []
    source.motion_changed.connect(lambda: told.append(source.reduce_motion))
    source.set_reduce_motion(True)
    source.set_reduce_motion(True)
    assert told == [True]


@BOTH
def test_code_style_uses_the_theme(theme: Theme) -> None:
    style = code_style(theme)
    assert f"#{style.style_for_token(Keyword)['color']}" == theme.keyword
    assert style.background_color == theme.code


def test_fonts(qapp: QApplication) -> None:
    assert themes.ui_font(small=True).pointSizeF() < themes.ui_font().pointSizeF()
    assert themes.figures_font().isFeatureSet(themes.QFont.Tag("tnum"))
    assert themes.mono_font().pointSizeF() == themes.ui_font().pointSizeF()


def test_blend_mixes() -> None:
    assert themes.blend("#ffffff", "#000000", 0.0) == "#000000"
    assert themes.blend("#ffffff", "#000000", 1.0) == "#ffffff"
    assert themes.translucent("#ff0000", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


def test_chinese_stands_out_in_a_weight_that_can_be_made_up(qapp: QApplication) -> None:
    try:
        assert ui_font(bold=True).weight() == QFont.Weight.DemiBold
        i18n.use("zh_CN")
        assert ui_font(bold=True).weight() == QFont.Weight.Bold
        with light_theme(qapp):
            heading = PlainLabel("项目", kind="heading")
            heading.ensurePolished()
            assert heading.font().weight() == QFont.Weight.Bold
    finally:
        i18n.use("en")
