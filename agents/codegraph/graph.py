"""The code graph, held up to date: a change re-reads what changed and resolves anew what it concerns.

AgileCoder (arXiv:2406.11912) rebuilds its graph after every change and chooses by it what is tested, in which
order, and what a prompt carries. [ours]: all languages of `agents.codegraph.languages`, symbols, and the
incremental update.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Self

from agents.codegraph.circles import circles
from agents.codegraph.index import Index, Questions
from agents.codegraph.languages import is_code, language_of
from agents.codegraph.languages.python_modules import module_file
from agents.codegraph.languages.scripts import names_own_file
from agents.codegraph.outline import outlined
from agents.codegraph.parts import Key, Links, Reading, Symbol
from agents.testfiles import is_test_of_any_language

REMEMBERED = 4096
"""So many readings are kept of texts that are no longer there: a restored version need not be read again."""

_NOTHING = Links()
_EMPTY = Reading()


class CodeGraph:
    """Who imports whom among a project's files, and what each of them defines.

    Empty until `update` was called with the project's files. A graph that was updated step by step equals one
    that was made at once from the last files.
    """

    def __init__(self, files: Mapping[str, str] | None = None) -> None:
        self._texts: dict[str, str] = {}
        self._readings: dict[str, Reading] = {}
        self._links: dict[str, Links] = {}
        self._importers: defaultdict[str, set[str]] = defaultdict(set)
        self._started_by: defaultdict[str, set[str]] = defaultdict(set)
        self._in_front_of: defaultdict[str, set[str]] = defaultdict(set)
        self._index = Index()
        self._remembered: OrderedDict[bytes, Reading] = OrderedDict()
        if files:
            self.update(files)

    # --- keeping up to date ------------------------------------------------------------------------

    def update(self, files: Mapping[str, str]) -> frozenset[str]:
        """Take up the project as it is now (path → text); the paths that came, changed or went."""
        gone = self._texts.keys() - files.keys()
        changed = {path for path, text in files.items() if self._texts.get(path) != text}
        touched: set[Key] = set()
        for path in gone:
            touched |= self._forget(path)
        for path in changed:
            touched |= self._take(path, files[path])
        stale = set(changed)
        for key in touched:
            stale.update(self._index.asking(key))
        for path in stale - gone:
            self._resolve(path)
        return frozenset(gone | changed)

    def updated(self, files: Mapping[str, str]) -> Self:
        """This graph after `update`."""
        self.update(files)
        return self

    def _take(self, path: str, text: str) -> set[Key]:
        reading = self._read(path, text)
        known = self._readings.get(path)
        self._texts[path], self._readings[path] = text, reading
        touched = set(self._index.offer(path, _offers(path, reading)))
        if known != reading:
            touched.add(("text", path))
        return touched

    def _forget(self, path: str) -> set[Key]:
        del self._texts[path], self._readings[path]
        self._link(path, _NOTHING)
        self._index.ask(path, frozenset())
        return {("text", path), *self._index.offer(path, frozenset())}

    def _read(self, path: str, text: str) -> Reading:
        language = language_of(path)
        if language is None:
            return _EMPTY
        suffix = PurePosixPath(path).suffix.lower()
        key = blake2b(
            f"{language.name}\0{suffix}\0{text}".encode(errors="surrogatepass"), digest_size=16
        ).digest()
        reading = self._remembered.get(key)
        if reading is None:
            reading = self._remembered[key] = language.read(text, suffix)
        self._remembered.move_to_end(key)
        while len(self._remembered) > REMEMBERED + len(self._texts):
            self._remembered.popitem(last=False)
        return reading

    def _resolve(self, path: str) -> None:
        questions = Questions(self._index, self._readings)
        language = language_of(path)
        links = language.resolve(path, self._readings[path], questions) if language else _NOTHING
        self._index.ask(path, frozenset(questions.asked))
        others = links.runs - links.imports
        self._link(path, Links(links.imports - {path}, others - {path}, links.behind - {path}))

    def _link(self, path: str, links: Links) -> None:
        before = self._links.pop(path, _NOTHING)
        if path in self._readings:
            self._links[path] = links
        backwards = (self._importers, self._started_by, self._in_front_of)
        for reverse, old, new in zip(backwards, before, links, strict=True):
            for target in old - new:
                reverse[target].discard(path)
            for target in new - old:
                reverse[target].add(path)

    # --- who imports whom --------------------------------------------------------------------------

    @property
    def files(self) -> Mapping[str, str]:
        """The project's files as they were taken up last."""
        return self._texts

    def imports(self, path: str) -> frozenset[str]:
        """The project's files that a file imports itself; empty for a path that is not there.

        A set has no order of its own: sort it before it goes into a prompt.
        """
        return self._links.get(path, _NOTHING).imports

    def importers(self, path: str) -> frozenset[str]:
        """The files that import `path`; when it is not there, those that would."""
        if path not in self._readings:
            return frozenset(self._index.asking(("path", path)) if language_of(path) else ())
        return frozenset(self._importers.get(path, ()))

    def affected(self, changed: Iterable[str]) -> list[str]:
        """The changed files and all that import them, directly or not, dependencies first.

        A file that is gone affects those that would import it. What runs before a file without being imported
        by it (a package's `__init__`, a `conftest.py`) affects it when it was changed itself.
        """
        found = set(changed)
        for path in list(found):
            found |= self._started_by.get(path, set())
        waiting = list(found)
        while waiting:
            path = waiting.pop()
            new = (self.importers(path) | self._in_front_of.get(path, set())) - found
            found |= new
            waiting += new
        return self.order(found & self._readings.keys())

    def order(self, paths: Iterable[str]) -> list[str]:
        """The paths with what they import before them; files of a circle stand together, sorted."""
        known = sorted(set(paths))
        return [path for circle in circles(known, self.imports) for path in circle]

    def tests_of(self, paths: Iterable[str]) -> list[str]:
        """The test files that are or reach these paths, dependencies first."""
        return [path for path in self.affected(paths) if is_test_of_any_language(path)]

    # --- what is defined ---------------------------------------------------------------------------

    def defining(self, name: str) -> list[str]:
        """The files that define a class, function, constant or module of this name.

        Those that define it at the top come before those whose classes have a method or field of that name,
        each sorted. `Board.move` names a part of a class.
        """
        top = sorted(self._index.offering(("defines", name)))
        parts = sorted(set(self._index.offering(("defines part", name))) - set(top))
        return top + parts

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        """What a file defines, in the order of its lines; empty for what is not there or not known."""
        return self._readings.get(path, _EMPTY).symbols

    def signatures(self, path: str) -> str:
        """What a neighbour needs to know of a file: its signatures with the first line of each description.

        Empty when nothing is known of it.
        """
        language = language_of(path)
        return outlined(self.symbols(path), language) if language else ""

    def module(self, path: str, name: str, level: int = 0) -> str:
        """The file that a Python import in `path` means (`level` dots before it), empty if there is none."""
        return module_file(path, name, level, Questions(self._index, self._readings))

    def missing(self, path: str) -> list[str]:
        """What a script, page or style sheet names by a path and the project does not have, sorted."""
        language, reading = language_of(path), self._readings.get(path, _EMPTY)
        if language is None or language.name not in ("JavaScript", "HTML", "CSS"):
            return []
        questions = Questions(self._index, self._readings)
        return sorted(
            {
                reference.target
                for reference in reading.references
                if names_own_file(reference.target, reference.kind == "page" or language.name == "CSS")
                and not language.resolve(path, Reading(references=(reference,)), questions).imports
            }
        )

    def problem(self, path: str) -> str:
        """Why a file could not be read whole, in words; empty when it could."""
        return self._readings.get(path, _EMPTY).problem


def edges(files: Mapping[str, str]) -> dict[str, set[str]]:
    """For each file of `files` (path → text) that is code the paths of those that it imports."""
    graph = CodeGraph(files)
    return {path: set(graph.imports(path)) for path in files if is_code(path)}


def _offers(path: str, reading: Reading) -> frozenset[Key]:
    offered: set[Key] = {("path", path)}
    language = language_of(path)
    if language is None:
        return frozenset(offered)
    offered.update(language.offers(path, reading))
    for symbol in reading.symbols:
        if symbol.parent:
            offered |= {("defines part", symbol.name), ("defines", f"{symbol.parent}.{symbol.name}")}
        else:
            offered.add(("defines", symbol.name))
    return frozenset(offered)
