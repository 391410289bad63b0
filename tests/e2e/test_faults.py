"""A run and the faults of servers and models: it goes on, or fails with a sentence and can be continued."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.cli.answers import NobodyAnswers
from agents.errors import (
    ContextTooSmall,
    ModelFailed,
    ModelNotFound,
    ReplyDoesNotFit,
    ServerUnreachable,
    StreamCut,
    UserFacingError,
    WorkspaceError,
)
from agents.events import ErrorRaised, MessageBegun, MessageCut, NoticeGiven, RunEnded
from agents.plan import Plan
from agents.store.store import Store
from agents.studio import Studio
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.replies import FORMS, block
from tests.support.team import GREETER, company, rendered

Reply = Callable[[ChatCall], Scripted]


def coding(call: ChatCall) -> bool:
    return bool(call.messages) and "\nCoding: " in call.messages[-1]["content"]


def replying(fault: Callable[[ChatCall], Scripted | None]) -> Reply:
    """The greeter's company, in which `fault` may reply first."""
    usual = company(GREETER)
    return lambda call: fault(call) or usual(call)


def once(matches: Callable[[ChatCall], bool], scripted: Scripted) -> Callable[[ChatCall], Scripted | None]:
    """Give `scripted` to the first call that matches."""
    left = [scripted]
    return lambda call: left.pop() if left and matches(call) else None


def plan_for(server: OllamaServer, tmp_path: Path, **more: object) -> Plan:
    return Plan(
        idea=GREETER.idea,
        host=server.address,
        model="scripted:7b",
        out=str(tmp_path / "out"),
        **more,  # type: ignore[arg-type]
    )


def ended(home: Path) -> tuple[str, str]:
    """The state of the only run, and the last error that it told."""
    store = Store.open(home / "troupe.db")
    try:
        events = [stamped.event for stamped in store.events(1)]
        return store.run(1).state, [event.text for event in events if isinstance(event, ErrorRaised)][-1]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [("cut", StreamCut), ("error_line", ModelFailed), ("not_found", ModelNotFound)],
)
def test_a_fault_in_the_middle_fails_with_a_sentence_and_the_run_is_continued(
    tmp_path: Path, fault: str, error: type[UserFacingError]
) -> None:
    broken = [Scripted(rendered(GREETER.files) * 20, fault=fault)]
    with OllamaServer(replying(lambda call: broken[0] if broken and coding(call) else None)) as server:
        with pytest.raises(error):
            carry_out(plan_for(server, tmp_path), tmp_path / "home")
        state, told = ended(tmp_path / "home")
        assert state == "failed"
        assert told
        calls = len(server.requests)
        answered_before = len([call for call in server.requests if not coding(call)])
        broken.clear()
        again = carry_on(1, tmp_path / "home")
        assert again.outcome.passed
        [figures] = [s.event for s in again.recorder.seen if s.event.kind == "figures_reported"]
        assert len(server.requests) - calls == figures.model_calls - answered_before
    assert (tmp_path / "out" / "main.py").read_text() == GREETER.files["main.py"]


def test_a_server_that_goes_away_fails_with_what_to_do(tmp_path: Path) -> None:
    def leaves(call: ChatCall) -> Scripted | None:
        return Scripted("half of a rep", fault="cut") if call.title == "LanguageChoice" else None

    with OllamaServer(replying(leaves)) as server:
        with pytest.raises((StreamCut, ServerUnreachable)) as raised:
            carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert raised.value.hint


def test_what_had_come_of_a_cut_reply_is_kept(tmp_path: Path) -> None:
    broken = once(coding, Scripted("word " * 50, fault="cut"))
    with OllamaServer(replying(broken)) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    [cut] = told.recorder.of(MessageCut)
    assert cut.text.startswith("word word")
    assert cut.reason
    begun = [event.message for event in told.recorder.of(MessageBegun)]
    assert begun.count(cut.message) == 2
    notices = [notice.text for notice in told.recorder.of(NoticeGiven)]
    assert any("It is asked again." in text for text in notices)
    assert "The model server answers again." in notices


def test_a_reply_that_was_cut_off_is_continued_without_loss(tmp_path: Path) -> None:
    whole = rendered(GREETER.files)
    middle = len(whole) - 25
    first = once(coding, Scripted(whole[:middle], done_reason="length"))

    def rest(call: ChatCall) -> Scripted | None:
        return Scripted(whole[middle:]) if "was cut off" in call.messages[-1]["content"] else first(call)

    with OllamaServer(replying(rest)) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert told.read("main.py") == GREETER.files["main.py"]
    assert any("cut off" in notice.text for notice in told.recorder.of(NoticeGiven))


