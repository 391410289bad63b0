from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.bench import Cell, stored_cells
from agents.bench.request import BenchRequest, request_of
from agents.contracts import ModelInfo
from agents.errors import UsageError
from agents.registry import workflows
from app import i18n
from app.dialogs.bench_run import BenchRunDialog
from app.dialogs.frame import TITLE_BAR
from app.dialogs.method_row import MethodOptionsDialog
from app.dialogs.new_bench import NewBenchDialog
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.bench import BenchView
from app.wiring import Application
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import drive, until
from tests.support.sandboxes import isolated_or_skipped
from tests.support.solving import RIGHT, module

CELLS = [
    Cell("a", "direct", 0, True, calls=1, prompt_tokens=100, output_tokens=20, seconds=2.0, run=1),
    Cell("b", "direct", 0, False, calls=1, prompt_tokens=100, output_tokens=30, seconds=2.0, run=2),
    Cell("a", "mapcoder", 0, True, calls=9, prompt_tokens=2000, output_tokens=400, seconds=9.0, run=3),
    Cell("b", "mapcoder", 0, True, calls=12, prompt_tokens=3000, output_tokens=500, seconds=12.0, run=4),
]


def page(qtbot: QtBot) -> BenchView:
    view = BenchView(ThemeSource("dark"))
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show()
    return view


