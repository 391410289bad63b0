"""The dialog in which the team asks: all open questions of a run, one beside the other."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame
from app.dialogs.question_page import QuestionPage
from app.i18n import tr, trn
from app.plain import plain_tip
from app.theme import M

WIDTH, LIST_WIDTH = 640, 190
WIDE = 760
"""The width where behaviour is compared in a table."""
SHARE = 0.9
"""So much of the screen's height the dialog takes at most."""
KEY = Qt.ItemDataRole.UserRole
MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
"""Markdown's marks for emphasis and code; an underscore within a name is none."""


class ClarificationDialog(DialogFrame):
    """Shows the questions that wait, each on a page of its own with a list of them at the left.

    `answered` carries a question's key and the `Answer`, `writing` whose question is being answered. The
    dialog closes with the last question; closing it in any other way leaves what is not answered open, and
    `drafts` has what was written so far.
    """

    answered = Signal(str, object)
    writing = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("The team asks"), parent)
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.timeout.connect(self._grow)
        self.setMinimumWidth(WIDTH)
        self.pages = QStackedWidget()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Open questions"))
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._turn_to)
        self.list.hide()
        row = QHBoxLayout()
        row.setSpacing(M)
        row.addWidget(self.list)
        row.addWidget(self.pages, 1)
        self.body.addLayout(row)
        later = self.add_button(tr("Answer &later"), left=True)
        later.setToolTip(tr("The question stays in the window; the team waits."))
        later.clicked.connect(self.reject)
        self.meanwhile = self.add_button(tr("Go on &meanwhile"), left=True)
        self.meanwhile.setToolTip(
            tr("The team goes on with a choice of its own; your answer is taken up when it comes.")
        )
        self.meanwhile.clicked.connect(lambda: self._give(Answer("", by="later")))
        self.content = self.add_button(tr("I am &content"))
        self.content.setToolTip(tr("Nothing has to be changed."))
        self.content.clicked.connect(lambda: self._give(Answer("")))
        self.team = self.add_button(tr("Let the &team decide"))
        self.team.clicked.connect(lambda: self._give(Answer("", by="team")))
        self.send = self.add_button(tr("&Answer"), kind="primary")
        self.send.clicked.connect(self._answer)

    @property
    def page(self) -> QuestionPage:
        """The page that is shown; only while there is a question."""
        page = self.pages.currentWidget()
        assert isinstance(page, QuestionPage)
        return page

    def keys(self) -> list[str]:
        """The questions that are shown."""
        return [self._page_at(place).question.key for place in range(self.pages.count())]

    def drafts(self) -> dict[str, str]:
        """What was written in one's own words and not given, by question."""
        pages = [self._page_at(place) for place in range(self.pages.count())]
        return {page.question.key: text for page in pages if (text := page.own.toPlainText().strip())}

    def ask(self, question: Question, asker: str, phase: str, draft: str = "") -> None:
        """Show one more question, unless it is shown already."""
        if question.key in self.keys():
            return
        page = QuestionPage(question, asker, phase)
        page.own.setPlainText(draft)
        page.changed.connect(self._refresh)
        page.changed.connect(lambda: self.writing.emit(question.agent))
        page.submitted.connect(self._answer)
        item = QListWidgetItem(_short(question.text))
        item.setToolTip(plain_tip(question.text))
        item.setData(KEY, question.key)
        self.list.addItem(item)
        self.pages.addWidget(page)
        if self.pages.count() == 1:
            self.list.setCurrentRow(0)
            page.take_focus()
        self._count()

    def turn_to(self, key: str) -> None:
        """Show the page of a question."""
        if key in self.keys():
            self.list.setCurrentRow(self.keys().index(key))

    def settle(self, key: str) -> None:
        """A question does not wait any more; without any, the dialog closes."""
        if key not in self.keys():
            return
        place = self.keys().index(key)
        page = self._page_at(place)
        self.pages.removeWidget(page)
        page.deleteLater()
        self.list.takeItem(place)
        if self.pages.count():
            self.page.take_focus()
            self._count()
        else:
            self.accept()

    def event(self, event: QEvent) -> bool:
        """Grow with what is shown: a window does not follow the height that wrapped text needs by itself."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._growing.start()
        return super().event(event)

    def _grow(self) -> None:
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        highest = int(self.screen().availableGeometry().height() * SHARE)
        if needed > self.height():
            self.resize(self.width(), min(needed, highest))

    def _page_at(self, place: int) -> QuestionPage:
        page = self.pages.widget(place)
        assert isinstance(page, QuestionPage)
        return page

    def _turn_to(self, row: int) -> None:
        if 0 <= row < self.pages.count():
            self.pages.setCurrentIndex(row)
            self._refresh()

    def _count(self) -> None:
        count = self.pages.count()
        self.list.setVisible(count > 1)
        questions = [self._page_at(place).question for place in range(count)]
        width = WIDE if any(question.inputs for question in questions) else WIDTH
        self.setMinimumWidth(width + LIST_WIDTH if count > 1 else width)
        asks = tr("The team asks")
        more = trn("{count} question", "{count} questions", count)
        self.setWindowTitle(f"{asks} · {more}" if count > 1 else asks)
        self._refresh()

    def _refresh(self) -> None:
        if not self.pages.count():
            return
        review = self.page.question.purpose == "review"
        self.content.setVisible(review)
        self.team.setVisible(not review)
        self.meanwhile.setVisible(not review)
        self.send.setEnabled(bool(self.page.text()))

    def _answer(self) -> None:
        if text := self.page.text():
            self._give(Answer(text))

    def _give(self, answer: Answer) -> None:
        key = self.page.question.key
        self.answered.emit(key, answer)
        self.settle(key)


def _short(text: str) -> str:
    """The first line of a question, without Markdown's marks."""
    return MARKS.sub("", text.strip().partition("\n")[0].lstrip("# "))
