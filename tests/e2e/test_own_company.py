"""A company of one's own: phases and roles that ChatDev does not know, switches, models, git."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dulwich.repo import Repo

from agents.companies import Company, Phase, Role, Shelf, Step
from agents.companies.folder import bundled
from agents.events import AgentHired, FilesCommitted, PhaseBegun, PhaseEnded
from agents.plan import Plan
from tests.support.carrying_out import carry_on, carry_out
from tests.support.companies import Work, working
from tests.support.ollama.scripted import ChatCall, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import rendered

HELLO = {"main.py": "print('hello')\n"}


def own_company() -> Company:
    """Two talks of any kind, one that writes files in cycles, and coding; one role has its own model."""
    phases = {
        **bundled().phases,
        "LogoTalk": Phase("LogoTalk", "Painter", "Chief Executive Officer", "Which colour? {task}"),
        "Slogan": Phase("Slogan", "Painter", "Chief Executive Officer", "A slogan as {assistant_role}."),
        "Polish": Phase("Polish", "C# Dev/Ops", "Painter", "Polish it: {codes}\n{ideas}", files=True),
    }
    roles = {
        **bundled().roles,
        "Painter": Role("Painter", "You paint for {task}.", model="painter:1b"),
        "C# Dev/Ops": Role("C# Dev/Ops", "You polish."),
    }
    chain = (
        Step("LogoTalk", turns=-1, reflect=True),
        Step("Slogan"),
        Step("Coding"),
        Step("Polishing", composed=True, cycles=4, parts=(Step("Polish"),)),
        Step("Manual", on=False),
    )
    flags = {"git_management": True, "self_improve": True, "with_memory": True}
    return replace(bundled(), name="Mine", chain=chain, phases=phases, roles=roles, recruited=(), flags=flags)


def replies(call: ChatCall) -> str:
    asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
    if "A slogan as Painter." in asked:
        return "Let me think.\n<INFO> Hello at once"
    if "so that a programmer needs to ask nothing" in asked:
        return "Print hello, once."
    if "Polish it:" in asked:
        polished = "\n\nmain.py\n```python\nprint('hello!')\n```"
        return "Here:" + polished if "print('hello')\n" in asked else "<INFO> Finished"
    return ""


def test_any_phase_any_role_cycles_models_and_git(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "home")
    shelf.save(own_company())
    models = (ServedModel("scripted:7b"), ServedModel("painter:1b"))
    work = Work(coding=HELLO, other=replies)
    with OllamaServer(working(work, {"Coding": "Write the program now"}), models=models) as server:
        plan = Plan(
            idea="Say hello.", workflow="company", options={"company": "Mine"}, model="scripted:7b",
            host=server.address, out=str(tmp_path / "out"),
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        calls = list(server.requests)
        shelf.delete("Mine")
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == len(calls), "the run depends on its plan alone"
    assert told.outcome.passed, told.outcome
    assert again.outcome == told.outcome
    assert told.read("main.py") == "print('hello!')\n"
    titles = [phase.title for phase in told.recorder.of(PhaseBegun)]
    assert titles == [
        "Task refinement", "Logo talk", "Slogan", "Coding", "Polishing", "Polish", "Polishing", "Polish",
        "Last test",
    ]  # fmt: skip
    conclusions = [phase.conclusion for phase in told.recorder.of(PhaseEnded)]
    assert conclusions[:3] == ["Print hello, once.", "The logo is blue.", "Hello at once"]
    hired = {agent.role: agent for agent in told.recorder.of(AgentHired)}
    assert hired["Painter"].model == "painter:1b"
    assert hired["C# Dev/Ops"].agent.endswith("/c-dev-ops")
    [coding] = [call for call in calls if call.role == "Programmer" and not call.title]
    assert "Logo talk: The logo is blue.\nSlogan: Hello at once" in coding.prompt
    assert "Print hello, once." in coding.prompt
    assert any("with_memory" in str(stamped.event) for stamped in told.recorder.seen)


def test_each_version_is_a_commit_by_its_role(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "home")
    shelf.save(own_company())
    models = (ServedModel("scripted:7b"), ServedModel("painter:1b"))
    out = tmp_path / "out"
    with OllamaServer(
        working(Work(coding=HELLO, other=replies), {"Coding": "Write the program now"}), models=models
    ) as server:
        plan = Plan(
            idea="Say hello.", workflow="company", options={"company": "Mine"}, model="scripted:7b",
            host=server.address, out=str(out),
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        carry_on(told.number, tmp_path / "home")
    with Repo(str(out)) as repository:
        commits = [entry.commit for entry in repository.get_walker(reverse=True)]
        assert repository.open_index()[b"main.py"].sha == repository[commits[-1].tree][b"main.py"][1]
    assert len(commits) == len(told.recorder.of(FilesCommitted)) == 2
    authors = [commit.author.decode() for commit in commits]
    assert authors == ["Programmer <programmer@troupe.local>", "C# Dev/Ops <c-dev-ops@troupe.local>"]
    assert commits[0].message.decode().startswith("Coding\n")


@pytest.mark.parametrize(
    ("option", "told"),
    [("Nobody", "There is no company called “Nobody”"), ("", None)],
)
def test_which_company(tmp_path: Path, option: str, told: str | None) -> None:
    from agents.workflows.company import prepare

    plan = Plan(idea="x", workflow="company", options={"company": option})
    if told:
        with pytest.raises(Exception, match=told):
            prepare(plan, tmp_path)
        return
    prepared = prepare(plan, tmp_path)
    gone = replace(prepared, options={**prepared.options, "company": "Gone"})
    assert prepare(gone, tmp_path).options["files"] == prepared.options["files"], "as the run before had it"
    assert prepared.options["company"] == "Troupe"
    chain = json.loads(prepared.options["files"]["ChatChainConfig.json"])
    assert chain["chain"][0]["phase"] == "DemandAnalysis"


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>\n'


def artists(call: ChatCall) -> str:
    asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
    if call.title == "ArtDesign":
        return json.dumps({"pictures": [{"file": "dot", "shows": "a dot"}]})
    if "Draw these pictures" in asked:
        return rendered({"assets/dot.svg": SVG})
    if "let the program show them" in asked:
        assert "assets/dot.svg: a dot" in asked
        return rendered({"index.html": "<p>old</p><img src='assets/dot.svg'>\n"})
    return ""


def test_art_and_tests_stand_alone_in_a_chain_that_changes_a_program(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("<p>old</p>\n")
    chain = (
        Step("Coding"),
        Step("Art", composed=True, parts=(Step("ArtDesign"), Step("ArtIntegration"))),
        Step("TestErrorSummary"),
        Step("TestModification"),
        Step("EnvironmentDoc"),
    )
    Shelf(tmp_path / "home").save(replace(bundled(), name="Artists", chain=chain))
    work = Work(coding={"index.html": "<p>old</p><p>new</p>\n"}, other=artists)
    with OllamaServer(working(work, {"Coding": "Write the program now"})) as server:
        plan = Plan(
            idea="Show a dot.", workflow="company", options={"company": "artists"}, model="scripted:7b",
            host=server.address, out=str(out), existing=True,
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        [coding] = [call for call in server.requests if "Write the program now" in call.prompt]
    assert "There is a program already:" in coding.prompt
    assert "<p>old</p>" in coding.prompt
    assert told.read("assets/dot.svg") == SVG
    assert "assets/dot.svg" in told.read("index.html")
    titles = [phase.title for phase in told.recorder.of(PhaseBegun)]
    assert titles[:5] == ["Coding", "Art", "Art design", "Art integration", "Test error summary"]
    assert "Test modification" not in titles, "there is nothing to mend"


def test_a_talk_without_an_end_stops_at_its_bound(tmp_path: Path) -> None:
    """Once with a third agent who reflects, once with the last words as the conclusion."""

    def endless(call: ChatCall) -> str:
        if call.title == "PhaseTalk":
            return json.dumps({"message": "Hm.", "conclusion": ""})
        if call.title == "Reflection":
            return json.dumps({"conclusion": "Blue."})
        return "Go on." if call.role == "Chief Executive Officer" else ""

    talk = Phase("Colour", "Programmer", "Chief Executive Officer", "Which colour?")
    chain = (Step("Colour", turns=2, reflect=True), Step("Colour", turns=3))
    phases = {**bundled().phases, "Colour": talk}
    Shelf(tmp_path / "home").save(replace(bundled(), name="Talkers", chain=chain, phases=phases))
    with OllamaServer(working(Work(other=endless), {})) as server:
        plan = Plan(
            idea="Paint.", workflow="company", options={"company": "Talkers"}, model="scripted:7b",
            host=server.address, out=str(tmp_path / "out"),
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        turns = [call for call in server.requests if call.title == "PhaseTalk"]
    assert len(turns) == 5
    ended = [phase.conclusion for phase in told.recorder.of(PhaseEnded) if "colour" in phase.phase]
    assert ended[-2:] == ["Blue.", "Hm."]
    assert told.outcome.summary == "The chain was carried out; there is no program to test."
