"""Runs told as events, for tests, benchmarks and pictures of the interface."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from agents.events import (
    AgentHired,
    CommandFinished,
    CommandOutput,
    CommandStarted,
    Ephemeral,
    Event,
    FileChange,
    FilesCommitted,
    MessageBegun,
    MessageCompleted,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunStarted,
    Stamped,
    TestCase,
    TestsReported,
    TextStreamed,
    UserStepped,
)

START = 1_790_000_000.0
MODEL = "qwen3-coder:30b"
HOST = "workstation"

BOARD = '''```python gomoku/board.py
"""The board of a game of Gomoku."""

SIZE = 15


class Board:
    """Stones by position; black begins."""

    def __init__(self, size: int = SIZE) -> None:
        self.size = size
        self.stones: dict[tuple[int, int], str] = {}

    def place(self, x: int, y: int, color: str) -> bool:
        """Put a stone, if the place is free."""
        if (x, y) in self.stones or not (0 <= x < self.size and 0 <= y < self.size):
            return False
        self.stones[x, y] = color
        return True
```'''

TEAM = (
    ("ceo", "Chief Executive Officer", ""),
    ("ceo/cpo", "Chief Product Officer", "ceo"),
    ("ceo/cto", "Chief Technology Officer", "ceo"),
    ("ceo/cco", "Chief Creative Officer", "ceo"),
    ("ceo/counselor", "Counselor", "ceo"),
    ("ceo/cto/programmer", "Programmer", "ceo/cto"),
    ("ceo/cto/reviewer", "Code Reviewer", "ceo/cto"),
    ("ceo/cto/tester", "Software Test Engineer", "ceo/cto"),
)


class Story:
    """Collects stamped events; the clock goes on by itself."""

    def __init__(self) -> None:
        self.events: list[Stamped] = []
        self.now = START
        self._seq = 0
        self._turns: dict[str, Iterator[int]] = {}

    def tell(self, *events: Event, seconds: float = 0.4) -> None:
        """Stamp events, `seconds` apart."""
        for event in events:
            self.now += seconds
            self._seq += not isinstance(event, Ephemeral)
            seq = 0 if isinstance(event, Ephemeral) else self._seq
            self.events.append(Stamped(1, seq, self.now, event))

    def begin(self, speaker: str, to: str, phase: str) -> str:
        """A turn begins; gives the message's identity."""
        message = f"{speaker}#{next(self._turns.setdefault(speaker, count(1)))}"
        self.tell(MessageBegun(message=message, speaker=speaker, to=to, phase=phase, model=MODEL))
        return message

    def stream(self, message: str, text: str, thinking: bool = False) -> None:
        """Pieces of a reply, about one a token."""
        for at in range(0, len(text), 4):
            piece = TextStreamed(message=message, text=text[at : at + 4], thinking=thinking)
            self.tell(piece, seconds=0.03)

    def say(
        self, speaker: str, to: str, phase: str, text: str, thinking: str = "", cut: bool = False
    ) -> None:
        """A whole turn."""
        message = self.begin(speaker, to, phase)
        if thinking:
            self.stream(message, thinking, thinking=True)
        self.stream(message, text)
        tokens = len(text + thinking) // 4
        self.tell(
            MessageCompleted(
                message=message,
                speaker=speaker,
                to=to,
                phase=phase,
                text=text,
                thinking=thinking,
                model=MODEL,
                step=message,
                prompt_tokens=1200 + 9 * self._seq,
                output_tokens=tokens,
                context=8192,
                seconds=tokens / 31 + 1.2,
                reading_seconds=0.2,
                writing_seconds=tokens / 31,
                truncated=cut,
                host=HOST,
            )
        )

    def phase(self, phase: str, title: str, instructor: str, assistant: str, **more: object) -> None:
        """A phase begins."""
        parent = str(more.get("parent", ""))
        number, rounds = int(str(more.get("round", 1))), int(str(more.get("rounds", 1)))
        self.tell(
            PhaseBegun(
                phase=phase,
                title=title,
                parent=parent,
                round=number,
                rounds=rounds,
                instructor=instructor,
                assistant=assistant,
            )
        )


def gomoku() -> Story:
    """A ChatDev-like run of eight agents in the second round of its review, a reply just being written."""
    story = Story()
    story.tell(
        RunStarted(
            project="Gomoku",
            idea="A Gomoku game for two players with a board that can be clicked",
            workflow="chatdev",
            title="ChatDev",
            model=MODEL,
            sandbox="bubblewrap",
            folder="gomoku",
        )
    )
    for agent, role, manager in TEAM:
        story.tell(AgentHired(agent=agent, role=role, manager=manager, model=MODEL))
    _design(story)
    _code(story)
    _review(story)
    return story


def _design(story: Story) -> None:
    story.phase("demand", "Demand analysis", "ceo", "ceo/cpo")
    story.say(
        "ceo",
        "ceo/cpo",
        "demand",
        "The customer wants *a Gomoku game for two players*. Which kind of product serves it best?",
    )
    story.say(
        "ceo/cpo",
        "ceo",
        "demand",
        "A **desktop application** fits best:\n\n- it works without a network,\n- it can show a board that "
        "is clicked with the mouse,\n- it needs nothing but Python.\n\nI suggest that we settle who begins.",
        thinking="The user did not say who begins. Traditional rules let black begin, so we could ask.",
    )
    story.tell(
        QuestionAsked(
            question="ceo/cpo?1",
            agent="ceo/cpo",
            phase="demand",
            text="Who begins, and how large is the board?",
            options=("Black begins on 15 × 15", "White begins on 19 × 19"),
        ),
        seconds=1,
    )
    story.tell(QuestionAnswered(question="ceo/cpo?1", answer="Black begins on 15 × 15", by="user"), seconds=9)
    story.tell(PhaseEnded(phase="demand", conclusion="A desktop application; black begins on 15 × 15."))
    story.phase("language", "Language", "ceo", "ceo/cto")
    story.say("ceo/cto", "ceo", "language", "Python with `tkinter`; nothing has to be installed.")
    story.tell(PhaseEnded(phase="language", conclusion="Python with tkinter."))


