"""Pictures of the window: `python -m tests.screenshots DIR [ACT ...]` writes them as PNG files.

Every view and dialog in light and dark and in two sizes. An act plays on a window of its own; its scenes are
functions of a module `tests.support.…_scenes`. Without names all acts are played.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app import i18n
from app.loops import generators_closed
from tests.support.asking_scenes import asking_act
from tests.support.company_scenes import companies_act
from tests.support.empty_scenes import empty_act
from tests.support.everyday_scenes import everyday_act
from tests.support.first_scenes import first_act
from tests.support.large_scenes import chinese_act, large_act
from tests.support.model_scenes import models_act, servers_act
from tests.support.project_scenes import new_project_act, projects_act
from tests.support.run_scenes import run_act
from tests.support.stage import NOWHERE, Act, Stage, place_server
from tests.support.task_scenes import tasks_act
from tests.support.together_scenes import together_act

ACTS: dict[str, Act] = {
    "first": first_act,
    "run": run_act,
    "ask": asking_act,
    "new": new_project_act,
    "projects": projects_act,
    "tasks": tasks_act,
    "together": together_act,
    "models": models_act,
    "servers": servers_act,
    "companies": companies_act,
    "everyday": everyday_act,
    "empty": empty_act,
    "large": large_act,
    "chinese": chinese_act,
}
"""What is played, by the names with which its pictures begin."""
LANGUAGE = {"chinese": "zh_CN"}


async def play(app: QApplication, folder: Path, act: str) -> None:
    """One act on a stage of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        place_server(NOWHERE, Path(home) / "nothing")
        i18n.use(LANGUAGE.get(act, "en"))
        stage = Stage(app, Path(home), folder, act)
        try:
            await ACTS[act](stage)
        finally:
            await stage.close()


def main() -> None:
    """Play the acts that are named and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    parser.add_argument("acts", nargs="*", metavar="ACT", help=f"only these of {', '.join(ACTS)}")
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.acts) - set(ACTS)):
        parser.error(f"There is no act {unknown[0]}; there are {', '.join(ACTS)}.")
    folder, wanted = chosen.folder, chosen.acts or list(ACTS)
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, generators_closed(loop):
        for act in wanted:
            loop.run_until_complete(play(app, folder, act))


if __name__ == "__main__":
    main()
