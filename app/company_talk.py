"""Opening the chain editor: from the palette beside the window, or over the dialog of a new project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from agents.companies import Company, Shelf
from agents.companies.folder import bundled
from agents.contracts import ChatModel
from agents.errors import UserFacingError
from app.background import Background
from app.dialogs.company_editor import CompanyEditor
from app.dialogs.company_field import Companies
from app.dialogs.model_picker import described, writes_text
from app.settings import WindowSettings
from app.theme import ThemeSource


class CompanyTalk:
    """One editor at a time. `tell` shows why a company cannot be opened."""

    def __init__(
        self,
        window: QWidget,
        source: ThemeSource,
        settings: WindowSettings,
        open_server: Callable[[str], ChatModel],
        home: Path,
        background: Background,
        tell: Callable[[BaseException], None],
    ) -> None:
        self._window, self._source, self._settings = window, source, settings
        self._open_server, self._background, self._tell = open_server, background, tell
        self._shelf = Shelf(home)
        self.editor: CompanyEditor | None = None

    @property
    def companies(self) -> Companies:
        """What a form must know of companies."""
        return Companies(self._shelf.names, self._roles, self._edit)

    def open(self) -> None:
        """Show the editor beside the window, with Troupe's own company."""
        self._show(bundled(), self._window, lambda name: None).present()

    def _edit(self, name: str, over: QWidget, kept: Callable[[str], None]) -> None:
        try:
            company = self._shelf.find(name)
        except UserFacingError as error:
            self._tell(error)
            return
        self._show(company, over, kept).open()

    def _show(self, company: Company, over: QWidget, kept: Callable[[str], None]) -> CompanyEditor:
        if self.editor is not None:
            return self.editor
        self.editor = CompanyEditor(self._source, self._shelf, company, over)
        self.editor.kept.connect(kept)
        self.editor.finished.connect(self._forget)
        self.editor.destroyed.connect(self._forget)
        self._background.start(self._offer_models(self.editor))
        return self.editor

    def _forget(self) -> None:
        self.editor = None

    def _roles(self, name: str) -> Sequence[str]:
        try:
            return self._shelf.find(name).cast()
        except UserFacingError:
            return ()  # the run will say what is wrong when it begins

    async def _offer_models(self, editor: CompanyEditor) -> None:
        server = self._open_server(self._settings.default_host)
        try:
            found = [model for model in await server.models() if writes_text(model)]
        except UserFacingError:
            return  # a model's name can be written
        finally:
            await server.close()
        if self.editor is editor:
            editor.show_models([(described(model), model.name) for model in found])