def test_without_benches_it_says_what_one_is(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.offer([], None)
    assert view.current() is None
    assert view._results.empty.isVisible()
    assert not view.save.isEnabled()


def test_it_says_which_answers_count_as_wrong_because_their_runs_failed(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.offer([Path("benches/one")], None)
    failed = [replace(cell, passed=False, error="No Ollama server answers.") for cell in CELLS[:2]]
    view.show_answers([*failed, replace(CELLS[2], passed=False, error="Another reason."), CELLS[3]])
    assert view.failures.isVisible()
    told = "3 answers count as wrong because their runs failed: No Ollama server answers."
    assert view.failures.text() == told


def test_a_run_of_a_bench_is_no_larger_than_the_screen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.dialogs.bench_run.SIZE", (9000, 8000))
    dialog = BenchRunDialog(ThemeSource("light"), RunState(), lambda _: b"")
    qtbot.addWidget(dialog)
    room = dialog.screen().availableSize()
    assert dialog.width() <= room.width()
    assert dialog.height() <= room.height() - TITLE_BAR


def test_figures_charts_and_the_matrix_come_from_the_answers(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.offer([Path("benches/one"), Path("benches/two")], Path("benches/two"))
    assert view.current() == Path("benches/two")
    view.show_answers(CELLS, "HumanEval.jsonl")
    table = view.table.cells
    assert [table.cell(row, 0).text for row in range(2)] == ["direct", "mapcoder"]
    assert table.cell(1, 1).best
    assert table.cell(0, 2).text == "1/2"
    assert "mapcoder: 100%" in view.passes.accessibleDescription()
    matrix = view.matrix.marks
    assert matrix.rowCount() == 2
    marks = [
        mark.outcome if (mark := matrix.mark(matrix.index(row, column))) else ""
        for row in range(2)
        for column in (1, 2)
    ]
    assert marks == ["passed", "passed", "failed", "passed"]
    assert not view.failures.isVisible()
    with qtbot.waitSignal(view.run_clicked) as clicked:
        view.matrix.opened.emit(1, 0)
    assert clicked.args == [2]
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    with qtbot.waitSignal(view.left):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_several_samples_are_counted_in_a_cell(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.show_answers([CELLS[0], Cell("a", "direct", 1, False, run=9)])
    mark = view.matrix.marks.mark(view.matrix.marks.index(0, 1))
    assert mark is not None
    assert (mark.outcome, mark.text) == ("failed", "1/2")


async def no_models(host: str) -> list[ModelInfo]:
    return []


def test_a_bench_is_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewBenchDialog(workflows(), no_models)
        qtbot.addWidget(dialog)
        asked: list[BenchRequest] = []
        dialog.submitted.connect(asked.append)
        dialog._submit()
        assert "problems" in dialog._failure.text()
        dialog.problems.setText(str(tmp_path / "mine.jsonl"))
        dialog.samples.setValue(3)
        dialog._submit()
        (request,) = asked
        assert (request.name, request.methods, request.samples) == ("mine", ("direct", "self_debugging"), 3)
        assert (request.options, request.allow_cloud) == ({}, False)
        await asyncio.sleep(0)

    drive(play())


def test_methods_are_called_by_their_names_in_the_language_of_the_window(qtbot: QtBot) -> None:
    async def play() -> None:
        dialog = NewBenchDialog(workflows(), no_models)
        qtbot.addWidget(dialog)
        assert dialog.methods["direct"].tick.text() == "单独的模型"
        await asyncio.sleep(0)

    i18n.use("zh_CN")
    try:
        drive(play())
    finally:
        i18n.use("en")


def test_a_method_has_options_and_the_cloud_may_be_allowed(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewBenchDialog(workflows(), no_models)
        qtbot.addWidget(dialog)
        dialog.show()
        rows = dialog.methods
        assert not rows["direct"].change.isVisible()  # has none
        assert not rows["rlef"].change.isVisible()  # is not chosen
        rows["rlef"].tick.setChecked(True)
        rows["rlef"].change.click()
        options = next(one for one in QApplication.topLevelWidgets() if isinstance(one, MethodOptionsDialog))
        assert options.form.values() == {"turns": 3}
        options.form.show_values({"turns": 7})
        options._save()
        assert rows["rlef"].change.text() == "1 changed"
        rows["mapcoder"].take({"repairs": 1})  # changed, but then not chosen
        dialog.cloud.setChecked(True)
        dialog.problems.setText(str(tmp_path / "mine.jsonl"))
        request = dialog.request()
        assert request.options == {"rlef": {"turns": 7}}
        assert request.allow_cloud
        folder = request.folder(tmp_path)
        request.save(folder)
        assert request_of(folder) == request
        await asyncio.sleep(0)

    drive(play())


def test_a_request_is_kept_and_a_wrong_name_refused(tmp_path: Path) -> None:
    request = BenchRequest("mine", "mine.jsonl", ("direct",))
    folder = request.folder(tmp_path)
    request.save(folder)
    assert request_of(folder) == request
    assert request_of(tmp_path) is None
    with pytest.raises(UsageError, match="no name"):
        BenchRequest("../x", "mine.jsonl", ("direct",)).folder(tmp_path)


def test_a_bench_is_carried_out_shown_and_its_run_opened(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated_or_skipped()
    rows = [
        {
            "id": f"p{n}",
            "task": "Double it.",
            "entry_point": "double",
            "tests": [f"assert double({n}) == {2 * n}"],
        }
        for n in range(2)
    ]
    problems = tmp_path / "own.jsonl"
    problems.write_text("\n".join(map(json.dumps, rows)))

    async def play(address: str) -> None:
        application = Application(qapp, tmp_path / "home")
        qtbot.addWidget(application.window, before_close_func=lambda _: application.window.let_go())
        task = asyncio.create_task(application.run(None))
        await until(lambda: application.studio is not None and hasattr(application, "desk"))
        benching = application.desk._benching
        application.window.commands.bench.trigger()
        assert application.window.pages.currentWidget() is benching.view
        await benching._begin(
            BenchRequest("own", str(problems), ("direct",), model="scripted:7b", host=address, jobs=1)
        )
        await until(lambda: benching._going is None and benching.view.matrix.marks.rowCount() == 2)
        folder = tmp_path / "home" / "benches" / "own"
        assert [cell.passed for cell in stored_cells(folder)] == [True, True]
        assert benching.view.go_on.isVisible()
        await benching._open_run(stored_cells(folder)[0].run)
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, BenchRunDialog))
        assert dialog.page.candidates.wanted
        assert dialog.page.candidates.answer() == RIGHT
        dialog.close()
        application.window.close()
        await task

    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    with OllamaServer(lambda _: module(RIGHT)) as server:
        drive(play(server.address))


def test_a_bench_is_stopped_and_gone_on_with(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated_or_skipped()
    test = "assert double(4) == 8"
    rows = [{"id": f"p{n}", "task": "Double it.", "entry_point": "double", "tests": [test]} for n in range(3)]
    problems = tmp_path / "own.jsonl"
    problems.write_text("\n".join(map(json.dumps, rows)))
    quick = threading.Event()

    def reply(call: ChatCall) -> Scripted:
        return Scripted(module(RIGHT), wait=0.0 if quick.is_set() else 30.0)

    async def play(server: OllamaServer) -> None:
        application = Application(qapp, tmp_path / "home")
        qtbot.addWidget(application.window, before_close_func=lambda _: application.window.let_go())
        task = asyncio.create_task(application.run(None))
        await until(lambda: application.studio is not None and hasattr(application, "desk"))
        benching = application.desk._benching
        application.window.commands.bench.trigger()
        request = BenchRequest("own", str(problems), ("direct",), "scripted:7b", server.address, jobs=1)
        await benching._begin(request)
        await until(lambda: server.requests)
        assert benching.view.count.text() == "0 / 3"
        benching.view.stop.click()
        await until(lambda: benching._going is None)
        assert benching.view.go_on.isVisible()
        quick.set()
        benching.view.go_on.click()
        await until(lambda: benching._going is None and benching.view.matrix.marks.rowCount() == 3)
        assert all(cell.passed for cell in stored_cells(tmp_path / "home" / "benches" / "own"))
        application.window.close()
        await task

    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    with OllamaServer(reply) as server:
        drive(play(server))
