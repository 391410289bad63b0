from __future__ import annotations

import subprocess
import sys

import pytest

from agents.contracts import (
    ChatMessage,
    LoadingPart,
    ModelInfo,
    TextPart,
    ToolCall,
    ToolCallPart,
    ToolSpec,
)
from agents.errors import CloudRefused, EndlessReply, ModelFailed, ModelNotFound, ServerUnreachable
from agents.models.ollama import OllamaModel, PullProgress
from agents.models.pool import OllamaPool
from agents.registry import model_kinds
from tests.support.asking import NAME, ask, end_of, request, text_of, using
from tests.support.ollama_server import Load, OllamaServer, Scripted, ServedModel

THINKER = ServedModel("thinker:8b", capabilities=("completion", "thinking"))


# --- a reply -----------------------------------------------------------------------------------------


def test_a_reply_is_streamed_in_pieces_and_ends_with_the_servers_figures() -> None:
    said = "The quick brown fox jumps over the lazy dog."
    with OllamaServer(said) as server:
        parts = ask(server)
    texts = [part for part in parts if isinstance(part, TextPart)]
    end = end_of(parts)
    assert len(texts) == 4
    assert text_of(parts) == said
    assert (end.prompt_tokens, end.output_tokens) == (12, 11)
    assert end.writing_seconds == pytest.approx(11 / 35)
    assert end.reading_seconds == pytest.approx(12 / 400)
    assert end.seconds == pytest.approx(end.loading_seconds + end.reading_seconds + end.writing_seconds)
    assert not end.truncated
    assert not end.prompt_cut


def test_only_the_options_that_were_chosen_are_sent() -> None:
    with OllamaServer() as server:
        ask(server, request())
        ask(server, request(temperature=0.0, seed=7, num_predict=100, stop=("END",)))
    plain, chosen = server.requests
    assert plain.options == {"num_ctx": 8192}
    assert chosen.options == {
        "num_ctx": 8192,
        "temperature": 0.0,
        "seed": 7,
        "num_predict": 100,
        "stop": ["END"],
    }
    assert plain.keep_alive == "60m"
    assert (plain.format, plain.think, plain.tools, plain.logprobs) == (None, None, [], False)


def test_a_message_without_words_has_a_text_all_the_same() -> None:
    said = (ChatMessage("user", "Hello"), ChatMessage("assistant", ""), ChatMessage("user", "Again"))
    with OllamaServer() as server:
        ask(server, request(messages=said))
    assert [message["content"] for message in server.requests[0].messages] == ["Hello", " ", "Again"]


def test_the_server_sees_the_role_and_the_title_of_the_format() -> None:
    schema = {"title": "Plan", "type": "object", "properties": {"steps": {"type": "array"}}}
    with OllamaServer('{"steps": []}') as server:
        ask(server, request(format=schema))
    (call,) = server.requests
    assert (call.role, call.title, call.format) == ("Programmer", "Plan", schema)


def test_thinking_is_kept_apart_and_tags_in_the_text_are_left_alone() -> None:
    with OllamaServer(lambda _: Scripted("<think>no</think>Yes.", thinking="Hm."), [THINKER]) as server:
        parts = ask(server, request(model=THINKER.name, think=True))
    assert text_of(parts, thinking=True) == "Hm."
    assert text_of(parts) == "<think>no</think>Yes."
    assert server.requests[0].think is True


def test_thinking_can_be_turned_off() -> None:
    with OllamaServer(lambda _: Scripted("Yes.", thinking="Hm."), [THINKER]) as server:
        parts = ask(server, request(model=THINKER.name, think=False))
    assert text_of(parts, thinking=True) == ""
    assert server.requests[0].think is False


def test_thinking_is_not_asked_of_a_model_that_cannot() -> None:
    with OllamaServer() as server:
        ask(server, request(think=True), request(think=True))
    assert [call.think for call in server.requests] == [None, None]
    assert [visit.path for visit in server.visits].count("/api/show") == 1


