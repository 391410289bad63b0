from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from agents.events import AgentHired, RunState
from agents.store.rows import RunRow
from app.state.all import RunState as State
from app.theme import ThemeSource
from app.views.composer import Composer
from app.views.notice import Notice
from app.views.projects import ProjectsView
from app.views.status import StatusLine
from tests.support.story import Story, gomoku


def row(number: int, name: str, state: RunState = "succeeded", driven: bool = False) -> RunRow:
    now = time.time()
    return RunRow(
        id=number,
        project=number,
        project_name=name,
        folder="",
        idea=f"{name} for two",
        workflow="chatdev",
        model="m",
        settings="{}",
        state=state,
        created=now,
        changed=now,
        driven=driven,
    )


ROWS = [row(3, "Tetris"), row(2, "Todo list", "failed"), row(1, "Gomoku", "running", driven=True)]


def test_a_run_is_chosen_by_hand_but_not_by_marking_it(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(220, 400)
    view.show()
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.show_runs(ROWS)
    view.mark(2)
    assert (view.current(), chosen) == (2, [])
    view.list.setCurrentIndex(view._filter.index(0, 0))
    assert chosen == [3]
    view.show_runs([row(4, "New"), *ROWS])
    assert (view.current(), chosen) == (3, [3])
    view.grab()


def test_search_filters_names_and_ideas(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("dark"))
    qtbot.addWidget(view)
    view.show_runs(ROWS)
    view.search.setText("go TWO")
    assert view._filter.rowCount() == 1
    view.search.setText("nothing of this")
    assert view._stack._layout.currentWidget() is view._stack.empty
    view.search.clear()
    assert view._filter.rowCount() == 3


def test_no_runs(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.show_runs([])
    assert view._stack.empty._title.text() == "No projects yet"


def test_the_composer_speaks_to_one_or_all(qtbot: QtBot) -> None:
    story = Story()
    story.tell(AgentHired(agent="ceo", role="CEO", manager="", model="m"))
    composer = Composer(ThemeSource("light"))
    qtbot.addWidget(composer)
    said: list[tuple[str, str]] = []
    composer.said.connect(lambda text, to: said.append((text, to)))
    composer.show_state(State.replayed(story.events))
    composer.set_going(True)
    composer.text.setPlainText("Use black.")
    composer._say()
    composer.to.setCurrentIndex(1)
    composer.text.setPlainText("More\ntests.")
    composer.send.click()
    assert said == [("Use black.", "everyone"), ("More\ntests.", "ceo")]
    composer._say()
    assert len(said) == 2
    composer.set_going(False)
    assert not composer.text.isEnabled()


def test_the_status_line(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_state(State.replayed(gomoku().events))
    assert line.model.text() == "qwen3-coder:30b"
    assert line.context.text().endswith("of 8.2k")
    assert line.tokens.text().endswith("tokens")
    line.say_server("Ollama 0.33", 18_000_000_000)
    assert line.server.text() == "Ollama 0.33 · 18 GB loaded"
    line.show_state(None)
    assert line.model.isHidden()


def test_a_notice_and_its_buttons(qtbot: QtBot) -> None:
    notice = Notice(ThemeSource("light"))
    qtbot.addWidget(notice)
    pressed: list[str] = []
    notice.acted.connect(pressed.append)
    notice.say("error", "bad", "It failed.", "Do this.", "Continue", "Details")
    for button in notice._buttons:
        button.click()
    assert pressed == ["Continue", "Details"]
    notice.say("pause", "warning", "Paused.")
    assert all(button.isHidden() for button in notice._buttons)
