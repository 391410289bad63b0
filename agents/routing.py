"""Errors routed by their kind, so that a repair sees the files where the fault is.

AgileCoder (arXiv:2406.11912): a missing module that is not the project's → dependency; an undefined name →
where that name is defined; an unknown attribute or a wrong argument → the class that defines it; a failing
test → that test and the code under it, with the note that the test may be wrong. [ours] are the kinds of own
modules that were lost or renamed, syntax, endless programs, crashes and missing files, and all languages but
Python.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Protocol

from agents.contracts import Execution
from agents.environment import distribution
from agents.events import TestCase
from agents.fault_rules import FaultKind, Reading, read_kind
from agents.module_search import ModuleSearch, is_path, whole
from agents.programs import entry, is_test
from agents.traces import OwnPaths, Place, Trace, read_traces

MOST_FAULTS = 12
MOST_FILES = 6  # files that a fault names: more would be no route
HEADERS = frozenset({".h", ".hh", ".hpp"})
SOURCES = frozenset({".c", ".cc", ".cpp", ".cxx"})
ENDED = frozenset({"timeout", "output", "memory", "processes", "disk", "files"})


class Graph(Protocol):
    """What routing asks of the project's code graph."""

    def defining(self, name: str) -> Iterable[str]:
        """The paths of the files that define a class, function or variable called `name`."""

    def imports(self, path: str) -> Iterable[str]:
        """The paths of the project's files that the file at `path` imports."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One error and where it leads.

    `files` are the project's, the likeliest place of the fault first; `line` is that of the first, 0 where it
    is not known. `names` are what the error is about: a module, a name and its class, tests, functions on the
    stack. `advice` says in a sentence or two what is wrong and where to look.
    """

    kind: FaultKind
    files: tuple[str, ...]
    names: tuple[str, ...]
    advice: str
    line: int = 0