def test_when_the_server_refuses_to_think_it_is_asked_once_more_without() -> None:
    with OllamaServer("Yes.", [THINKER]) as server:

        async def asking(model: OllamaModel) -> str:
            await model.describe(THINKER.name)
            server.models[THINKER.name] = ServedModel(THINKER.name, capabilities=("completion",))
            first = [part async for part in model.chat(request(model=THINKER.name, think="high"))]
            again = [part async for part in model.chat(request(model=THINKER.name, think="high"))]
            return text_of(first) + text_of(again)

        assert using(server, asking) == "Yes.Yes."
    assert [call.think for call in server.requests] == [None, None]


def test_tools_are_offered_and_calls_come_back_natively() -> None:
    parameters = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
    tool = ToolSpec("read_file", "Read a file.", parameters)
    reply = Scripted("I look.", tool_calls=[("read_file", {"path": "main.py"})])
    with OllamaServer(lambda _: reply) as server:
        parts = ask(server, request(tools=(tool,)))
    assert ToolCallPart(ToolCall("read_file", {"path": "main.py"})) in parts
    function = server.requests[0].tools[0]["function"]
    assert (function["name"], function["description"]) == ("read_file", "Read a file.")
    assert function["parameters"]["properties"] == {"path": {"type": "string"}}


def test_a_tools_answer_is_sent_with_its_name_and_the_call_before_it() -> None:
    messages = (
        ChatMessage("user", "Read it."),
        ChatMessage("assistant", "", tool_calls=(ToolCall("read_file", {"path": "a"}),)),
        ChatMessage("tool", "x = 1", tool_name="read_file"),
    )
    with OllamaServer() as server:
        ask(server, request(messages=messages))
    _, call, answer = server.requests[0].messages
    assert call["tool_calls"][0]["function"] == {"name": "read_file", "arguments": {"path": "a"}}
    assert (answer["role"], answer["tool_name"], answer["content"]) == ("tool", "read_file", "x = 1")


def test_log_probabilities_come_with_their_text() -> None:
    with OllamaServer(lambda _: Scripted("a reply in pieces", logprob=-0.5)) as server:
        parts = ask(server, request(logprobs=True))
    texts = [part for part in parts if isinstance(part, TextPart)]
    assert [part.logprobs for part in texts] == [(-0.5,)] * 2
    assert server.requests[0].logprobs is True


def test_an_empty_reply_is_passed_on_as_it_is() -> None:
    with OllamaServer("") as server:
        parts = ask(server)
    assert text_of(parts) == ""
    assert end_of(parts).output_tokens == 0


def test_a_reply_that_was_cut_at_its_length_is_marked() -> None:
    with OllamaServer("A rather long reply.") as server:
        assert end_of(ask(server, request(num_predict=2))).truncated
        server.fault = "truncated"
        assert end_of(ask(server)).truncated


# --- loading -----------------------------------------------------------------------------------------


def test_a_model_is_loaded_once_before_it_is_first_asked() -> None:
    with OllamaServer() as server:
        server.slow_load = 0.05
        parts = ask(server)
        assert parts[0] == LoadingPart(ServedModel(NAME).size)
        assert not any(isinstance(part, LoadingPart) for part in parts[1:])
        assert not any(isinstance(part, LoadingPart) for part in ask(server, request(), request()))
    assert server.loads == [Load(NAME, 8192)]


def test_a_loaded_model_costs_no_further_requests() -> None:
    with OllamaServer() as server:
        ask(server, request(), request(), request())
    paths = [visit.path for visit in server.visits]
    assert paths == ["/api/version", "/api/ps", "/api/tags", *["/api/chat"] * 4]


def test_another_context_reloads_the_model_and_says_so() -> None:
    with OllamaServer() as server:
        parts = ask(server, request(), request(num_ctx=16384))
    assert isinstance(parts[0], LoadingPart)
    assert server.loads == [Load(NAME, 8192), Load(NAME, 16384, reload=True)]


def test_a_model_that_had_to_make_room_is_loaded_again_visibly() -> None:
    other = ServedModel("other:3b", size=5)
    with OllamaServer("Yes.", [ServedModel(NAME), other], slots=1) as server:
        parts = ask(server, request(), request(model=other.name), request())
    assert isinstance(parts[0], LoadingPart)
    assert [load.model for load in server.loads] == [NAME, other.name, NAME]


