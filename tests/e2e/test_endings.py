"""Replies that are ended where they are of no more use, and what a stop must never cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from agents.bounds import STOPS, WORDS_LENGTH
from agents.events import MessageCompleted, NoticeGiven
from agents.plan import Plan
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company, rendered

CHAT = "TURN = '<|im_start|>{role}\\n{text}<|im_end|>\\n'\n\nprint(TURN.format(role='user', text='Hello'))\n"
MODEL = ServedModel("scripted:7b", stops=("### Instruction:", 'say "when"'))


def build(
    reply: Callable[[ChatCall], Scripted], tmp_path: Path, idea: str = GREETER.idea
) -> tuple[Told, list[ChatCall]]:
    """A run, which is then carried on: a replay asks nothing."""
    with OllamaServer(reply, [MODEL]) as server:
        plan = Plan(idea=idea, host=server.address, model=MODEL.name, out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
        calls = list(server.requests)
        carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == len(calls)
    return told, calls


def test_a_model_that_goes_on_as_the_next_speaker_is_stopped(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        scripted = company(GREETER)(call)
        if not call.title:
            other = rendered({"main.py": "raise SystemExit('the next speaker wrote this')\n"})
            scripted.content += f"\n<|im_start|>user\nAnother one!\n<|im_start|>assistant\n{other}"
        return scripted

    told, calls = build(reply, tmp_path)
    assert told.outcome.passed
    assert told.read("main.py") == GREETER.files["main.py"]
    assert not any("next speaker" in said.text for said in told.recorder.of(MessageCompleted))
    for call in calls:
        assert call.options.get("stop") == (None if call.title else [*MODEL.stops, *STOPS])


def test_a_file_with_such_a_mark_in_it_is_whole_all_the_same(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        last = call.messages[-1]["content"]
        if "Continue exactly where it stopped" in last:
            return Scripted(f"{CHAT[CHAT.index('<|im_start|>') :]}```\n")
        if "\nCoding: " in last:
            return Scripted(rendered({"main.py": CHAT}))
        return company(GREETER)(call)

    told, calls = build(reply, tmp_path, "Write turns of a chat as a model reads them.")
    assert told.outcome.passed
    assert told.read("main.py") == CHAT
    continued = next(call for call in calls if "Continue exactly" in call.last)
    assert "stop" not in continued.options
    assert all("<|im_start|>" not in call.options.get("stop", []) for call in calls if CHAT in call.prompt)


def test_a_typed_reply_ends_with_its_object(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        scripted = company(GREETER)(call)
        if call.title == "CodeReview":
            scripted.content += "\n\nI found nothing, because " + "it is all as it was asked for. " * 2000
        return scripted

    told, _ = build(reply, tmp_path)
    assert told.outcome.passed
    reviews = [said for said in told.recorder.of(MessageCompleted) if "Nothing is left" in said.text]
    assert len(reviews) == 1
    assert 0 < reviews[0].output_tokens < 50
    assert reviews[0].prompt_tokens > 100


def test_a_typed_reply_that_nothing_can_mend_is_asked_again_at_once(tmp_path: Path) -> None:
    asked: list[ChatCall] = []

    def reply(call: ChatCall) -> Scripted:
        if call.title == "LanguageChoice":
            asked.append(call)
            if len(asked) == 1:
                said = '{"message": "It is "the usual" one", ' + '"conclusion": "Python, I say", ' * 300
                return Scripted(said)
        return company(GREETER)(call)

    told, _ = build(reply, tmp_path)
    assert told.outcome.passed
    assert len(asked) == 2
    assert "not valid JSON" in asked[1].last
    assert len(json.dumps(asked[1].messages)) < 4000
    notices = [notice.text for notice in told.recorder.of(NoticeGiven)]
    assert "The reply could not become valid JSON any more and was ended." in notices


def test_a_model_that_thinks_within_its_replies_may_think_to_the_end(tmp_path: Path) -> None:
    """Its server knows nothing of it, so the first reply is bounded; the thought alone is longer."""
    thought = "".join(f"And then there is point {number} to consider.\n" for number in range(900))

    def reply(call: ChatCall) -> Scripted:
        scripted = company(GREETER)(call)
        asked = [message["content"] for message in call.messages if message["role"] == "user"]
        if any("write manual.md for the customer" in words for words in asked):
            return Scripted(f"<think>\n{thought}</think>\n# Manual\n\nStart main.py.\n")
        return scripted

    told, calls = build(reply, tmp_path)
    assert told.outcome.passed
    assert told.read("manual.md") == "# Manual\n\nStart main.py.\n"
    cut, again = [call for call in calls if "write manual.md for the customer" in call.prompt]
    assert cut.options["num_predict"] == WORDS_LENGTH
    assert again.options["num_predict"] > 4 * WORDS_LENGTH
    assert again.last == "Your reply was cut off before its answer began. Answer now, after less thought."
