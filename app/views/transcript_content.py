"""What stands in each row of the transcript, in words, before anything is measured or painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from agents.events import EVERYONE, FiguresReported
from app.i18n import marked, tr, trn
from app.state.all import RunState
from app.state.entries import (
    CommandEntry,
    Entry,
    ErrorEntry,
    FiguresEntry,
    FilesEntry,
    MessageEntry,
    NoticeEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    RunEntry,
    TestsEntry,
)
from app.told import retold, titled
from app.views.marks import Mark
from app.wording import consent_in_words

Tone: TypeAlias = Literal["text", "muted", "accent", "good", "warning", "bad"]
NEWLINE = "\n"
LISTED = 8
"""So many files or failed tests are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: its text and how it is set. A `role` gives its colour instead of the tone."""

    text: str
    tone: Tone = "text"
    bold: bool = False
    role: str = ""
    mono: bool = False


Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One row. `badge` is a role's title, `mark` stands where there is no badge; `tone` colours it.

    `body` is Markdown (and grows while `live`), `lines` are short lines that are cut at the right edge,
    `right` stands in the upper right corner, `note` below everything. `nested` is a heading within another.
    """

    style: Literal["message", "heading", "line", "card"]
    title: Line
    badge: str = ""
    mark: Mark = "info"
    tone: Tone = "muted"
    right: str = ""
    phase: str = ""
    body: str = ""
    live: bool = False
    thinking: str = ""
    lines: tuple[Line, ...] = ()
    note: str = ""
    note_tone: Tone = "warning"
    nested: bool = False