def test_a_model_without_a_tag_is_known_by_its_latest() -> None:
    latest = ServedModel("plain:latest", size=7)
    with OllamaServer("Yes.", [latest]) as server:
        assert ask(server, request(model="plain"))[0] == LoadingPart(7)
        assert isinstance(ask(server, request(model="plain"))[0], TextPart)


def test_a_remote_model_is_not_loaded() -> None:
    cloud = ServedModel("big:480b-cloud", remote_host="https://ollama.com:443")
    with OllamaServer("Yes.", [cloud]) as server:
        parts = ask(server, request(model=cloud.name), cloud=True)
    assert isinstance(parts[0], TextPart)
    assert server.loads == []


@pytest.mark.parametrize("listed", [True, False])
def test_a_cloud_model_is_asked_nothing_unless_the_user_allows_it(listed: bool) -> None:
    cloud = ServedModel("big:480b-cloud", remote_host="https://ollama.com:443", listed=listed)
    with OllamaServer("Yes.", [cloud]) as server:
        with pytest.raises(CloudRefused, match=r"runs at https://ollama\.com.*--allow-cloud"):
            ask(server, request("my secret code", model=cloud.name))
    assert not any(visit.path == "/api/chat" for visit in server.visits)


def test_a_reply_of_ten_megabytes_in_one_line_is_ended_with_a_sentence() -> None:
    with OllamaServer(lambda _: Scripted("x y z " * 1_700_000, chunk=20_000_000)) as server:
        with pytest.raises(EndlessReply, match="did not come to an end"):
            ask(server)


def test_no_timeout_while_a_model_loads_or_before_the_first_word() -> None:
    with OllamaServer(lambda _: Scripted("At last.", wait=0.25)) as server:
        server.slow_load = 0.25
        assert text_of(ask(server, gap_seconds=0.1)) == "At last."
    assert server.aborted_loads == 0


# --- prompts that do not fit -------------------------------------------------------------------------


def test_a_prompt_that_the_server_cut_is_noticed() -> None:
    long = [ChatMessage("user", "words " * 400) for _ in range(10)]
    with OllamaServer() as server:
        assert end_of(ask(server, request("x" * 9000, num_ctx=2048))).prompt_cut
        parts = ask(server, request("a " * 1000), request(num_ctx=2048, messages=tuple(long)))
    assert server.requests[-1].dropped > 0
    assert end_of(parts).prompt_cut


@pytest.mark.parametrize("characters", [10, 1000, 20_000, 31_000])
def test_a_prompt_that_fits_raises_no_alarm(characters: int) -> None:
    with OllamaServer() as server:
        parts = ask(server, request("x" * characters), request("x" * characters))
    assert not end_of(parts).prompt_cut


def test_characters_per_token_are_learned_from_the_servers_counts() -> None:
    async def asking(model: OllamaModel) -> tuple[int, int]:
        before = model.tokens(NAME, 7000)
        [_ async for _ in model.chat(request("x" * 6000))]
        return before, model.tokens(NAME, 8000)

    with OllamaServer() as server:
        before, after = using(server, asking)
    assert before == 2000
    assert after == pytest.approx(2000, abs=2)


# --- what the server has -----------------------------------------------------------------------------


def test_the_label_tells_the_version_once_it_is_known() -> None:
    async def asking(model: OllamaModel) -> tuple[str, str, str]:
        return model.label, await model.running(), model.label

    with OllamaServer(version="0.33.1-rc2") as server:
        assert using(server, asking) == ("Ollama", "0.33.1-rc2", "Ollama 0.33")


def test_models_are_listed_with_their_memory_and_their_host() -> None:
    cloud = ServedModel("big:480b-cloud", size=384, remote_host="https://ollama.com:443")
    with OllamaServer("Yes.", [ServedModel(NAME, size=100), cloud]) as server:
        ask(server)
        local, remote = using(server, lambda model: model.models())
    assert local == ModelInfo(
        NAME, 100, parameters="7.6B", quantization="Q4_K_M", loaded=100, loaded_context=8192
    )
    assert (remote.remote, remote.loaded) == ("https://ollama.com:443", 0)