class Router:
    """Routes the errors of one project.

    `files` are its files by path, `graph` says who defines and imports what, and `past` are the paths of all
    earlier versions: a module that was lost is looked for there before it is taken for somebody else's.
    """

    def __init__(self, files: Mapping[str, str], graph: Graph, past: Collection[str] = ()) -> None:
        self._files = files
        self._graph = graph
        self._own = OwnPaths(files)
        self._modules = ModuleSearch(files, self._defining, past)

    def of_program(self, execution: Execution) -> list[Fault]:
        """The faults of a run that failed; at least one."""
        faults = [self._routed(trace) for trace in self._traces(execution.output)]
        if execution.ended_by == "timeout":  # its stack was told because it was ended
            faults = [fault if fault.kind != "crash" else self._hanging(fault) for fault in faults]
        ended = execution.ended_by in ENDED or (execution.ended_by == "signal" and not faults)
        if ended and not any(fault.kind in ("endless", "crash") for fault in faults):
            faults.insert(0, self._ended(execution))
        return _distinct(faults or [self._unknown(execution)])

    def of_tests(self, cases: Sequence[TestCase], execution: Execution) -> list[Fault]:
        """The faults of a test run that failed: of each failed test, else of the run itself."""
        faults = [fault for case in cases if case.outcome == "failed" for fault in self._of_case(case)]
        if not faults or execution.ended_by in ENDED:
            faults += self.of_program(execution)
        return _distinct(faults)

    def _hanging(self, fault: Fault) -> Fault:
        functions = f" in {', '.join(fault.names)}" if fault.names else ""
        advice = (
            f"The program does not come to an end{functions}. Look at the loop there, and at what ends it."
        )
        return replace(fault, kind="endless", advice=advice)

    # --- one error ---------------------------------------------------------------------------------

    def _traces(self, text: str) -> list[Trace]:
        return read_traces(text, self._files)

    def _of_case(self, case: TestCase) -> Iterator[Fault]:
        test = self._file_of(case.name)
        for trace in self._traces(case.message) or [Trace("", case.message.strip()[:300])]:
            reading = read_kind(trace)
            if reading.kind in ("test", "other"):
                yield self._failing(case.name, test, trace)
            else:
                fault = self._by_kind(trace, reading)
                yield _with_files(fault, (*fault.files, *([test] if test else [])))

    def _routed(self, trace: Trace) -> Fault:
        return self._by_kind(trace, read_kind(trace))

    def _by_kind(self, trace: Trace, reading: Reading) -> Fault:
        match reading.kind:
            case "dependency" | "own module":
                return self._module(trace, reading)
            case "undefined name":
                return self._name(trace, reading)
            case "attribute":
                return self._attribute(trace, reading)
            case "arguments":
                return self._arguments(trace, reading)
            case "missing file":
                return self._missing_file(trace, reading)
            case "syntax":
                where = _where(trace)
                return self._fault("syntax", trace, [], [], f"{trace.told}{where}. Mend the syntax there.")
            case "endless":
                return self._endless(trace)
            case "crash":
                return self._fault(
                    "crash", trace, [], _functions(trace), f"The program crashed: {trace.told}."
                )
            case "test" | "other":
                return self._fault("other", trace, [], _functions(trace), f"{trace.told}{_where(trace)}.")

    def _module(self, trace: Trace, reading: Reading) -> Fault:
        """A module that is not there: the project's own, lost or renamed, or somebody else's."""
        asking = _innermost(trace)
        said = self._line(trace)
        name = whole(reading.name, said)
        if own := self._modules.meant(name, said):
            advice = f"There is no {name}; likely {own[0]} is meant. Mend the import, or move the file."
            return self._fault("own module", trace, [*asking, *own], [name], advice)
        if lost := self._modules.lost(name):
            advice = f"{name} is the project's own: an earlier version had {lost}. Give it again."
            return self._fault("own module", trace, asking, [name], advice)
        if is_path(name) and f"<{name}>" not in said:
            advice = f"{name} is imported, and the project has no such file. Write it, or mend the import."
            return self._fault("own module", trace, asking, [name], advice)
        if not _is_python(trace):
            advice = f"{name} is not the project's and not installed; packages are fetched for Python only."
            return self._fault("dependency", trace, asking, [name], f"{advice} Do without it.")
        first = name.partition(".")[0]
        if first in sys.stdlib_module_names:
            advice = f"{name} belongs to Python, but this machine's Python lacks it. Do without it."
            return self._fault("dependency", trace, asking, [first], advice)
        wanted = distribution(name)
        advice = f"{first} comes with the package {wanted}, which is not installed. Install it or do without."
        return self._fault("dependency", trace, asking, [first], advice)

    def _name(self, trace: Trace, reading: Reading) -> Fault:
        """A name that nobody knows there: where it is used, and where it is defined."""
        asking = _innermost(trace)
        defined = [path for path in self._defining(reading.name) if path not in asking]
        owner = self._modules.meant(reading.owner) if reading.owner else []
        advice = f"{reading.name} is used in {_list(asking)} and defined nowhere in the project. Define it."
        if "circular import" in trace.message:
            advice = f"{trace.told}. The files import each other; move what both need into a third."
        elif defined:
            advice = f"{reading.name} is not known in {_list(asking)}. Import it there from {_list(defined)}."
        elif owner:
            advice = f"{owner[0]} has no {reading.name}, which {_list(asking)} imports. Define it there."
        return self._fault("undefined name", trace, [*asking, *owner, *defined], [reading.name], advice)

    def _attribute(self, trace: Trace, reading: Reading) -> Fault:
        """A part that a class or module lacks: where it is defined, and where it is asked for."""
        asking = _innermost(trace)
        owners = self._defining(reading.owner) or self._modules.meant(reading.owner)
        if not owners:
            owners = self._defining(reading.name)
        told = f"{trace.told}{_where(trace)}."
        if owners:
            owner = reading.owner or reading.name
            told = f"{told} {owner} is defined in {_list(owners)}: use what is there, or add it."
        names = [reading.name, *([reading.owner] if reading.owner else [])]
        return self._fault("attribute", trace, [*owners, *asking], names, told)

    def _arguments(self, trace: Trace, reading: Reading) -> Fault:
        """A call that does not fit: the class or function that defines it, and the call."""
        asking = _innermost(trace)
        defined = self._defining(reading.owner) if reading.owner else []
        defined = defined or self._defining(reading.name)
        called = reading.owner or reading.name
        told = f"{trace.told}{_where(trace)}."
        if defined:
            told = f"{told} {called} is defined in {_list(defined)}: the call and the definition must agree."
        names = [name for name in (reading.owner, reading.name) if name]
        return self._fault("arguments", trace, [*defined, *asking], names, told)

    def _missing_file(self, trace: Trace, reading: Reading) -> Fault:
        name = PurePosixPath(reading.name.replace("\\", "/")).name
        there = [path for path in self._files if PurePosixPath(path).name == name]
        advice = f"The program opens {reading.name}, which is not there{_where(trace)}."
        if there:
            advice = f"{advice} The project has {_list(there)}: start from the code's own folder."
        else:
            advice = (
                f"{advice} Do not need it, make it when it is missing, or say clearly that it is missing."
            )
        return self._fault("missing file", trace, there, [reading.name], advice)

    def _endless(self, trace: Trace) -> Fault:
        functions = _functions(trace)
        told = f", in {', '.join(functions)}" if functions else ""
        advice = f"It does not come to an end{told}: {trace.told}. Look at the condition that should end it."
        return self._fault("endless", trace, [], functions, advice)

    def _failing(self, name: str, test: str, trace: Trace) -> Fault:
        """A failing test: the test, and the code under it."""
        reached = [place.path for place in reversed(trace.places) if not is_test(place.path)]
        under = [path for path in self._under(test) if not is_test(path)] if test else []
        message = trace.told.strip().splitlines()
        told = f": {message[0]}" if message else ""
        if test and not is_test(test):  # a page or the like that was checked, not tested by a file of its own
            return self._fault("other", trace, [test, *reached], [name], f"{name} fails{told}.")
        advice = f"{name} fails{told}. Compare it with the task: the code or the test may be wrong."
        return self._fault(
            "test", Trace("", ""), [*([test] if test else []), *reached, *under], [name], advice
        )

    def _under(self, test: str) -> list[str]:
        """What a test tests: what it imports; with a header the source that goes by its name."""
        imported = sorted(self._graph.imports(test))
        headers = {PurePosixPath(path).stem for path in imported if PurePosixPath(path).suffix in HEADERS}
        sources = (path for path in self._files if PurePosixPath(path).suffix in SOURCES)
        return [*imported, *(path for path in sources if PurePosixPath(path).stem in headers)]

    # --- how it ended ------------------------------------------------------------------------------

    def _ended(self, execution: Execution) -> Fault:
        main = entry(self._files)
        files = [main, *sorted(self._graph.imports(main))] if main in self._files else []
        match execution.ended_by:
            case "timeout" | "output":
                what = "prints without end" if execution.ended_by == "output" else "does not come to an end"
                advice = (
                    f"The program {what}. Look for a loop that nothing ends, or a wait for what never comes."
                )
                return self._fault("endless", Trace("", ""), files, [], advice)
            case "signal":
                advice = "The program crashed" + (
                    f" with signal {-execution.exit_code}." if execution.exit_code else "."
                )
            case "memory":
                advice = "The program uses more memory than it may. Look for what grows without end."
            case "processes":
                advice = "The program starts more processes than it may."
            case _:
                advice = "The program writes more to the disk than it may."
        return self._fault("crash", Trace("", ""), files, [], advice)

    def _unknown(self, execution: Execution) -> Fault:
        main = entry(self._files)
        last = (execution.errors.strip() or execution.output.strip()).splitlines()
        advice = f"The program failed: {last[-1][:300]}" if last else "The program failed and said nothing."
        return self._fault("other", Trace("", ""), [main] if main in self._files else [], [], advice)

    # --- looking up --------------------------------------------------------------------------------

    def _fault(
        self, kind: FaultKind, trace: Trace, first: Iterable[str], names: Iterable[str], advice: str
    ) -> Fault:
        """A fault with the files `first`, then those of the trace, the innermost first."""
        through = [place.path for place in reversed(trace.places)]
        files = [path for path in dict.fromkeys([*first, *through]) if path in self._files][:MOST_FILES]
        lines = [place.line for place in reversed(trace.places) if files and place.path == files[0]]
        plain = tuple(dict.fromkeys(name for name in names if name))
        return Fault(kind, tuple(files), plain, advice.strip(), lines[0] if lines else 0)

    def _defining(self, name: str) -> list[str]:
        plain = name.rpartition(".")[2]
        return [path for path in self._graph.defining(plain) if path in self._files] if plain else []

    def _line(self, trace: Trace) -> str:
        """The line of the project's code where an error arose."""
        if not trace.places:
            return ""
        place = trace.places[-1]
        lines = self._files[place.path].splitlines()
        return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""

    def _file_of(self, name: str) -> str:
        """The file of a test by its name: `tests/test_a.py::test_b`, `tests.test_a.T.test_b`, `a.js: b`."""
        told = re.split(r"::|: ", name)[0].strip()
        if found := self._own.find(told):
            return found
        parts = told.split(".")
        for end in range(len(parts), 0, -1):
            if found := self._own.find(f"{'/'.join(parts[:end])}.py"):
                return found
        return ""


