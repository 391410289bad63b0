"""Choosing a model for each role of a workflow, where it is not the one for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from app.i18n import marked, tr, trn
from app.views.controls import Choice
from app.views.layouts import fields_layout

FOR_ALL = marked("The model for all")


class RoleModels(QWidget):
    """One choice a role. What is chosen stays when the server, the models or the workflow change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: Sequence[tuple[str, str]] = ()
        self._wanted: dict[str, str] = {}
        self._choices: dict[str, Choice] = {}
        self._layout = fields_layout(self)

    def show_roles(self, roles: Sequence[str]) -> None:
        """Show these roles, each with what was chosen for it before."""
        self._wanted |= self._chosen()
        while self._layout.rowCount():
            self._layout.removeRow(0)
        self._choices = {}
        for role in roles:
            choice = Choice()
            choice.setAccessibleName(tr("Model of the {role}", role=tr(role)))
            choice.setMinimumContentsLength(8)
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self._choices[role] = choice
            self._layout.addRow(tr(role), choice)
        self._fill()

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer these models, each as its description and its name."""
        self._wanted |= self._chosen()
        self._models = models
        self._fill()

    def show_values(self, roles: Mapping[str, str]) -> None:
        """Choose these models (by the role's title), and the one for all elsewhere."""
        self._wanted = dict(roles)
        self._fill()

    def values(self) -> dict[str, str]:
        """The models of the roles that have another one than the rest."""
        return {role: model for role, model in self._chosen().items() if model}

    def summary(self) -> str:
        """What is chosen, in a few words."""
        count = len(self.values())
        if not count:
            return tr("One for all")
        return trn("{count} role has its own", "{count} roles have their own", count)

    def _chosen(self) -> dict[str, str]:
        return {role: choice.currentData() or "" for role, choice in self._choices.items()}

    def _fill(self) -> None:
        for role, choice in self._choices.items():
            wanted = self._wanted.get(role, "")
            choice.clear()
            choice.addItem(tr(FOR_ALL), "")
            if wanted and all(name != wanted for _, name in self._models):
                choice.addItem(wanted, wanted)
            for text, name in self._models:
                choice.addItem(text, name)
            choice.setCurrentIndex(max(0, choice.findData(wanted)))
