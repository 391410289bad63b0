"""How a run is carried out: the workflow, the models, the limits. What is rarely changed is folded away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from agents.clarifying.options import ClarifyOptions
from agents.plan import Permission, Plan
from agents.prompts import Prompts
from agents.registry import Workflow, WorkflowKind
from app.background import Background
from app.dialogs.company_field import Companies
from app.dialogs.fold import INSET, Fold
from app.dialogs.frame import label
from app.dialogs.model_picker import AskModels, ModelPicker
from app.dialogs.options_form import OptionsForm
from app.dialogs.role_models import RoleModels
from app.dialogs.run_forms import LimitsForm, ModelDetails
from app.i18n import marked, tr
from app.theme import XS, L, S, ui_font
from app.views.controls import Choice, Tick

KINDS: Mapping[WorkflowKind, str] = {
    "project": marked("Projects"),
    "task": marked("Tasks of one function"),
    "repair": marked("Repairs of existing code"),
}
PERMISSIONS: Mapping[Permission, str] = {
    "auto": marked("By themselves, in the sandbox"),
    "ask": marked("Ask before each run"),
    "never": marked("Never"),
}


class TeamForm(QScrollArea):
    """The part of a `Plan` that says how: `applied` puts it into a plan, `show_plan` shows a plan's."""

    def __init__(
        self,
        workflows: Mapping[str, Workflow[Any]],
        ask_models: AskModels,
        background: Background,
        companies: Companies | None = None,
    ) -> None:
        super().__init__()
        self._workflows, self._companies = workflows, companies
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("How the team works"))
        self.workflow = Choice()
        self.picker = ModelPicker(ask_models, background)
        self.permission = Choice()
        self.clarify = Tick(tr("Ask first what the idea leaves open"))
        self.clarify.setToolTip(
            tr("Several attempts are compared before the work begins; where they agree, nothing is asked.")
        )
        self.roles, self.details, self.limits = RoleModels(), ModelDetails(), LimitsForm()
        self.options = OptionsForm(next(iter(workflows.values())).options)
        self._options_place = QWidget()
        QVBoxLayout(self._options_place).addWidget(self.options)
        self.folds = {
            "options": Fold(tr("Options"), self._options_place, self._options_summary),
            "roles": Fold(tr("Models by role"), self.roles, self.roles.summary),
            "details": Fold(tr("How models are asked"), self.details, self.details.summary),
            "limits": Fold(tr("Limits"), self.limits, self.limits.summary),
        }
        self.setWidget(self._column())
        self._fill()
        self.picker.filled.connect(self._models_known)
        self.workflow.currentIndexChanged.connect(self._pick_workflow)
        self._pick_workflow()

    def _column(self) -> QWidget:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, L, 0)
        layout.setSpacing(XS + 2)
        layout.addWidget(label(tr("Workflow"), kind="heading"))
        layout.addWidget(self.workflow)
        self._summary = label("", kind="muted")
        layout.addWidget(self._summary)
        layout.addWidget(self.folds["options"])
        layout.addWidget(self.clarify)
        layout.addSpacing(S)
        layout.addWidget(label(tr("Model"), kind="heading"))
        layout.addWidget(self.picker)
        layout.addWidget(self.folds["roles"])
        layout.addWidget(self.folds["details"])
        layout.addSpacing(S)
        layout.addWidget(label(tr("Programs that the team writes are run"), kind="heading"))
        layout.addWidget(self.permission)
        layout.addWidget(self.folds["limits"])
        layout.addStretch(1)
        return column

    def _fill(self) -> None:
        self.workflow.setAccessibleName(tr("Workflow"))
        for kind, heading in KINDS.items():
            of_kind = {name: found for name, found in self._workflows.items() if found.kind == kind}
            if of_kind:
                self._add_heading(tr(heading))
            for name, found in of_kind.items():
                self.workflow.addItem(tr(found.title), name)
        self._choose_workflow(Plan(idea="").workflow)
        self.permission.setAccessibleName(tr("How programs are run"))
        for value, text in PERMISSIONS.items():
            self.permission.addItem(tr(text), value)

    def _add_heading(self, text: str) -> None:
        """A line of the list that cannot be chosen."""
        self.workflow.addItem(text)
        model = self.workflow.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(self.workflow.count() - 1)
        item.setEnabled(False)
        item.setFont(ui_font(small=True))

    def _choose_workflow(self, name: str) -> None:
        """The workflow called `name`, else the first one."""
        place = self.workflow.findData(name)
        self.workflow.setCurrentIndex(place if name and place >= 0 else 1)

    # --- in and out --------------------------------------------------------------------------------

    def applied(self, plan: Plan) -> Plan:
        """The plan with all that is filled in here."""
        return replace(
            plan,
            workflow=self.workflow.currentData(),
            options=dict(self.options.values()),
            clarify=self.clarify.isChecked() and not self.clarify.isHidden(),
            model=self.picker.model(),
            host=self.picker.address(),
            roles=self.roles.values(),
            permission=cast(Permission, self.permission.currentData()),
            num_ctx=self.details.context.value(),
            at_once=self.details.at_once.value(),
            think=self.details.think,
            max_tokens=self.limits.tokens.value(),
            max_minutes=self.limits.minutes.value(),
        )

    def show_plan(self, plan: Plan) -> None:
        """Fill everything in as an earlier plan has it, and ask its server for models."""
        self._choose_workflow(plan.workflow)
        self.clarify.setChecked(plan.clarify)
        self.options.show_values(plan.options)
        self.permission.setCurrentIndex(max(0, self.permission.findData(plan.permission)))
        self.roles.show_values(plan.roles)
        self.details.show_plan(plan)
        self.limits.show_plan(plan)
        self._refresh()
        self.picker.choose(plan.model, plan.host)
        self.picker.refresh()

    def problem(self) -> str:
        """Why the workflow refuses its options, in a sentence; empty when it takes them."""
        if problem := self.options.problem():
            self.folds["options"].unfold()
        return problem

    # --- what happens ------------------------------------------------------------------------------

    def _pick_workflow(self) -> None:
        chosen = self._workflows.get(self.workflow.currentData() or "")
        if chosen is None:
            return
        paper = f"  arXiv:{chosen.paper.removeprefix('arXiv:')}" if chosen.paper else ""
        self._summary.setText(tr(chosen.summary) + paper)
        self.options.deleteLater()
        self.options = OptionsForm(chosen.options, companies=self._companies)
        self.options.changed.connect(self._show_roles)
        place = self._options_place.layout()
        assert place is not None
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.options)
        self.clarify.setVisible(not issubclass(chosen.options, ClarifyOptions))  # which asks anyway
        if self.options.company():
            self.folds["options"].unfold()  # whose company it is matters more than anything
        self._show_roles()
        self._fit()

    def _show_roles(self) -> None:
        """The roles of the workflow, or of the company that is chosen."""
        chosen = self._workflows.get(self.workflow.currentData() or "")
        company = self.options.company()
        roles = self._companies.roles(company) if self._companies is not None and company else ()
        if chosen is not None:
            self.roles.show_roles(roles or Prompts.of(chosen.prompts or chosen.name).roles)
        self._refresh()

    def _fit(self) -> None:
        """Be as wide as every section needs, also those that are closed now."""
        needed = max(fold.content.minimumSizeHint().width() for fold in self.folds.values())
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(needed + INSET + L + bar)

    def _options_summary(self) -> str:
        return self.options.summary()  # of the workflow that is chosen now

    def _models_known(self) -> None:
        self.roles.show_models(self.picker.known())
        self._refresh()

    def _refresh(self) -> None:
        for fold in self.folds.values():
            fold.refresh()
