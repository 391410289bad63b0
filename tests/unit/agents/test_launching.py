"""Programs that the user starts: real processes, in the best sandbox of this machine and on the desktop."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from agents.contracts import Command, Execution
from agents.environment import Environment
from agents.errors import SandboxError, WorkspaceError
from agents.launching import Launch, Where, desktop_variables, program_of
from tests.support.languages import needs
from tests.support.sandboxes import write

ECHO = """\
name = input("Name? ")
print(f"Hello {name}")
"""
WHERES: tuple[Where, ...] = ("console", "desktop")


class Heard:
    """What a program printed."""

    def __init__(self) -> None:
        self.text = ""

    def __call__(self, text: str, error: bool) -> None:
        self.text += text

    async def until(self, wanted: str) -> None:
        async with asyncio.timeout(30):
            while wanted not in self.text:
                await asyncio.sleep(0.01)


def launch(folder: Path, where: Where, code: str, heard: Heard) -> Launch:
    (folder / "main.py").write_text(code)
    return Launch(Command(("python", "main.py")), folder, where, Environment(folder / "none"), heard)


@pytest.mark.parametrize("where", WHERES)
def test_what_is_typed_reaches_the_program_while_it_runs(where: Where, tmp_path: Path) -> None:
    async def play() -> Execution:
        heard = Heard()
        made = launch(tmp_path, where, ECHO, heard)
        running = asyncio.create_task(made.run())
        await heard.until("Name? ")
        made.type("Ada\n")
        execution = await running
        assert heard.text == "Name? Hello Ada\n"
        return execution

    execution = asyncio.run(play())
    assert (execution.exit_code, execution.ended_by) == (0, "exit")


@pytest.mark.parametrize("where", WHERES)
def test_a_program_is_built_before_it_is_started(where: Where, tmp_path: Path) -> None:
    needs("cc")
    source = '#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n'
    program = program_of({"main.c": source})
    assert program.command is not None
    assert not program.lacking
    folder = tmp_path / "project"

    def launched(text: str) -> tuple[Execution, str]:
        heard = Heard()
        assert program.command is not None
        environment = Environment(tmp_path / "environments" / "1")
        write(folder, {"main.c": text})
        return asyncio.run(
            Launch(program.command, folder, where, environment, heard, program.build).run()
        ), heard.text

    execution, told = launched(source)
    assert (execution.exit_code, told.strip()) == (0, "built")
    execution, told = launched("int main(void) { return none; }\n")
    assert execution.exit_code == 1
    assert "undeclared" in told


@pytest.mark.parametrize("where", WHERES)
def test_stop_ends_the_program(where: Where, tmp_path: Path) -> None:
    async def play() -> Execution:
        heard = Heard()
        made = launch(tmp_path, where, "import time\nprint('here')\ntime.sleep(60)\n", heard)
        running = asyncio.create_task(made.run())
        await heard.until("here")
        made.stop()
        return await running

    execution = asyncio.run(play())
    assert execution.ended_by == "stop"
    assert execution.seconds < 30


def test_stop_before_the_start(tmp_path: Path) -> None:
    async def play() -> Execution:
        made = launch(tmp_path, "desktop", "print('never')\n", Heard())
        made.stop()
        return await made.run()

    assert asyncio.run(play()).ended_by == "stop"


def test_the_end_of_the_input(tmp_path: Path) -> None:
    async def play() -> Execution:
        heard = Heard()
        made = launch(tmp_path, "console", "import sys\nprint(len(sys.stdin.read()))\n", heard)
        made.type("12")
        made.type("345")
        made.end_input()
        execution = await made.run()
        assert heard.text == "5\n"
        return execution

    assert asyncio.run(play()).exit_code == 0


def test_the_desktop_has_the_users_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_USER", "yes")
    monkeypatch.setenv("VIRTUAL_ENV", "/of/troupe")
    code = "import os\nprint(os.environ.get('OF_THE_USER'), os.environ.get('VIRTUAL_ENV'))\n"

    async def play(where: Where) -> str:
        heard = Heard()
        await launch(tmp_path, where, code, heard).run()
        return heard.text.strip()

    assert asyncio.run(play("desktop")) == "yes None"
    assert asyncio.run(play("console")) == "None None"


def test_cancelling_ends_the_program(tmp_path: Path) -> None:
    async def play() -> None:
        heard = Heard()
        made = launch(tmp_path, "desktop", "import os, time\nprint(os.getpid())\ntime.sleep(60)\n", heard)
        running = asyncio.create_task(made.run())
        await heard.until("\n")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(ProcessLookupError):
            os.kill(int(heard.text), 0)

    asyncio.run(play())


def test_what_is_in_the_way_is_told(tmp_path: Path) -> None:
    nowhere = Environment(tmp_path / "none")
    gone = Launch(Command(("python", "x.py")), tmp_path / "gone", "console", nowhere, Heard())
    with pytest.raises(WorkspaceError, match="is not there"):
        asyncio.run(gone.run())
    unknown = Launch(Command(("no-such-program",)), tmp_path, "desktop", nowhere, Heard())
    with pytest.raises(SandboxError, match="not installed"):
        asyncio.run(unknown.run())


def test_what_there_is_to_start() -> None:
    plain = program_of({"main.py": "print(1)\n"})
    assert plain.command is not None
    assert plain.command.argv == ("python", "main.py")
    assert not plain.windowed
    window = program_of({"main.py": "import tkinter\n"})
    assert window.windowed
    assert window.command is not None
    assert not window.command.stays_open
    assert program_of({"index.html": "<p>", "x.js": ""}).page == "index.html"
    nothing = program_of({"notes.txt": ""})
    assert (nothing.command, nothing.page) == (None, "")


def test_a_packed_troupe_keeps_its_own_variables_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/packed", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/packed/lib")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/of/the/user")
    monkeypatch.setenv("QT_PLUGIN_PATH", "/packed/plugins")
    monkeypatch.setenv("PATH", os.pathsep.join(["/packed/bin", "/usr/bin"]))
    found = desktop_variables()
    assert found["LD_LIBRARY_PATH"] == "/of/the/user"
    assert "QT_PLUGIN_PATH" not in found
    assert "LD_LIBRARY_PATH_ORIG" not in found
    assert found["PATH"] == "/usr/bin"
