"""The stored runs, or what a search found among them, as a tree for Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from agents.store.rows import RunRow, SearchHit
from app.i18n import tr, trn
from app.plain import plain_tip
from app.qtmodels.run_nodes import Node, branches, flattened, found
from app.wording import ASKING, state_word

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `RunRow` itself, of a hit the run that it is in."""
WORD_ROLE = ROW_ROLE + 1
"""How the run stands, in an English word, which `tr` translates."""
HIT_ROLE = ROW_ROLE + 2
"""The `SearchHit` of a message that was found; None for a run."""
MORE_ROLE = ROW_ROLE + 3
"""How many further hits a line stands for; 0 for any other line."""
WORKFLOW_ROLE = ROW_ROLE + 4
"""The workflow's title."""
WISH_ROLE = ROW_ROLE + 5
"""What this run was asked for, where other runs of its project stand in the list too; else empty."""


class RunsModel(QAbstractItemModel):
    """Trees of runs and their branches; while words are searched for, the runs found with their messages.

    `renamed` carries a project's number and the name that the user gave it.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._asking: Set[int] = frozenset()
        self._titles: Mapping[str, str] = {}
        self._in_project: Counter[int] = Counter()
        self._words = ""
        self._hits: Sequence[SearchHit] = ()
        self._unfolded: set[int] = set()
        self._roots: list[Node] = []
        self._lines: list[Node] = []
        self._numbers: dict[Node, int] = {}

    # --- what is shown -----------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether there is no run at all, found or not."""
        return not self._rows

    def name_workflows(self, titles: Mapping[str, str]) -> None:
        """Call the workflows by these titles."""
        self._titles = titles

    def titled(self, workflow: str) -> str:
        """A workflow's title."""
        return self._titles.get(workflow, workflow)

    def show_runs(self, rows: Sequence[RunRow], asking: Set[int] = frozenset()) -> None:
        """Show these runs; those in `asking` wait for an answer."""
        self._rows, self._asking = list(rows), asking
        self._in_project = Counter(row.project for row in rows)
        self._arrange()

    def search(self, words: str) -> None:
        """Show the runs that fit `words`, all for an empty text. Messages follow with `show_hits`."""
        self._words, self._hits = words.strip(), ()
        self._unfolded.clear()
        self._arrange()

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show the messages that were found for the words of the search."""
        self._hits = hits
        self._arrange()

    def unfold(self, index: Index) -> None:
        """Show all hits of a run."""
        if (node := self._node(index)) is not None:
            self._unfolded.add(node.row.id)
            self._arrange()

    def index_of(self, number: int) -> QModelIndex:
        """Where a run stands; an invalid index when it is not there."""
        for node in self._lines:
            if node.is_run and node.row.id == number:
                return self._index(node)
        return QModelIndex()

    def _arrange(self) -> None:
        """Where the same lines are shown already, selection and scrolling stay."""
        if self._words:
            roots = found(self._rows, self._words, self._hits, self._unfolded)
        else:
            roots = branches(self._rows)
        lines = flattened(roots)
        if [line.key() for line in lines] == [line.key() for line in self._lines]:
            for line, fresh in zip(self._lines, lines, strict=True):
                line.row, line.hit = fresh.row, fresh.hit
                index = self._index(line)
                self.dataChanged.emit(index, index)
            return
        self.beginResetModel()
        self._roots, self._lines = roots, lines
        self._numbers = {line: number for number, line in enumerate(lines)}
        self.endResetModel()

    # --- the tree ----------------------------------------------------------------------------------

    def _node(self, index: Index) -> Node | None:
        return self._lines[index.internalId()] if index.isValid() else None

    def _index(self, node: Node) -> QModelIndex:
        return self.createIndex(node.place, 0, self._numbers[node])

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's default
        """The index of a line below another."""
        above = self._node(parent)
        below = above.children if above else self._roots
        return self._index(below[row]) if column == 0 and 0 <= row < len(below) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject has one of the same name
        """The index of the line above."""
        node = self._node(index)
        return self._index(node.parent) if node and node.parent else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many lines are below another."""
        node = self._node(parent)
        return len(node.children if node else self._roots)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """One."""
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A run's name can be edited."""
        node = self._node(index)
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if node and node.is_run else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The project's name or the message's text; the row; the whole idea as tooltip."""
        node = self._node(index)
        if node is None:
            return None
        row = node.row
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return node.hit.snippet if node.hit else row.project_name
            case Qt.ItemDataRole.ToolTipRole:
                return None if node.hit or node.more else plain_tip(self._tip(row))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(node)
            case _ if role == ROW_ROLE:
                return row
            case _ if role == WORD_ROLE:
                return self._word(row)
            case _ if role == HIT_ROLE:
                return node.hit
            case _ if role == MORE_ROLE:
                return node.more
            case _ if role == WISH_ROLE:
                alone = self._in_project[row.project] < 2 or bool(row.branched_from)
                return "" if alone else " ".join(row.idea.split())
            case _ if role == WORKFLOW_ROLE:
                return self.titled(row.workflow)
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name; it is shown once it is stored."""
        node = self._node(index)
        name = str(value).strip()
        if node is None or role != Qt.ItemDataRole.EditRole or not name or name == node.row.project_name:
            return False
        self.renamed.emit(node.row.project, name)
        return True

    # --- words -------------------------------------------------------------------------------------

    def _word(self, row: RunRow) -> str:
        return ASKING if row.id in self._asking else state_word(row.state, row.driven)

    def _tip(self, row: RunRow) -> str:
        if row.branched_from:
            return tr(
                "Run {number}, a branch of run {other}: {idea}",
                number=row.id,
                other=row.branched_from,
                idea=row.idea,
            )
        return tr("Run {number}: {idea}", number=row.id, idea=row.idea)

    def _spoken(self, node: Node) -> str:
        row = node.row
        if node.hit:
            return tr("Message in {project}: {text}", project=row.project_name, text=node.hit.snippet)
        if node.more:
            return trn(
                "{count} more message in {project}",
                "{count} more messages in {project}",
                node.more,
                project=row.project_name,
            )
        workflow = self.titled(row.workflow)
        run = tr("{project}, run {number}", project=row.project_name, number=row.id)
        return f"{run}, {tr(self._word(row))}, {workflow}, {tr(row.model)}"
