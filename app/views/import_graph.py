"""The import graph of the project as a picture: a card a file, an arrow to each file that it imports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from agents.codegraph import is_code
from app.background import Background
from app.i18n import marked, tr, trn
from app.plain import plain_tip
from app.state.all import RunState
from app.state.imports import ImportGraph, import_graph
from app.theme import ThemeSource
from app.views.import_cards import CARD, GAP, draw_arrow, draw_card
from app.views.marks import draw_empty

MARGIN = 16.0
SMALLEST, LARGEST = 0.1, 2.0
ZOOM_STEP = 1.2
EMPTY = (marked("No imports yet"), marked("Which file imports which appears here."))


class ImportGraphView(QWidget):
    """Shows the graph of a run's files. `chosen` carries the path of a card, `opened` of one to be read.

    The wheel zooms, dragging moves, a double click opens a card or, beside them, shows everything; arrow keys
    go from card to card and Return opens one.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._background = source, background
        self._state = RunState()
        self._read: Callable[[str], bytes] | None = None
        self._revision, self._job = -1, 0
        self._graph = ImportGraph()
        self._cards: dict[str, QRectF] = {}
        self._view = QTransform()
        self._fits = True
        self._marked = self._wanted = ""
        self._dragged: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Import graph"))
        self.setMinimumSize(160, 120)
        source.changed.connect(self.update)

    # --- what is shown -----------------------------------------------------------------------------

    @property
    def graph(self) -> ImportGraph:
        """The graph that is shown."""
        return self._graph

    def show_state(self, state: RunState, read: Callable[[str], bytes] | None) -> None:
        """Show the files of another run; `read` gives the content of a digest."""
        self._state, self._read, self._revision = state, read, -1
        self._take(ImportGraph())
        self.refresh()

    def refresh(self) -> None:
        """Read the files anew if they have changed, and only while the picture is in view."""
        files = self._state.files
        if not self.isVisible() or files.revision == self._revision:
            return
        self._revision = files.revision
        self._job += 1
        digests = {
            node.path: node.latest.digest for node in files.present if is_code(node.path) and not node.pending
        }
        texts = {path: edit.text for path, edit in files.pending.items() if edit.text is not None}
        self._background.start(self._build(self._job, digests, texts))

    def mark(self, path: str) -> None:
        """Light a file and its lines up."""
        self._wanted, self._marked = path, path if path in self._cards else ""
        self._describe()
        self.update()

    async def _build(self, job: int, digests: dict[str, str], texts: dict[str, str]) -> None:
        read = self._read

        def build() -> ImportGraph:
            known = {path: read(digest) for path, digest in digests.items() if read and digest}
            decoded = {path: content.decode("utf-8", errors="replace") for path, content in known.items()}
            return import_graph({**decoded, **texts})

        graph = await asyncio.to_thread(build)
        if job == self._job:
            self._take(graph)

    def _take(self, graph: ImportGraph) -> None:
        self._graph = graph
        self._cards = {}
        widest = max((len(row) for row in graph.rows), default=0)
        for number, row in enumerate(graph.rows):
            left = (widest - len(row)) * (CARD.width() + GAP.width()) / 2
            for column, path in enumerate(row):
                place = QPointF(
                    left + column * (CARD.width() + GAP.width()), number * (CARD.height() + GAP.height())
                )
                self._cards[path] = QRectF(place, CARD)
        self.mark(self._wanted)
        self.fit() if self._fits else self.update()

    def _describe(self) -> None:
        """The same in words, for screen readers."""
        count = len(self._cards)
        files = trn("{count} file", "{count} files", count)
        imports = trn("{count} import", "{count} imports", len(self._graph.links))
        words = tr("{files}, {imports}", files=files, imports=imports)
        if self._graph.circular:
            words = tr("{words}, some in a circle", words=words)
        if self._marked:
            words = tr("{words}; {file}", words=words, file=self.told(self._marked))
        self.setAccessibleDescription(words if count else tr("No imports yet"))

    def told(self, path: str) -> str:
        """A file with what it imports and who imports it, in words."""
        imports = ", ".join(self._graph.imports(path)) or tr("nothing of the project")
        importers = ", ".join(self._graph.importers(path)) or tr("nothing of the project")
        circle = any(path in link for link in self._graph.circular)
        text = tr(
            "{path}\nimports: {imports}\nimported by: {importers}",
            path=path,
            imports=imports,
            importers=importers,
        )
        return tr("{text}\npart of a circular import", text=text) if circle else text

    # --- where things are --------------------------------------------------------------------------

    def fit(self) -> None:
        """Show everything, at its natural size if there is room."""
        self._fits = True
        whole = QRectF()
        for card in self._cards.values():
            whole = whole.united(card)
        if whole.isEmpty():
            self.update()
            return
        scale = min(
            1.0, (self.width() - 2 * MARGIN) / whole.width(), (self.height() - 2 * MARGIN) / whole.height()
        )
        scale = max(scale, SMALLEST)
        middle = QRectF(self.rect()).center()
        self._view = QTransform().translate(middle.x(), middle.y()).scale(scale, scale)
        self._view.translate(-whole.center().x(), -whole.center().y())
        self.update()

    def zoom(self, factor: float, around: QPointF) -> None:
        """Make everything larger or smaller; what lies at `around` stays there."""
        scale = min(max(self._view.m11() * factor, SMALLEST), LARGEST)
        fixed = self._view.inverted()[0].map(around)
        self._view = QTransform().translate(around.x(), around.y()).scale(scale, scale)
        self._view.translate(-fixed.x(), -fixed.y())
        self._fits = False
        self.update()

    def box(self, path: str) -> QRectF:
        """A file's card in the widget's pixels."""
        return self._view.mapRect(self._cards.get(path, QRectF()))

    def file_at(self, point: QPointF) -> str:
        """The file whose card lies under a point; empty where there is none."""
        place = self._view.inverted()[0].map(point)
        return next((path for path, card in self._cards.items() if card.contains(place)), "")

    # --- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines, lit lines, cards."""
        painter = QPainter(self)
        theme = self._source.theme
        painter.fillRect(event.rect(), QColor(theme.surface))
        if not self._cards:
            draw_empty(painter, QRectF(self.rect()), tr(EMPTY[0]), tr(EMPTY[1]), theme, "graph")
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self._view)
        links, circular = self._graph.links, self._graph.circular
        for link in sorted(links, key=lambda link: self._marked in link):  # the lit ones above the others
            lit = self._marked in link
            plain = theme.warning if link in circular else theme.outline
            draw_arrow(
                painter,
                self._cards[link[0]],
                self._cards[link[1]],
                theme.accent if lit else plain,
                width=2.0 if lit else 1.0,
                dashed=link in circular,
            )
        for path, card in self._cards.items():
            draw_card(painter, path, card, theme, marked=path == self._marked)
        painter.end()

    # --- Qt's events -------------------------------------------------------------------------------

    def showEvent(self, event: QEvent) -> None:
        """Take in what changed while the picture was out of view."""
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view unless the user looks at a part."""
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def event(self, event: QEvent) -> bool:
        """Tell a card's links in words."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            path = self.file_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(self.told(path) if path else ""), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a card, or take hold of the picture."""
        if path := self.file_at(event.position()):
            self.mark(path)
            self.chosen.emit(path)
        else:
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        if self._dragged is not None:
            by = event.position() - self._dragged
            self._view *= QTransform().translate(by.x(), by.y())
            self._dragged, self._fits = event.position(), False
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture."""
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a card, or show everything."""
        if path := self.file_at(event.position()):
            self.opened.emit(path)
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from card to card, open one, zoom."""
        paths, key = self._graph.paths, event.key()
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        if paths and key in steps:
            at = paths.index(self._marked) + steps[Qt.Key(key)] if self._marked else 0
            self.mark(paths[at % len(paths)])
            self.chosen.emit(self._marked)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._marked:
            self.opened.emit(self._marked)
        elif event.text() in ("+", "-"):
            self.zoom(ZOOM_STEP if event.text() == "+" else 1 / ZOOM_STEP, QPointF(self.rect().center()))
        else:
            super().keyPressEvent(event)