def test_one_model_is_described_with_its_context_and_capabilities() -> None:
    with OllamaServer(models=[ServedModel(NAME, 131_072, ("completion", "tools", "thinking"), 9)]) as server:
        info = using(server, lambda model: model.describe(NAME))
    assert info == ModelInfo(
        NAME, 9, 131_072, frozenset({"completion", "tools", "thinking"}), "7.6B", "Q4_K_M"
    )


def test_texts_are_embedded_one_vector_each() -> None:
    with OllamaServer() as server:
        assert using(server, lambda model: model.embed(NAME, ["a b", ""])) == [[3, 1, 1], [0, 0, 1]]
        assert using(server, lambda model: model.embed(NAME, [])) == []


def test_a_download_reports_its_progress() -> None:
    async def pulling(model: OllamaModel) -> list[PullProgress]:
        return [step async for step in model.pull("new:1b")]

    with OllamaServer() as server:
        steps = using(server, pulling)
    assert steps[0] == PullProgress("pulling manifest")
    assert steps[1:4] == [PullProgress("pulling 8eeb52dfb3bb", 1000, done) for done in (0, 500, 1000)]
    assert steps[-1].status == "success"
    assert server.pulled == ["new:1b"]


@pytest.mark.parametrize("fault", ["cut", "error", "broken"])
def test_a_download_that_ends_early_can_be_continued(fault: str) -> None:
    async def pulling(model: OllamaModel) -> None:
        [_ async for _ in model.pull("new:1b")]

    with OllamaServer() as server:
        server.pull_fault = fault
        with pytest.raises(ModelFailed) as caught:
            using(server, pulling)
    assert "troupe models pull new:1b" in caught.value.hint
    assert "run" not in caught.value.hint


def test_a_model_is_deleted() -> None:
    with OllamaServer() as server:
        using(server, lambda model: model.delete(NAME))
        assert server.deleted == [NAME]
        with pytest.raises(ModelNotFound):
            using(server, lambda model: model.delete(NAME))


def test_a_loaded_model_is_unloaded_and_loaded_again_when_it_is_asked() -> None:
    async def whole(model: OllamaModel) -> list[int]:
        sizes = []
        for _ in range(2):
            async for _ in model.chat(request()):
                pass
            sizes.append((await model.models())[0].loaded)
            await model.unload(NAME)
            await model.unload(NAME)
            sizes.append((await model.models())[0].loaded)
        return sizes

    with OllamaServer() as server:
        sizes = using(server, whole)
    assert [bool(size) for size in sizes] == [True, False, True, False]
    assert len(server.loads) == 2


def test_a_listed_model_is_detailed_by_one_request() -> None:
    async def whole(model: OllamaModel) -> tuple[ModelInfo, list[str], ModelInfo]:
        (listed,) = await model.models()
        before = len(server.visits)
        detailed = await model.detailed(listed)
        asked = [visit.path for visit in server.visits[before:]]
        return detailed, asked, await model.describe(NAME)

    with OllamaServer() as server:
        detailed, asked, described = using(server, whole)
    assert asked == ["/api/show"]
    assert detailed == described
    assert detailed.context == 32_768


# --- its life ----------------------------------------------------------------------------------------


def test_a_closed_provider_opens_again() -> None:
    async def asking(model: OllamaModel) -> str:
        await model.running()
        await model.close()
        await model.close()
        return await model.running()

    with OllamaServer() as server:
        assert using(server, asking) == "0.33.0"


def test_running_says_at_once_that_nothing_answers() -> None:
    with OllamaServer() as server:
        server.down = True
        with pytest.raises(ServerUnreachable) as caught:
            using(server, lambda model: model.running(), retry_delays=(60.0,))
    assert server.address in caught.value.message
    assert "ollama serve" in caught.value.hint
    assert "troupe demo" in caught.value.hint


def test_it_is_registered_and_importing_it_loads_no_client() -> None:
    assert isinstance(model_kinds()["ollama"].build("localhost"), OllamaPool)
    code = (
        "import sys; from agents.registry import model_kinds; model_kinds()['ollama'].build('');"
        "print([name for name in ('ollama', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