def duration(seconds: float) -> str:
    """Seconds for people: `0.8 s`, `42 s`, `3:12`, `1:02:07`."""
    if seconds < 9.95:
        return tr("{seconds} s", seconds=f"{seconds:.1f}")
    if seconds < 59.5:
        return tr("{seconds} s", seconds=f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def tokens(number: int) -> str:
    """A number of tokens for people: `950`, `6.1k`, `42k`."""
    if number < 1000:
        return str(number)
    return f"{number / 1000:.1f}k" if number < 9950 else f"{number / 1000:.0f}k"


def content(entry: Entry, state: RunState) -> Content:
    """The row of an entry."""
    match entry:
        case MessageEntry():
            return _message(entry, state)
        case PhaseEntry():
            return _phase(entry, state)
        case QuestionEntry():
            return _question(entry, state)
        case RemarkEntry():
            return Content(
                "message", _talk("user", entry.to, state), badge=tr("You"), tone="accent", body=entry.text
            )
        case FilesEntry():
            return _files(entry, state)
        case CommandEntry():
            return _command(entry, state)
        case TestsEntry():
            return _tests(entry)
        case NoticeEntry():
            return _notice(entry)
        case RunEntry():
            return _run(entry)
        case ErrorEntry():
            return _error(entry)
        case FiguresEntry():
            return Content(
                "line",
                (Piece(tr("The run in figures"), bold=True),),
                mark="flag",
                lines=_figures(entry.figures),
            )
        case _:
            assert_never(entry)


def _error(entry: ErrorEntry) -> Content:
    title = (Piece(retold(entry.text), "bad", bold=True),)
    lines = tuple((Piece(line, "muted", mono=True),) for line in entry.detail.splitlines()[-LISTED:])
    return Content("card", title, mark="failed", tone="bad", body=retold(entry.hint), lines=lines)


def _notice(entry: NoticeEntry) -> Content:
    if entry.level == "warning":
        return Content("line", (), mark="warning", tone="warning", body=retold(entry.text))
    return Content("line", (), mark="info", body=retold(entry.text))


def _who(agent: str, state: RunState, *, bold: bool) -> Piece:
    if agent in ("user", EVERYONE):
        return Piece(state.hierarchy.role(agent), "accent" if agent == "user" else "text", bold=bold)
    title = state.hierarchy.role(agent)
    return Piece(title, bold=bold, role=state.hierarchy.looks(agent))


def _talk(speaker: str, to: str, state: RunState) -> Line:
    if not to:
        return (_who(speaker, state, bold=True),)
    return (_who(speaker, state, bold=True), Piece("  →  ", "muted"), _who(to, state, bold=False))


def _phase_title(phase: str, state: RunState) -> str:
    """The titles of the phase and of the one around it: `Review 2/3 · Comment`."""
    titles: list[str] = []
    while (node := state.chain.phases.get(phase)) is not None and len(titles) < 2:
        titles.append(f"{node.name} {node.round}/{node.rounds}" if node.rounds > 1 else node.name)
        phase = node.parent
    return " · ".join(reversed(titles))


def _message(entry: MessageEntry, state: RunState) -> Content:
    note, note_tone = _note(entry)
    role = tr("You") if entry.speaker == "user" else state.hierarchy.looks(entry.speaker)
    return Content(
        "message",
        _talk(entry.speaker, entry.to, state),
        badge=role,
        right=_phase_title(entry.phase, state),
        phase=entry.phase,
        body=entry.text,
        live=entry.live,
        thinking=entry.thinking,
        note=note,
        note_tone=note_tone,
    )


def _note(entry: MessageEntry) -> tuple[str, Tone]:
    if entry.state == "cut":
        return retold(entry.reason) or tr("The message was cut."), "warning"
    if entry.truncated:
        return tr("The reply reached its length limit."), "warning"
    if entry.ended == "enough":
        return tr("Ended when what was asked for was there."), "muted"
    if entry.ended == "unneeded":
        return tr("Ended: another one holds already."), "muted"
    if entry.state == "waiting":
        return tr("Waiting for the model …"), "muted"
    if entry.state == "loading":
        return tr("Loading the model …"), "muted"
    return "", "muted"


def _phase(entry: PhaseEntry, state: RunState) -> Content:
    nested = entry.depth > 0
    pieces = [Piece(titled(entry.title), "muted" if nested else "text", bold=True)]
    if entry.again:
        pieces = [
            Piece(_phase_title(entry.phase, state), "muted", bold=True),
            Piece(f"  {tr('goes on')}", "muted"),
        ]
    elif entry.rounds > 1:
        pieces.append(Piece(f"  {entry.round}/{entry.rounds}", "muted"))
    return Content("heading", tuple(pieces), phase=entry.phase, nested=nested)


def _question(entry: QuestionEntry, state: RunState) -> Content:
    asks = {
        "clarify": tr("asks you"),
        "review": tr("asks for your review"),
        "execute": tr("wants to run a program"),
        "install": tr("wants to install packages"),
        "play": tr("lets you speak"),
    }[entry.purpose]
    title = (_who(entry.agent, state, bold=True), Piece(f"  {asks}", "muted"))
    lines: list[Line] = []
    if entry.by is None:
        lines += [(Piece("○  ", "accent"), Piece(_option(entry, option))) for option in entry.options]
        lines.append((Piece(tr("Waiting for your answer"), "warning", bold=True),))
    else:
        giver = {
            "user": tr("You"),
            "team": tr("Left to the team"),
            "file": tr("From the file of answers"),
            "demo": tr("Recorded answer"),
            "simulated": tr("The simulated user"),
            "later": tr("You answer later; the team goes on"),
        }[entry.by]
        said: Line = (Piece(f":  {_option(entry, entry.answer)}"),) if entry.answer else ()
        lines.append((Piece(giver, "good", bold=True), *said))
    return Content(
        "card",
        title,
        mark="asking",
        tone="warning" if entry.by is None else "muted",
        right=_phase_title(entry.phase, state),
        phase=entry.phase,
        body=retold(entry.text),
        lines=tuple(lines),
    )


def _option(entry: QuestionEntry, said: str) -> str:
    """An option or an answer as the dialog words it: a consent is kept as a single word."""
    return consent_in_words(said, installs=entry.purpose == "install") if entry.consents else said


def _files(entry: FilesEntry, state: RunState) -> Content:
    title = [
        Piece(tr("Version {version}", version=entry.version), bold=True),
        Piece(f"  {tr('by')} ", "muted"),
        _who(entry.author, state, bold=False),
    ]
    if entry.message:
        title.append(Piece(f"  {retold(entry.message)}", "muted"))
    lines: list[Line] = [
        (
            Piece(change.path, mono=True),
            *((Piece(f"  +{change.added}", "good"),) if change.added else ()),
            *((Piece(f"  −{change.removed}", "bad"),) if change.removed else ()),
            *(() if change.digest else (Piece(f"  {tr('deleted')}", "muted"),)),
        )
        for change in entry.changes[:LISTED]
    ]
    if more := len(entry.changes) - LISTED:
        lines += [(Piece(tr("and {count} more", count=more), "muted"),)] if more > 0 else []
    return Content("line", tuple(title), mark="files", tone="accent", lines=tuple(lines))


def _command(entry: CommandEntry, state: RunState) -> Content:
    title: list[Piece] = [Piece(retold(entry.title) or tr("Program"), bold=True)]
    title.append(Piece(f"  {' '.join(entry.argv)}", "muted", mono=True))
    tone: Tone = "muted"
    mark: Mark = "running"
    lines: tuple[Line, ...] = ()
    if entry.state in ("passed", "failed"):
        tone = "good" if entry.state == "passed" else "bad"
        mark = "done" if entry.state == "passed" else "failed"
        verdict = retold(entry.verdict) or (tr("passed") if entry.state == "passed" else tr("failed"))
        lines = ((Piece(verdict, tone), Piece(f"  {duration(entry.seconds)}", "muted")),)
    elif entry.state == "interrupted":
        lines = ((Piece(tr("interrupted"), "muted"),),)
    else:
        lines = ((Piece(tr("running …"), "muted"),),)
    return Content(
        "line",
        tuple(title),
        mark=mark,
        tone=tone,
        lines=lines,
        right=_phase_title(entry.phase, state),
        phase=entry.phase,
    )


def _tests(entry: TestsEntry) -> Content:
    ran = entry.passed + entry.failed
    good = entry.failed == 0 and ran > 0
    told = tr("{passed} of {ran} tests passed", passed=entry.passed, ran=ran)
    if entry.skipped:
        told = tr("{told}, {skipped} skipped", told=told, skipped=entry.skipped)
    title = (Piece(told, "good" if good else "bad", bold=True),)
    named = _short_names([name for name, _ in entry.failures])
    lines: list[Line] = [
        (Piece(name, "bad", mono=True), Piece(f"  {message.strip().partition(NEWLINE)[0]}", "muted"))
        for name, (_, message) in list(zip(named, entry.failures, strict=True))[:LISTED]
    ]
    if len(entry.failures) > LISTED:
        lines.append((Piece(tr("and {count} more", count=len(entry.failures) - LISTED), "muted"),))
    return Content(
        "line",
        title,
        mark="done" if good else "failed",
        tone="good" if good else "bad",
        lines=tuple(lines),
    )


def _short_names(tests: Sequence[str]) -> Sequence[str]:
    """Tests without their files, which are long and alike, where the rest still tells them apart."""
    short = [name.rpartition("::")[2] for name in tests]
    return short if len(set(short)) == len(set(tests)) else tests


_TURNS: dict[str, tuple[str, Mark, Tone]] = {
    "started": (marked("Run started"), "flag", "accent"),
    "paused": (marked("Run paused"), "paused", "muted"),
    "continued": (marked("Run continued"), "running", "muted"),
    "succeeded": (marked("Run succeeded"), "done", "good"),
    "failed": (marked("Run failed"), "failed", "bad"),
    "stopped": (marked("Run stopped"), "paused", "muted"),
}


def _run(entry: RunEntry) -> Content:
    title, mark, tone = _TURNS[entry.state if entry.what == "ended" else entry.what]
    shade: Tone = tone if tone in ("good", "bad") else "text"
    body = entry.text if entry.what == "started" else retold(entry.text)
    return Content("line", (Piece(tr(title), shade, bold=True),), mark=mark, tone=tone, body=body)


def _figures(figures: FiguresReported) -> tuple[Line, ...]:
    made = tr(
        "{files}, {lines}, {versions}",
        files=trn("{count} file", "{count} files", figures.files),
        lines=trn("{count} line", "{count} lines", figures.lines),
        versions=trn("{count} version", "{count} versions", figures.versions),
    )
    calls = tr(
        "{calls}, {time}",
        calls=trn("{count} model call", "{count} model calls", figures.model_calls),
        time=duration(figures.seconds),
    )
    spent = tr(
        "{read} tokens in, {written} out",
        read=tokens(figures.prompt_tokens),
        written=tokens(figures.output_tokens),
    )
    quality = tr(
        "completeness {complete}, executability {executable}",
        complete=f"{figures.completeness:.2f}",
        executable=f"{figures.executability:.2f}",
    )
    return tuple((Piece(text, "muted"),) for text in (made, calls, spent, quality))


def plain_text(entry: Entry, state: RunState) -> str:
    """An entry as text for the clipboard and for screen readers."""
    row = content(entry, state)
    if isinstance(entry, MessageEntry):
        return row.body
    parts = ["".join(piece.text for piece in line) for line in (row.title, *row.lines) if line]
    return "\n".join(part for part in (parts[:1] + ([row.body] if row.body else []) + parts[1:]) if part)


def last_said(entries: Sequence[Entry], state: RunState | None) -> str:
    """The last complete message in words, for screen readers; empty where the last entries have none."""
    for entry in reversed(entries[-8:]):
        if isinstance(entry, MessageEntry) and entry.state == "complete" and state is not None:
            speaker, listener = state.hierarchy.role(entry.speaker), state.hierarchy.role(entry.to)
            said = entry.text[:400]
            return tr("{speaker} to {listener}: {text}", speaker=speaker, listener=listener, text=said)
    return ""


def rate_of(entry: Entry, state: RunState | None, now: float) -> str:
    """How fast a message is being written, in words; empty when it is not."""
    if state is None or not isinstance(entry, MessageEntry) or not entry.live:
        return ""
    node = state.hierarchy.agents.get(entry.speaker)
    rate = node.speed.rate(now) if node and node.speed else 0.0
    return tr("{rate} tok/s", rate=f"{rate:.0f}") if rate >= 0.5 else ""
