"""A run as it is told in the terminal."""

from __future__ import annotations

import re

import click

from agents.cli.plain import gigabytes, plain
from agents.events import (
    AgentHired,
    AnswerJudged,
    CommandFinished,
    CommandStarted,
    ErrorRaised,
    FiguresReported,
    FilesCommitted,
    MessageCompleted,
    ModelLoading,
    NoticeGiven,
    PhaseBegun,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunEnded,
    RunStarted,
    Stamped,
    TestsReported,
    UserStepped,
)

_OF_A_PHASE = (MessageCompleted, NoticeGiven, CommandStarted, QuestionAsked)
_LONG_BLOCK = 6
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)


def folded(text: str) -> str:
    """A message with its long code blocks shown by their number of lines only."""

    def fold(found: re.Match[str]) -> str:
        lines = found.group(2).count("\n")
        return found.group(0) if lines <= _LONG_BLOCK else f"    … {lines} lines"

    return _FENCED.sub(fold, text)


class TerminalView:
    """Prints what happens, one event after the other; `verbose`: with all code."""

    def __init__(self, *, verbose: bool = False) -> None:
        self._verbose = verbose
        self._phase, self._headings = "", dict[str, str]()
        self._hosts: set[str] = set()
        self._loading: set[str] = set()
        self._roles: dict[str, str] = {"user": "You", "everyone": "everyone"}

    def _say(self, text: str, *, color: str | None = None, bold: bool = False, indent: str = "") -> None:
        lines = plain(text).splitlines() or [""]
        for line in lines:
            click.secho(f"{indent}{line}", fg=color, bold=bold)

    def _name(self, agent: str) -> str:
        """The role; a continued run does not tell again who was hired, but a path says enough."""
        return self._roles.get(agent) or agent.rpartition("/")[2].replace("-", " ").title()

    def receive(self, stamped: Stamped) -> None:  # noqa: PLR0912, PLR0915 - one branch an event
        """Print one event; streamed pieces are left out, their whole follows."""
        if isinstance(stamped.event, _OF_A_PHASE) and stamped.event.phase != self._phase:
            self._head(stamped.event.phase)
        match stamped.event:
            case RunStarted() as run:
                self._say(f"{run.project} · {run.title} · {run.model}", bold=True)
                self._say(f"run {stamped.run} in {run.folder}, programs run in: {run.sandbox}")
                self._say(f"Idea: {run.idea}")
            case RunContinued(finished_steps=steps):
                self._say(f"Run {stamped.run} goes on; {steps} finished steps are not repeated.", bold=True)
            case AgentHired(agent=agent, role=role):
                self._roles[agent] = role
            case PhaseBegun() as phase:
                rounds = f" {phase.round}/{phase.rounds}" if phase.rounds > 1 else ""
                self._headings[phase.phase] = f"── {phase.title}{rounds} ──"
                self._head(phase.phase)
            case ModelLoading() as loading:
                self._load(loading)
            case MessageCompleted() as message:
                self._message(message)
            case FilesCommitted() as version:
                names = ", ".join(
                    f"{change.path} +{change.added} −{change.removed}" for change in version.changes
                )
                self._say(
                    f"  version {version.version} by {self._name(version.author)}: {names}", color="blue"
                )
            case CommandStarted() as command:
                self._say(f"  $ {' '.join(command.argv)}", color="magenta")
            case CommandFinished() as finished:
                self._say(finished.verdict, color="green" if finished.passed else "red", indent="    ")
            case TestsReported(cases=cases):
                for case in cases:
                    color = {"passed": "green", "failed": "red", "skipped": "yellow"}[case.outcome]
                    self._say(f"    {case.outcome:7} {case.name}", color=color)
            case QuestionAsked() as question:
                self._say(f"  {self._name(question.agent)} asks you: {question.text}", color="yellow")
            case QuestionAnswered(answer=answer, by=by):
                who = {
                    "file": "The file of answers",
                    "demo": "The demo",
                    "simulated": "The simulated user",
                }.get(by, "You")
                empty = "later, go on meanwhile" if by == "later" else "let the team decide"
                self._say(f"  {who}: {answer or empty}", color="yellow")
            case UserStepped(text=text):
                self._say(f"  You: {text}", color="yellow")
            case NoticeGiven(text=text, level=level):
                self._say(f"  {text}", color="yellow" if level == "warning" else None)
            case AnswerJudged(passed=passed, summary=summary):
                self._say(f"  Hidden tests: {summary}", color="green" if passed else "red")
            case ErrorRaised(text=text, hint=hint):
                self._say(f"{text} {hint}".strip(), color="red", bold=True)
            case FiguresReported() as figures:
                self._figures(figures)
            case RunEnded(state=state, summary=summary):
                self._say("")
                self._say(f"{state}: {summary}", color="green" if state == "succeeded" else "red", bold=True)
            case _:
                pass

    def _head(self, phase: str) -> None:
        """Say to which phase the following belongs; phases that are open at the same time take turns."""
        if heading := self._headings.get(phase):
            self._phase = phase
            self._say("")
            self._say(heading, color="cyan", bold=True)

    def _load(self, loading: ModelLoading) -> None:
        """Say once what is being loaded: several agents may wait for it."""
        if loading.model not in self._loading:
            self._loading.add(loading.model)
            size = f" ({gigabytes(loading.size)})" if loading.size else ""
            self._say(f"  {loading.model} is being loaded{size}")

    def _message(self, message: MessageCompleted) -> None:
        self._loading.discard(message.model)
        template = message.origin == "template"
        text = message.text if self._verbose else folded(message.text)
        heading = f"{self._name(message.speaker)} → {self._name(message.to)}"
        if not template and message.output_tokens and message.writing_seconds:
            speed = message.output_tokens / message.writing_seconds
            self._hosts.add(message.host)
            host = f", {message.host}" if len(self._hosts) > 1 else ""
            heading += f"  ({message.output_tokens} tokens, {speed:.0f}/s{host})"
        self._say(heading, bold=not template)
        self._say(text.strip(), indent="  ")

    def _figures(self, figures: FiguresReported) -> None:
        self._say("")
        self._say(
            f"{figures.files} files, {figures.lines} lines, {figures.versions} versions; "
            f"{figures.utterances} utterances, {figures.reflections} reflections; "
            f"{figures.model_calls} model calls, {figures.prompt_tokens:,} tokens read and "
            f"{figures.output_tokens:,} written in {figures.seconds:.1f} s; "
            f"completeness {figures.completeness:.2f}, executability {figures.executability:.0f}"
        )