def _code(story: Story) -> None:
    story.phase("coding", "Coding", "ceo/cto", "ceo/cto/programmer")
    story.say(
        "ceo/cto",
        "ceo/cto/programmer",
        "coding",
        "Implement the board, the rules and the window, each in a file of its own.",
    )
    story.say(
        "ceo/cto/programmer",
        "ceo/cto",
        "coding",
        f"The board comes first; it knows nothing of windows.\n\n{BOARD}\n\nThe rules follow in `rules.py`.",
        thinking="A dictionary of stones is simplest; five in a row can be counted from the last stone.",
    )
    story.tell(
        FilesCommitted(
            version=1,
            author="ceo/cto/programmer",
            message="First version",
            changes=(
                FileChange(path="gomoku/board.py", digest="a1", added=21, removed=0),
                FileChange(path="gomoku/rules.py", digest="a2", added=34, removed=0),
                FileChange(path="main.py", digest="a3", added=58, removed=0),
            ),
        )
    )
    story.tell(
        UserStepped(remark="user!1", to="ceo/cto/programmer", text="Please make the last stone visible.")
    )
    story.tell(PhaseEnded(phase="coding", conclusion="Three files."))


def _review(story: Story) -> None:
    for number in (1, 2):
        cycle, phase = f"review/{number}", f"review/{number}/comment"
        story.phase(cycle, "Review", "ceo/cto/programmer", "ceo/cto/reviewer", round=number, rounds=3)
        if number == 2:
            phase = "review/2/modification"
            story.phase(phase, "Modification", "ceo/cto/reviewer", "ceo/cto/programmer", parent=cycle)
            break
        story.phase(phase, "Comment", "ceo/cto/programmer", "ceo/cto/reviewer", parent=cycle)
        story.say(
            "ceo/cto/reviewer",
            "ceo/cto/programmer",
            phase,
            "`place` accepts a colour that is neither black nor white.\n\n1. Check it.\n2. Add a test.",
            cut=True,
        )
        story.tell(
            NoticeGiven(
                text="The reply reached its length limit and was continued.", level="warning", phase=phase
            )
        )
        command = "ceo/cto/tester$1"
        story.tell(
            CommandStarted(
                command=command,
                agent="ceo/cto/tester",
                phase=phase,
                title="Run the tests",
                argv=("python", "-m", "unittest", "-v"),
                sandbox="bubblewrap",
            ),
            CommandOutput(command=command, text="test_place ... ok\n"),
            CommandFinished(
                command=command,
                exit_code=1,
                passed=False,
                verdict="1 of 8 tests failed",
                output="test_place ... ok\ntest_diagonal ... FAIL\n",
                seconds=0.8,
            ),
            TestsReported(
                command=command,
                phase=phase,
                cases=(
                    *(TestCase(name=f"test_place_{at}", outcome="passed") for at in range(7)),
                    TestCase(name="test_diagonal", outcome="failed", message="AssertionError: 4 != 5"),
                ),
            ),
        )
        story.tell(PhaseEnded(phase=phase, conclusion="Check the colour."), PhaseEnded(phase=cycle))
    message = story.begin("ceo/cto/programmer", "ceo/cto/reviewer", "review/2/modification")
    story.stream(
        message, "The diagonal was counted from the wrong end. I let it begin at the last stone:\n\n"
    )
    story.stream(
        message, "```python gomoku/rules.py\ndef five_in_a_row(board: Board, x: int, y: int) -> bool:\n"
    )
    story.stream(
        message, '    """Whether the stone at x, y completes a row of five."""\n    color = board.sto'
    )


def company(agents: int, breadth: int = 6) -> Story:
    """A company of many agents, some of them at work."""
    story = Story()
    story.tell(
        RunStarted(
            project="Company",
            idea="A large program",
            workflow="demo",
            title="Demo",
            model=MODEL,
            sandbox="none",
            folder="x",
        )
    )
    roles = ("Programmer", "Code Reviewer", "Software Test Engineer", "Architect", "Product Owner")
    paths = ["head"]
    story.tell(AgentHired(agent="head", role="Chief Executive Officer", manager="", model=MODEL))
    for number in range(1, agents):
        manager = paths[(number - 1) // breadth]
        paths.append(f"{manager}/a{number}")
        role = f"{roles[number % len(roles)]} {number}"
        story.tell(AgentHired(agent=paths[-1], role=role, manager=manager, model=MODEL), seconds=0.01)
    story.phase("work", "Work", "head", paths[-1])
    for number, path in enumerate(paths[:: max(1, agents // 16)]):
        to = path.rpartition("/")[0] or "everyone"
        if number % 3 == 0:
            story.say(path, to, "work", "Done with my part.")
        message = story.begin(path, to, "work")
        if number % 2:
            story.stream(message, "Working on it, and nearly done with the first half.")
    return story