@pytest.mark.parametrize("text", ["", "   \n", "I cannot do that."])
def test_a_useless_first_reply_is_asked_again(tmp_path: Path, text: str) -> None:
    with OllamaServer(replying(once(coding, Scripted(text)))) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert told.outcome.passed


def test_a_reply_without_end_is_ended_and_asked_again(tmp_path: Path) -> None:
    with OllamaServer(replying(once(coding, Scripted("and so on ", fault="endless")))) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert told.outcome.passed
    assert any("repeated itself" in notice.text for notice in told.recorder.of(NoticeGiven))


def test_three_useless_replies_fail_and_continuing_asks_anew(tmp_path: Path) -> None:
    refusing = True

    def refuse(call: ChatCall) -> Scripted | None:
        return Scripted("{]") if call.title == "CodeReview" and refusing else None

    with OllamaServer(replying(refuse)) as server:
        with pytest.raises(ReplyDoesNotFit, match=r"Code Reviewer \(scripted:7b\)"):
            carry_out(plan_for(server, tmp_path), tmp_path / "home")
        assert len([call for call in server.requests if call.title == "CodeReview"]) == 3
        refusing = False
        told = carry_on(1, tmp_path / "home")
        assert len([call for call in server.requests if call.title == "CodeReview"]) == 4
    assert told.outcome.passed


def test_a_prompt_larger_than_the_context_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    with OllamaServer(company(GREETER), models=(ServedModel("scripted:7b", context=4096),)) as server:
        plan = plan_for(server, tmp_path)
        long = Plan(idea="very " * 5000 + "long", host=plan.host, model=plan.model, out=plan.out)
        with pytest.raises(ContextTooSmall, match="4,096 of scripted:7b"):
            carry_out(long, tmp_path / "home")
        assert [call for call in server.requests if call.messages] == []


def test_thinking_is_kept_apart(tmp_path: Path) -> None:
    thought = once(coding, Scripted(f"<think>{rendered({'wrong.py': 'x'})}</think>{rendered(GREETER.files)}"))
    with OllamaServer(replying(thought)) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert not (told.folder / "wrong.py").exists()
    assert told.read("main.py") == GREETER.files["main.py"]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_files_come_in_each_form_that_local_models_write(tmp_path: Path, form: str) -> None:
    text = block("main.py", GREETER.files["main.py"], form)
    with OllamaServer(replying(once(coding, Scripted(text)))) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert GREETER.files["main.py"].strip() in told.read("main.py")


def test_the_only_block_without_a_name_is_the_main_file(tmp_path: Path) -> None:
    text = f"Sure!\n\n```python\n{GREETER.files['main.py']}```\n\nRun it with `python main.py`.\n"
    with OllamaServer(replying(once(coding, Scripted(text)))) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert told.read("main.py") == GREETER.files["main.py"]
    assert any("had no name" in notice.text for notice in told.recorder.of(NoticeGiven))


def test_hostile_paths_are_refused_by_name_and_the_rest_is_kept(tmp_path: Path) -> None:
    hostile = {"/etc/passwd": "x\n", "../escaped.py": "x\n", **GREETER.files}
    with OllamaServer(replying(once(coding, Scripted(rendered(hostile))))) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert told.outcome.passed
    assert not (tmp_path / "escaped.py").exists()
    [asked] = [
        c.messages[-1]["content"] for c in server.requests if "could not be used" in c.messages[-1]["content"]
    ]
    assert "/etc/passwd" in asked
    assert "../escaped.py" in asked


def test_a_run_ends_once_in_the_state_it_says(tmp_path: Path) -> None:
    with OllamaServer(replying(lambda call: None)) as server:
        told = carry_out(plan_for(server, tmp_path), tmp_path / "home")
    assert [event.state for event in told.recorder.of(RunEnded)] == ["succeeded"]


def test_a_run_that_could_not_go_on_is_continued_by_the_same_window_later(tmp_path: Path) -> None:
    async def work() -> None:
        studio = Studio.open(tmp_path / "home")
        try:
            live = await studio.start(plan_for(server, tmp_path), NobodyAnswers())
            await live.outcome()
            live.folder.rename(tmp_path / "moved")
            live.folder.write_text("in the way")
            with pytest.raises(WorkspaceError):
                await studio.resume(live.number, NobodyAnswers())
            live.folder.unlink()
            (tmp_path / "moved").rename(live.folder)
            again = await studio.resume(live.number, NobodyAnswers())
            assert (await again.outcome()).passed
        finally:
            await studio.close()

    with OllamaServer(company(GREETER)) as server:
        asyncio.run(asyncio.wait_for(work(), 60))
