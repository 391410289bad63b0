"""The small forms of a run: its limits, and how its models are asked."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agents.plan import Plan
from app.i18n import marked, tr
from app.plain import plain_tip
from app.views.controls import Choice, Number, WholeNumber
from app.views.layouts import fields_layout

MOST_TOKENS = 1_000_000_000
MOST_MINUTES = 100_000.0
MOST_CONTEXT = 10_000_000
MOST_AT_ONCE = 64
THINKING = {marked("As the model does"): None, marked("Think first"): True, marked("Do not think"): False}


class _Form(QWidget):
    """Rows of a label and a field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = fields_layout(self)

    def _add(self, title: str, field: QWidget, tip: str) -> None:
        field.setAccessibleName(title)
        field.setAccessibleDescription(tip)
        field.setToolTip(plain_tip(tip))
        self._layout.addRow(title, field)


class _Minutes(Number):
    """Minutes without needless decimals."""

    def textFromValue(self, value: float) -> str:
        """`30` and `0.5`."""
        return self.locale().toString(value, "g", 6)


class LimitsForm(_Form):
    """Where a run pauses and asks whether to go on; 0 shows as no limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = WholeNumber()
        self.tokens.setRange(0, MOST_TOKENS)
        self.tokens.setSingleStep(50_000)
        self.tokens.setGroupSeparatorShown(True)
        self.tokens.setSpecialValueText(tr("No limit"))
        self.minutes = _Minutes()
        self.minutes.setRange(0, MOST_MINUTES)
        self.minutes.setSingleStep(10)
        self.minutes.setDecimals(2)
        self.minutes.setSpecialValueText(tr("No limit"))
        self._add(
            tr("Tokens"),
            self.tokens,
            tr("The run pauses when its models have read and written so many tokens."),
        )
        self._add(
            tr("Minutes"),
            self.minutes,
            tr("The run pauses when it has been at work for so many minutes."),
        )

    def show_plan(self, plan: Plan) -> None:
        """Show a plan's limits."""
        self.tokens.setValue(plan.max_tokens)
        self.minutes.setValue(plan.max_minutes)

    def summary(self) -> str:
        """The limits in a few words."""
        parts = []
        if self.tokens.value():
            parts.append(tr("{count} tokens", count=self.tokens.text()))
        if self.minutes.value():
            parts.append(tr("{count} minutes", count=self.minutes.text()))
        return ", ".join(parts) or tr("None")


class ModelDetails(_Form):
    """How much context the models are given, whether they think first, how many steps ask at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = WholeNumber()
        self.context.setRange(0, MOST_CONTEXT)
        self.context.setSingleStep(4096)
        self.context.setGroupSeparatorShown(True)
        self.context.setSpecialValueText(tr("Chosen by Troupe"))
        self._thinking = Choice()
        for text, value in THINKING.items():
            self._thinking.addItem(tr(text), value)
        self.at_once = WholeNumber()
        self.at_once.setRange(0, MOST_AT_ONCE)
        self.at_once.setSpecialValueText(tr("As the servers answer"))
        self._add(
            tr("Context in tokens"),
            self.context,
            tr("What a model can see at once; more needs more memory."),
        )
        self._add(tr("Thinking"), self._thinking, tr("Models that can think first answer better and slower."))
        self._add(
            tr("Steps at a time"),
            self.at_once,
            tr(
                "How many steps of the run may ask a model at the same time; 0: as many as the servers are "
                "known to answer, from earlier runs or from Measure in Models and servers. What a server "
                "does not answer yet waits in its queue."
            ),
        )

    def show_plan(self, plan: Plan) -> None:
        """Show a plan's context, thinking, and steps at a time."""
        self.context.setValue(plan.num_ctx)
        self.at_once.setValue(plan.at_once)
        self.think = plan.think

    @property
    def think(self) -> bool | None:
        """Whether the models are to think first; None leaves it to them."""
        return list(THINKING.values())[self._thinking.currentIndex()]

    @think.setter
    def think(self, value: bool | None) -> None:
        self._thinking.setCurrentIndex(list(THINKING.values()).index(value))

    def summary(self) -> str:
        """The settings in a few words."""
        parts = []
        if self.context.value():
            parts.append(tr("{count} tokens", count=self.context.text()))
        if self.think is not None:
            parts.append(tr("thinking") if self.think else tr("no thinking"))
        if self.at_once.value():
            parts.append(tr("{count} at a time", count=self.at_once.text()))
        return ", ".join(parts) or tr("Chosen by Troupe")
