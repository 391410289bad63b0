from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from agents.contracts import Execution
from agents.errors import ServerUnreachable
from agents.events import AgentHired, CommandFinished, CommandStarted, NoticeGiven, PhaseBegun, TestCase
from agents.judging import judge_tests
from agents.models.demo import demo_plan
from agents.prompts import Prompts
from app import i18n
from app.state.all import RunState
from app.told import book, failure, retold, titled
from app.views.transcript_content import plain_text
from tests.support.story import Story, gomoku

KEY = re.compile(r"\{(\w+)\}")


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    i18n.use("zh_CN")
    yield
    i18n.use("en")


def translations() -> dict[str, dict[str, str]]:
    place = files("resources") / "translations" / "told_zh_CN.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def test_titles_known_numbered_and_unknown() -> None:
    assert titled("Programmer") == "程序员"
    assert titled("Programmer 2") == "程序员 2"
    assert titled("Zoo keeper") == "Zoo keeper"
    i18n.use("en")
    assert titled("Programmer") == "Programmer"
    assert retold("No tests were found.") == "No tests were found."


@pytest.mark.parametrize("title", list(Prompts.of(demo_plan().workflow).roles))
def test_the_roles_of_the_demo_have_names(title: str) -> None:
    assert titled(title) != title


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("No tests were found.", "没有找到测试。"),
        ("The Test Engineer wrote no tests.", "测试工程师没有编写测试。"),
        ("Code review: nothing was changed, so this cycle ends.", "代码审查：没有任何改动，因此本循环结束。"),
        ("Run the tests", "运行测试"),
        ("It starts; its tests pass.", "它能启动；测试通过。"),
        ("You paused the run.", "你暂停了运行。"),
        ("The board has no colour.", "The board has no colour."),
        ("You paused the run.\nThe board.", "你暂停了运行。\nThe board."),
        ("", ""),
    ],
)
def test_sentences_of_the_engine(english: str, chinese: str) -> None:
    assert retold(english) == chinese


def test_a_verdict_is_said_with_its_numbers() -> None:
    cases = [TestCase(name="test_a", outcome="failed"), TestCase(name="test_b", outcome="passed")]
    done = Execution(exit_code=1, output="", errors="", seconds=0.1, ended_by="exit")
    assert retold(judge_tests(cases, done).reason) == "2 个测试中有 1 个失败：test_a。"
    assert retold(judge_tests(cases[1:], Execution(0, "", "", 0.1, "exit")).reason) == "1 个测试通过。"


def test_every_translation_has_the_fields_of_its_english_form() -> None:
    read = translations()
    for english, chinese in read["sentences"].items():
        assert set(KEY.findall(english)) == set(KEY.findall(chinese)), english
    assert len(book("zh_CN").sentences) == len(read["sentences"])
    assert all(title.strip() for title in read["titles"].values())


def test_the_window_says_them_and_the_events_keep_theirs() -> None:
    story = Story()
    started = CommandStarted(
        command="a$1", agent="a", phase="p", title="Run the tests", argv=("x",), sandbox="s"
    )
    ended = CommandFinished(
        command="a$1", exit_code=5, passed=False, verdict="No tests were found.", output="", seconds=1
    )
    story.tell(
        AgentHired(agent="a", role="Programmer", manager="", model="m"),
        PhaseBegun(phase="p", title="Code review", round=1, rounds=1, instructor="a", assistant="a"),
        NoticeGiven(text="The Programmer wrote no tests.", phase="p"),
        started,
        ended,
    )
    state = RunState.replayed(story.events)
    assert (state.hierarchy.role("a"), state.hierarchy.looks("a")) == ("程序员", "Programmer")
    assert state.chain.strip()[0].name == "代码审查"
    said = "\n".join(plain_text(entry, state) for entry in state.transcript.entries)
    assert all(words in said for words in ("代码审查", "程序员没有编写测试。", "运行测试", "没有找到测试。"))
    assert state.hierarchy.agents["a"].role == "Programmer"


def test_what_a_model_wrote_stays() -> None:
    state = RunState.replayed(gomoku().events)
    said = "\n".join(plain_text(entry, state) for entry in state.transcript.entries)
    assert "Implement the board, the rules and the window" in said
    assert state.hierarchy.role("ceo") == "首席执行官"


def test_a_failure_is_said_with_what_to_do() -> None:
    error = ServerUnreachable(
        "No Ollama server answers at http://127.0.0.1:9.",
        "Start it with `ollama serve`, or install Ollama; `troupe demo` shows Troupe at work without it.",
    )
    assert failure(error).startswith("http://127.0.0.1:9 没有 Ollama 服务器应答。 用 `ollama serve` 启动它")


def test_no_sentence_is_taken_for_another_one() -> None:
    sentences = translations()["sentences"].items()
    filled = {KEY.sub("7", english): KEY.sub("7", chinese) for english, chinese in sentences}
    assert {english: retold(english) for english in filled} == filled
