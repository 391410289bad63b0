from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.events import (
    AgentHired,
    CommandFinished,
    CommandOutput,
    CommandStarted,
    Event,
    FileChange,
    FilesCommitted,
    RunContinued,
    TestCase,
    TestsReported,
)
from app.background import Background
from app.qtmodels.files import PATH_ROLE
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.artifacts import Artifacts
from app.views.code_content import readable
from tests.support.qtloop import drive, until
from tests.support.story import Story, gomoku

CONTENT = {"a1": b"import sys\nx = 1\n", "a2": b"import sys\nx = 2\n", "b1": b"# Title\n"}


def committed(version: int, *changes: tuple[str, str, int, int]) -> FilesCommitted:
    made = tuple(FileChange(path=path, digest=digest, added=a, removed=r) for path, digest, a, r in changes)
    return FilesCommitted(version=version, author="p", message=f"Version {version}", changes=made)


def state_of(*events: Event) -> RunState:
    story = Story()
    story.tell(AgentHired(agent="p", role="Programmer", manager="", model="m"), *events)
    return RunState.replayed(story.events)


def tell(state: RunState, *events: Event) -> None:
    for event in events:
        story = Story()
        story._seq = state.seq
        story.tell(event)
        state.receive(story.events[0])


def view(qtbot: QtBot, state: RunState) -> Artifacts:
    made = Artifacts(ThemeSource("light"), Background())
    qtbot.addWidget(made)
    made.resize(420, 800)
    made.show()
    made.show_state(state, CONTENT.__getitem__)
    return made


def test_everything_says_what_will_be_there(qtbot: QtBot) -> None:
    made = view(qtbot, RunState())
    for part in (made.files, made.code, made.console, made.tests):
        assert part._stack._layout.currentWidget() is part._stack.empty


def test_files_text_versions_and_changes(qtbot: QtBot) -> None:
    async def play() -> None:
        state = state_of(committed(1, ("pkg/a.py", "a1", 2, 0), ("README.md", "b1", 1, 0)))
        made = view(qtbot, state)
        assert made.files.current() == "README.md"
        made.files.choose("pkg/a.py")
        code = made.code
        assert code.editor.toPlainText() == CONTENT["a1"].decode()
        await until(lambda: code.editor.document().firstBlock().layout().formats())
        tell(state, committed(2, ("pkg/a.py", "a2", 1, 1)))
        made.refresh()
        assert made.files.current() == "pkg/a.py"
        assert code.editor.toPlainText() == CONTENT["a2"].decode()
        code.diff_button.setChecked(True)
        assert code.changes.unified.kinds() == ["hunk", "same", "removed", "added"]
        code.versions.setCurrentIndex(1)
        assert code.changes.unified.kinds() == ["hunk", "added", "added"]
        tell(state, committed(3, ("pkg/a.py", "", 0, 2)))
        made.refresh()
        assert code.versions.currentData() == 1, "an older version stays while new ones come"
        assert made.files._model.index_of("pkg/a.py").isValid() is False
        await made.code._background.ended()

    drive(play())


def test_a_version_clicked_in_the_transcript_shows_its_changes(qtbot: QtBot) -> None:
    async def play() -> None:
        state = state_of(committed(1, ("a.py", "a1", 2, 0)), committed(2, ("a.py", "a2", 1, 1)))
        made = view(qtbot, state)
        made.show_version(1)
        assert made.code.versions.currentData() == 1
        assert made.code.diff_button.isChecked()
        made.show_version(99)
        await made.code._background.ended()

    drive(play())


def test_the_tree_has_folders_first(qtbot: QtBot) -> None:
    async def play() -> None:
        state = state_of(committed(1, ("z/y/a.py", "a1", 2, 0), ("a.py", "a1", 2, 0)))
        made = view(qtbot, state)
        model = made.files._model
        assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["z", "a.py"]
        inner = model.index_of("z/y/a.py")
        assert inner.data(PATH_ROLE) == "z/y/a.py"
        assert inner.parent().data() == "y"
        assert "1 version" in inner.data(Qt.ItemDataRole.ToolTipRole)
        await made.code._background.ended()

    drive(play())


def started(command: str) -> CommandStarted:
    return CommandStarted(
        command=command, agent="p", phase="", title="", argv=("python", "a b.py"), sandbox="bubblewrap"
    )


def finished(command: str, passed: bool, output: str) -> CommandFinished:
    return CommandFinished(
        command=command, exit_code=0, passed=passed, verdict="it says so", output=output, seconds=0.5
    )


def test_the_console_follows_the_latest_program(qtbot: QtBot) -> None:
    state = state_of(started("p$1"))
    made = view(qtbot, state)
    console = made.console
    tell(state, CommandOutput(command="p$1", text="\x1b[31mone\x1b[0m\n"))
    console.refresh()
    assert console.output.toPlainText() == "$ python 'a b.py'\none\n"
    assert "Running in bubblewrap" in console.verdict.text()
    tell(state, finished("p$1", False, "one\ntwo\n"), started("p$2"))
    console.refresh()
    assert console.commands.currentData() == "p$2"
    console.choose("p$1")
    assert console.verdict.text() == "Failed after 0.5 s · it says so"
    assert console.output.toPlainText().endswith("one\ntwo\n")
    tell(state, finished("p$2", True, ""))
    console.refresh()
    assert console.commands.currentData() == "p$1", "an older program stays while others go on"


def test_a_program_that_was_cut_off(qtbot: QtBot) -> None:
    state = state_of(started("p$1"), RunContinued(), started("p$1"))
    made = view(qtbot, state)
    console = made.console
    assert console.commands.count() == 1
    tell(state, RunContinued())
    console.refresh()
    assert console.verdict.text().startswith("Interrupted")


def test_tests_with_failures_first_and_their_messages(qtbot: QtBot) -> None:
    state = state_of()
    made = view(qtbot, state)
    cases = (
        TestCase(name="t::a", outcome="passed"),
        TestCase(name="t::b", outcome="failed", message="4 != 5"),
    )
    tell(state, TestsReported(command="p$1", phase="", cases=cases))
    made.refresh()
    assert made.tabs.tabText(1) == "Tests 1/2"
    assert made.tests.line.text() == "1 of 2 passed"
    assert made.tests._model.index(0, 0).data() == "b"
    assert made.tests.message.toPlainText() == "4 != 5"
    passed = tuple(TestCase(name=case.name, outcome="passed") for case in cases)
    tell(state, TestsReported(command="p$2", phase="", cases=passed))
    made.refresh()
    assert made.tests.message.isHidden()
    model = made.tests._model
    told = {model.index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)}
    assert told == {"t::a passed in round 1", "t::b failed in round 1"}
    assert model.columnCount() == 3
    assert "Round 2: 2 of 2 passed" in model.headerData(
        2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )


def test_a_whole_story(qtbot: QtBot) -> None:
    async def play() -> None:
        made = Artifacts(ThemeSource("dark"), Background())
        qtbot.addWidget(made)
        state = RunState()
        made.show_state(state, lambda digest: digest.encode())
        for stamped in gomoku().events:
            state.receive(stamped)
            made.refresh()
        assert made.files.current() == "gomoku/board.py"
        await made.code._background.ended()

    drive(play())


def test_what_is_no_text_is_told() -> None:
    assert readable(b"a\r\nb") == "a\nb"
    assert "not text (3 bytes)" in readable(b"\0\1\2")
    assert readable("é".encode("latin-1")) == "\ufffd"
