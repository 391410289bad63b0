"""A run as it is told in the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.cli.terminal import TerminalView
from agents.events import Event, MessageCompleted, ModelLoading, PhaseBegun, PhaseEnded, Stamped


def begun(phase: str, title: str) -> PhaseBegun:
    return PhaseBegun(phase=phase, title=title, instructor="one", assistant="other")


def said(phase: str, text: str, host: str = "") -> MessageCompleted:
    return MessageCompleted(
        message=text,
        speaker="one",
        to="other",
        phase=phase,
        text=text,
        origin="model",
        output_tokens=20,
        writing_seconds=2.0,
        host=host,
    )


def told(capture: pytest.CaptureFixture[str], *events: Event) -> list[str]:
    view = TerminalView()
    for seq, event in enumerate(events, 1):
        view.receive(Stamped(run=1, seq=seq, at=0.0, event=event))
    return [line.strip() for line in capture.readouterr().out.splitlines() if line.strip()]


def test_phases_that_are_open_together_are_named_again_when_their_turn_comes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(
        capsys,
        begun("review", "Code review"),
        begun("tests", "Writing tests"),
        said("review", "A finding."),
        said("review", "Another one."),
        said("tests", "A test."),
        PhaseEnded(phase="tests"),
        said("review", "Nothing."),
    )
    assert [line for line in lines if "→" not in line] == [
        "── Code review ──",
        "── Writing tests ──",
        "── Code review ──",
        "A finding.",
        "Another one.",
        "── Writing tests ──",
        "A test.",
        "── Code review ──",
        "Nothing.",
    ]


def test_of_several_servers_it_is_said_which_one_replied(capsys: pytest.CaptureFixture[str]) -> None:
    alone = told(capsys, said("", "One.", "gpu:11434"), said("", "Two.", "gpu:11434"))
    both = told(capsys, said("", "One.", "gpu:11434"), said("", "Two.", "laptop:11434"))
    assert alone[2] == "One → Other  (20 tokens, 10/s)"
    assert both[2] == "One → Other  (20 tokens, 10/s, laptop:11434)"


def test_a_model_that_is_being_loaded_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    loading = ModelLoading(message="m", model="large:70b", size=42_000_000_000)
    answered = replace(said("", "Here."), model="large:70b")
    assert told(capsys, loading, replace(loading, message="n")) == ["large:70b is being loaded (42.0 GB)"]
    assert len([line for line in told(capsys, loading, answered, loading) if "loaded" in line]) == 2
    assert told(capsys, replace(loading, size=0)) == ["large:70b is being loaded"]
