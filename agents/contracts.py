"""The protocols of everything exchangeable, and the plain data that crosses them. One screen each.

`ChatModel` talks to a model server, `Sandbox` runs programs, `Consumer` watches a run, `User` answers
its questions. A workflow sees none of them: it works with a `Run`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from agents.events import AnsweredBy, Purpose, Reading, RunState, Stamped

Json: TypeAlias = dict[str, Any]

# --- models ----------------------------------------------------------------------------------------

MessageRole: TypeAlias = Literal["system", "user", "assistant", "tool"]
Think: TypeAlias = bool | Literal["low", "medium", "high", "max"] | None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asks for, natively or written as JSON text."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a conversation as it is sent."""

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_name: str = ""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Options of a request. `num_ctx` stays the same for a model during a run: a change reloads it."""

    num_ctx: int
    temperature: float | None = None
    seed: int | None = None
    num_predict: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely a model is to choose its words in one call; None leaves it to the server.

    Samples that shall differ need a temperature above 0 and a seed each.
    """

    temperature: float | None = None
    seed: int | None = None


USUAL = Sampling()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request to a model. `format` is the JSON schema that the reply must fit."""

    model: str
    messages: tuple[ChatMessage, ...]
    options: ModelOptions
    format: Mapping[str, Any] | None = None
    tools: tuple[ToolSpec, ...] = ()
    think: Think = None
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of the reply, or of the thinking before it."""

    text: str
    thinking: bool = False
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A native tool call in a reply."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A server takes the request, which may have waited for it; `host` is its short address."""

    host: str


@dataclass(frozen=True, slots=True)
class LoadingPart:
    """The server loads the model first; `size` in bytes, 0 where unknown."""

    size: int = 0


@dataclass(frozen=True, slots=True)
class FinalPart:
    """The end of a reply with the server's own figures; durations in seconds.

    `truncated`: the reply was cut at its length limit. `prompt_cut`: the server dropped a part of the
    prompt because it did not fit.
    """

    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    loading_seconds: float = 0.0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    truncated: bool = False
    prompt_cut: bool = False


