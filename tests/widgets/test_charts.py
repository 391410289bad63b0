from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.theme import ThemeSource
from app.views.charts import Bar, BarChart, Part
from app.views.course import CourseChart, rounded_up

PARTS = (Part("In", 0), Part("Out", 3))


def whole(value: float) -> str:
    return f"{value:.0f}"


@pytest.fixture
def bars(qtbot: QtBot) -> BarChart:
    chart = BarChart(ThemeSource("light"), "Tokens by phase")
    qtbot.addWidget(chart)
    chart.resize(500, 200)
    chart.show_bars(PARTS, [Bar("Coding", (300.0, 100.0)), Bar("Review", (100.0, 100.0))], whole)
    return chart


def test_bars_are_as_long_as_their_values(bars: BarChart) -> None:
    first, second = bars.segments(0), bars.segments(1)
    assert first[0].width() == pytest.approx(3 * first[1].width())
    assert second[0].width() == pytest.approx(second[1].width()) == pytest.approx(first[1].width())
    assert first[0].right() == pytest.approx(first[1].left())
    assert first[1].right() < bars.width()
    assert bars.sizeHint().height() > first[0].bottom()


def test_bars_are_told_in_words(bars: BarChart) -> None:
    assert bars.accessibleDescription() == "Coding: 400, Review: 200"
    middle = bars.segments(1)[0].center()
    assert bars.tip_at(middle) == "Review\nIn: 100\nOut: 100"
    assert bars.tip_at(QPointF(10, 2)) == ""


def test_bars_of_nothing_have_no_length(qtbot: QtBot, bars: BarChart) -> None:
    bars.show_bars(PARTS, [Bar("Coding", (0.0, 0.0))], whole)
    assert [segment.width() for segment in bars.segments(0)] == [0.0, 0.0]
    assert not bars.grab().isNull()
    bars.show_bars(PARTS, [], whole)
    assert not bars.grab().isNull()


def test_a_bar_is_painted_in_the_colours_of_its_parts(bars: BarChart) -> None:
    picture = bars.grab().toImage()
    source = ThemeSource("light")
    for part, segment in zip(PARTS, bars.segments(0), strict=True):
        assert picture.pixelColor(segment.center().toPoint()) == part.paint(source.theme)


@pytest.fixture
def course(qtbot: QtBot) -> CourseChart:
    chart = CourseChart(ThemeSource("dark"), "Tokens over time")
    qtbot.addWidget(chart)
    chart.resize(400, 168)
    return chart


def test_a_course_rises_from_the_lower_left(course: CourseChart) -> None:
    course.show_course(PARTS, [10.0, 20.0], [(50.0, 10.0), (80.0, 20.0)], whole, whole)
    inner, outer = course.points(1), course.points(2)
    assert inner[0] == outer[0]
    assert inner[-1].x() == outer[-1].x()
    assert outer[-1].y() < inner[-1].y() < inner[0].y()
    assert course.accessibleDescription() == "20\nIn: 80\nOut: 20"
    assert course.tip_at(QPointF(inner[-1].x() - 60, inner[-1].y())) == "10\nIn: 50\nOut: 10"
    assert not course.grab().isNull()


def test_a_long_course_has_no_more_points_than_pixels(course: CourseChart) -> None:
    count = 50_000
    times = [float(at) for at in range(count)]
    course.show_course(PARTS, times, [(float(at), float(at)) for at in range(count)], whole, whole)
    points = course.points(2)
    assert len(points) <= 2 * course.width() + 3
    assert points[-1].x() > points[0].x()


def test_an_empty_course_is_painted_too(course: CourseChart) -> None:
    course.show_course(PARTS, [], [], whole, whole)
    assert not course.grab().isNull()
    assert course.tip_at(QPointF(100, 100)) == ""


@given(st.floats(1e-3, 1e12))
def test_a_scale_ends_at_a_round_number_not_far_above(value: float) -> None:
    top = rounded_up(value)
    assert top >= value
    assert top <= max(1.0, value * 2)