def _is_python(trace: Trace) -> bool:
    return trace.error in ("ModuleNotFoundError", "ImportError")


def _innermost(trace: Trace) -> list[str]:
    return [trace.places[-1].path] if trace.places else []


def _where(trace: Trace) -> str:
    if not trace.places:
        return ""
    place: Place = trace.places[-1]
    return f" (in {place.path}, line {place.line})" if place.line else f" (in {place.path})"


def _functions(trace: Trace) -> list[str]:
    """The functions on the stack, the innermost first."""
    names = (place.name for place in reversed(trace.places))
    return list(dict.fromkeys(name for name in names if name and not name.startswith("<")))[:5]


def _list(paths: Sequence[str]) -> str:
    return ", ".join(paths[:3]) or "the program"


def _with_files(fault: Fault, files: Sequence[str]) -> Fault:
    return Fault(fault.kind, tuple(dict.fromkeys(files)), fault.names, fault.advice, fault.line)


def _distinct(faults: Iterable[Fault]) -> list[Fault]:
    """Each fault once, at most `MOST_FAULTS`: twenty tests that fail for one missing name are one fault."""
    found: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        key = (fault.kind, fault.names, fault.files[:1], fault.line)
        found.setdefault(key, fault)
    return list(found.values())[:MOST_FAULTS]