ReplyPart: TypeAlias = TextPart | ToolCallPart | TakenPart | LoadingPart | FinalPart


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a server says of a model: sizes in bytes, `context` in tokens (0 where unknown).

    `loaded` is the memory it takes now, 0 when it is not loaded, and `loaded_context` the context it has.
    `remote` is the host of a cloud model, empty for one that runs on the server itself.
    """

    name: str
    size: int = 0
    context: int = 0
    capabilities: frozenset[str] = frozenset()
    parameters: str = ""
    quantization: str = ""
    loaded: int = 0
    remote: str = ""
    loaded_context: int = 0


@dataclass(frozen=True, slots=True)
class HostFigures:
    """How a server stands with this program: requests that it has and that wait for it, and what was learned.

    `at_once` is how many it answers at the same time; `writing` and `reading` are tokens a second, 0 where
    unknown. `problem` says why it is set aside.
    """

    at_hand: int = 0
    waiting: int = 0
    at_once: int = 1
    writing: float = 0.0
    reading: float = 0.0
    problem: str = ""


class ChatModel(Protocol):
    """A server of models. Every failure it meets is raised as one of `agents.errors`."""

    name: str
    label: str  # what stands in the window where a server is named, e.g. "Ollama 0.33"
    cloud: bool  # whether its models that run on somebody else's machine may be asked

    @property
    def at_once(self) -> int:
        """How many requests it is known to answer at the same time; at least 1."""

    @property
    def hosts(self) -> int:
        """How many machines answer: what is asked of one at the same time shares its speed."""

    async def models(self) -> Sequence[ModelInfo]:
        """The models that the server has."""

    async def describe(self, model: str) -> ModelInfo:
        """One model with its context length and capabilities; `ModelNotFound` when it is not there."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        """Stream a reply, ending with one `FinalPart`. Closing the generator ends the generation."""

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text."""

    def tokens(self, model: str, text_chars: int) -> int:
        """How many tokens a text of so many characters probably has for `model`."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class KeepsModels(Protocol):
    """A server that can be told when its models are needed."""

    async def preload(self, model: str, num_ctx: int, beside: Collection[tuple[str, int]] = ()) -> None:
        """Load a model with this context, if it is not loaded; never in the place of those `beside`.

        Those are models with their contexts in tokens.
        """

    def expect(self, at_once: int) -> None:
        """So many requests will be made at the same time; until it is seen otherwise it answers them so."""

    async def rest(self, model: str, num_ctx: int) -> None:
        """The model is not needed for now: its memory is freed soon, unless somebody asks it before."""


# --- programs --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use: seconds on the wall and on the CPU, bytes, counts.

    `disk` is by how much the files of the project may grow and `files` by how many, `file_size` what one
    file may hold.
    """

    wall_seconds: float = 30.0
    cpu_seconds: int = 60
    memory: int = 2 * 1024**3
    file_size: int = 64 * 1024**2
    disk: int = 1024**3
    files: int = 20_000
    processes: int = 128
    open_files: int = 256
    output: int = 1024**2


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run in the project's folder.

    `argv[0]` may be `python`, which stands for the project's own interpreter. `stdin` is given and then
    ended; with `typed` the end comes when that has ended, and each text of it is given as it comes.
    `stays_open`: a window or server that still runs after `settle_seconds` has started well and is ended
    then. `network` is refused unless the user consented to it.

    `environment` is the project's own virtual environment: its interpreter is `python`, and programs cannot
    change it. `read_only` and `writable` are folders outside the project that the program needs as well.
    `tests`: it runs the project's tests, so the test kit (pytest) is within its reach, and the results come
    back in `Execution.report`. `sealed`: its runner signs each line of the report with a secret that stands
    before its input, and lines without a right signature do not count. `observes`: it only looks at what a
    program does, so nothing can fail. `display`: a private X display is started where the sandbox has one to
    give.
    """

    argv: tuple[str, ...]
    title: str = ""
    stdin: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    stays_open: bool = False
    settle_seconds: float = 4.0
    network: bool = False
    environment: Path | None = None
    read_only: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    tests: bool = False
    sealed: bool = False
    observes: bool = False
    display: bool = False
    typed: AsyncIterator[str] | None = field(default=None, compare=False, repr=False)


EndedBy: TypeAlias = Literal[
    "exit", "signal", "timeout", "settled", "memory", "processes", "disk", "files", "output", "stop"
]


@dataclass(frozen=True, slots=True)
class Execution:
    """How a program went. `exit_code` is the program's own (negative: the signal that ended it).

    `output` is what it printed on both streams in order, capped at the limit with a line saying how much
    was left out; `errors` is standard error alone. `exit_code` is None when the program was ended by us.
    `report` is what the test kit reported, one JSON object a line; empty for other programs.
    """

    exit_code: int | None
    output: str
    errors: str
    seconds: float
    ended_by: EndedBy = "exit"
    report: str = ""


OnOutput: TypeAlias = Callable[[str, bool], None]


class Sandbox(Protocol):
    """A way of running programs that a model wrote."""

    name: str
    isolated: bool  # False: limits alone, so each execution needs the user's consent
    description: str  # one sentence for the user: what it keeps in and what not

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """Run in `folder`; returns when the program and all that it started are gone.

        Cancelling ends the program. `SandboxError` when it could not be started at all.
        """


# --- people and watchers ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What the team asks. `key` is its identity; `options` are suggestions, free text is always possible.

    `form` is the JSON schema that the answer must fit, when the user speaks for an agent that is asked so.
    `inputs` and `readings` show how attempts read the task differently, see `events.QuestionAsked`.
    """

    key: str
    agent: str
    text: str
    options: tuple[str, ...] = ()
    context: str = ""
    purpose: Purpose = "clarify"
    form: str = ""
    inputs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The user's answer; `by="team"` with an empty text means "let the team decide".

    `by="later"` lets the team go on meanwhile; the answer may come at any time after that.
    """

    text: str
    by: AnsweredBy = "user"


class User(Protocol):
    """Whoever answers the team's questions: a dialog, a terminal, a file of answers, nobody."""

    async def answer(self, question: Question) -> Answer:
        """Wait for an answer, as long as it takes."""


class Consumer(Protocol):
    """Whoever watches a run."""

    def receive(self, stamped: Stamped) -> None:
        """Take one event, on the run's event loop. Must return at once."""


# --- work ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be built. `existing` is true when the project's folder already holds a program.

    A function-sized task names the function asked for (`entry_point`; empty for a project). `starter` is the
    code that the answer begins with: imports, helpers, signature and docstring; empty when there is none.
    `examples` are Python `assert` statements that models may see: the public tests. `turns` are the small
    steps in which a task may be told instead of as a whole. The answer to a `script` is no function but a
    program that prints its result; its tests call `program()`, which gives what was printed.
    """

    idea: str
    existing: bool = False
    entry_point: str = ""
    starter: str = ""
    examples: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    script: bool = False

    @property
    def is_function(self) -> bool:
        """Whether one function is asked for, and not a project."""
        return bool(self.entry_point)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement with its reason in words."""

    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a workflow ended: whether the program passed its checks, and a summary for the user."""

    passed: bool
    summary: str

    @property
    def state(self) -> RunState:
        """The run's last state."""
        return "succeeded" if self.passed else "failed"
