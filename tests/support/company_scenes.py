"""Scenes of the chain editor, and of the choice of a company for a new project."""

from __future__ import annotations

from dataclasses import replace

from agents.companies import editing as edit
from app.dialogs.company_editor import CompanyEditor
from app.dialogs.new_project import NewProjectDialog
from tests.support.model_scenes import MODELS
from tests.support.ollama_server import OllamaServer
from tests.support.stage import SMALL, Stage


async def companies_act(stage: Stage) -> None:
    """A phase, a cycle, something wrong, roles, switches; then the choice in the new project dialog."""
    with OllamaServer(models=MODELS) as server:
        stage.serve(server.address)
        stage.window.commands.companies.trigger()
        editor = await stage.found(CompanyEditor)
        await stage.picture("phase", editor)
        editor.chain.setCurrentRow(5)
        await stage.picture("cycle", editor, (SMALL,))
        editor.add_talk()
        editor.step.prompt.insert("nobody")
        wrong = edit.with_step(editor.company, (4,), replace(editor.company.chain[4], cycles=0, on=True))
        editor._take(edit.with_step(wrong, (7,), replace(wrong.chain[7], on=False)))
        await stage.picture("wrong", editor)
        editor.tabs.setCurrentWidget(editor.roles)
        editor.roles.choose("Programmer")
        await stage.picture("roles", editor, (SMALL,))
        editor.tabs.setCurrentWidget(editor.whole)
        await stage.picture("whole", editor, (SMALL,))
        editor._draft.undo()
        editor._warned = True
        editor.reject()
        stage.window.commands.new.trigger()
        dialog = await stage.found(NewProjectDialog)
        await stage.until(lambda: dialog.picker.models.count() > 1)
        dialog.team.workflow.setCurrentIndex(dialog.team.workflow.findData("company"))
        await stage.picture("new-project", dialog, (SMALL,))
        dialog.close()
