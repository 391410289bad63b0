"""The clarification's question is put off; the answer reaches what every later phase is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.contracts import Answer, Question
from agents.events import Event, PhaseEnded
from agents.live import LiveRun
from agents.plan import Plan
from agents.studio import Studio
from tests.support.carrying_out import WITH_SERVERS, Recorder, carry_on
from tests.support.clarifying import Team
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company

READINGS = ({"Greeting": "By name"}, {"Greeting": "By name."}, {"Greeting": "By the time of day"})
POINT = {
    "question": "How does it greet?",
    "choices": [{"choice": "By name", "readers": [1, 2]}, {"choice": "By the time of day", "readers": [3]}],
}
DECIDED = "- How does it greet? By the time of day"


class Busy:
    """Puts every question off."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer("", by="later")


def test_an_answer_that_comes_later_holds_for_every_later_phase(tmp_path: Path) -> None:
    user, team = Busy(), Team(readings=READINGS, points=[POINT])
    team.otherwise = company(GREETER)

    async def work(address: str) -> tuple[LiveRun, Recorder]:
        studio = Studio.open(tmp_path / "home", WITH_SERVERS)
        lives: list[LiveRun] = []

        def answered(event: Event) -> None:
            if isinstance(event, PhaseEnded) and event.phase == "demand_analysis":
                [question] = user.asked
                late = (question.key, question.text, "By the time of day")
                asyncio.get_running_loop().call_soon(lives[0].answer_late, *late)

        recorder = Recorder(on_event=answered)
        try:
            plan = Plan(idea=GREETER.idea, host=address, out=str(tmp_path / "out"), clarify=True)
            lives.append(await studio.start(plan, user, recorder))
            outcome = await asyncio.wait_for(lives[0].outcome(), 60)
            assert outcome.passed
            return lives[0], recorder
        finally:
            await studio.close()

    with OllamaServer(team) as server:
        live, recorder = asyncio.run(work(server.address))
        systems = [str(call.messages[0]["content"]) for call in server.requests]
    assert [event.phase for event in recorder.of(PhaseEnded)][:2] == ["clarification", "demand_analysis"]
    assert DECIDED not in systems[0]
    assert systems[-1].startswith("You are Chief Product Officer")
    assert systems[-1].endswith(DECIDED)
    first = next(place for place, system in enumerate(systems) if DECIDED in system)
    assert all(DECIDED in system for system in systems[first:])
    again = carry_on(live.number, tmp_path / "home", user)  # its server is gone
    assert again.outcome.passed
    assert len(user.asked) == 1
