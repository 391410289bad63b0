from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.machine import (
    KNOWN_MODELS,
    MIB,
    Gpu,
    Machine,
    find_ollama,
    installing,
    look_at_machine,
    memory_size,
    nvidia_cards,
    read_cards,
    suggested,
)
from tests.support.programs import program

GIB = 1024**3
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not read a program's first line")


# --- Ollama's program --------------------------------------------------------------------------------


@posix
def test_ollama_is_found_on_the_search_path(tmp_path: Path) -> None:
    there = program(tmp_path / "bin", "ollama", "")
    assert find_ollama({"PATH": str(tmp_path / "bin")}, ()) == there
    assert find_ollama({"PATH": str(tmp_path)}, ()) is None


@posix
def test_ollama_is_found_in_a_usual_place(tmp_path: Path) -> None:
    there = program(tmp_path / "opt", "ollama", "")
    (tmp_path / "not-to-be-run").write_text("")
    places = (tmp_path / "nowhere" / "ollama", tmp_path / "not-to-be-run", tmp_path, there)
    assert find_ollama({"PATH": str(tmp_path)}, places) == there


@posix
def test_a_named_ollama_is_the_only_one(tmp_path: Path) -> None:
    there, other = program(tmp_path / "a", "ollama", ""), program(tmp_path / "b", "mine", "")
    path = {"PATH": str(there.parent)}
    assert find_ollama(path | {"TROUPE_OLLAMA": str(other)}, (there,)) == other
    assert find_ollama(path | {"TROUPE_OLLAMA": str(tmp_path / "gone")}, (there,)) is None


def test_the_usual_places_may_be_missing() -> None:
    found = find_ollama({"PATH": "", "HOME": "/nonexistent"})
    assert found is None or found.is_file()


@pytest.mark.parametrize(
    ("system", "shell"), [("linux", "a terminal"), ("darwin", "a terminal"), ("win32", "PowerShell")]
)
def test_each_platform_has_its_command(system: str, shell: str) -> None:
    how = installing(system)
    assert how.shell == shell
    assert "ollama.com/install." in how.command
    assert how.page.startswith("https://ollama.com/")


# --- memory ------------------------------------------------------------------------------------------


def test_the_memory_is_known_and_a_containers_limit_counts(tmp_path: Path) -> None:
    total = memory_size(tmp_path / "none")
    assert total > 256 * MIB
    limit = tmp_path / "memory.max"
    limit.write_text(f"{128 * MIB}\n")
    assert memory_size(limit) == 128 * MIB
    limit.write_text("max\n")
    assert memory_size(limit) == total


@posix
def test_the_cards_are_those_that_nvidia_smi_names(tmp_path: Path) -> None:
    said = "NVIDIA GeForce RTX 4090, 24564\\nQuadro, odd name, 8192\\nGB10, [N/A]\\n"
    program(
        tmp_path,
        "nvidia-smi",
        f'import sys; assert "--query-gpu=name,memory.total" in sys.argv; print("{said}")',
    )
    cards = nvidia_cards({"PATH": str(tmp_path)})
    assert cards == (Gpu("NVIDIA GeForce RTX 4090", 24564 * MIB), Gpu("Quadro, odd name", 8192 * MIB))


@posix
@pytest.mark.parametrize(
    "source",
    ["raise SystemExit(9)", "print('No devices were found')", "import os; os.write(1, b'\\xff, \\xb2')"],
)
def test_a_driver_that_fails_means_no_cards(tmp_path: Path, source: str) -> None:
    program(tmp_path, "nvidia-smi", source)
    assert nvidia_cards({"PATH": str(tmp_path)}) == ()
    assert nvidia_cards({"PATH": str(tmp_path / "empty")}) == ()


@given(st.text())
def test_whatever_the_driver_prints_can_be_read(text: str) -> None:
    assert all(card.name and card.memory >= 0 for card in read_cards(text))


def test_this_machine_can_be_looked_at() -> None:
    machine = look_at_machine()
    assert machine.memory > 0
    assert suggested(machine)


# --- models ------------------------------------------------------------------------------------------


def names(machine: Machine | None) -> list[str]:
    return [offer.model.name for offer in suggested(machine)]


def test_a_good_card_gets_the_best_model_first() -> None:
    offers = suggested(Machine(64 * GIB, (Gpu("RTX 4090", 24 * GIB),)))
    assert offers[0].model.name == "qwen3-coder:30b"
    assert all(offer.fast for offer in offers)


def test_two_cards_count_together() -> None:
    assert names(Machine(64 * GIB, (Gpu("a", 12 * GIB), Gpu("b", 12 * GIB))))[0] == "qwen3-coder:30b"


def test_what_fits_the_card_comes_before_what_is_slow() -> None:
    offers = suggested(Machine(64 * GIB, (Gpu("RTX 4060", 8 * GIB),)))
    assert (offers[0].model.name, offers[0].fast) == ("qwen2.5-coder:7b", True)
    assert not offers[-1].fast
    assert offers[-1].model.light


def test_without_a_card_only_what_can_be_borne_is_offered() -> None:
    offers = suggested(Machine(16 * GIB))
    assert offers[0].model.name == "qwen2.5-coder:7b"
    assert all(offer.model.light and not offer.fast for offer in offers)


def test_an_apple_chip_lends_its_memory_to_the_graphics() -> None:
    offers = suggested(Machine(16 * GIB, unified=True))
    assert offers[0].fast
    assert offers[0].model.size > 4e9


def test_of_another_machine_nothing_is_known() -> None:
    assert names(None)[0] == "qwen3-coder:30b"
    assert not any(offer.fast for offer in suggested(None))


@given(st.integers(0, 2**40), st.lists(st.integers(0, 2**38), max_size=4), st.booleans())
def test_something_is_always_offered_and_it_fits(memory: int, cards: list[int], unified: bool) -> None:
    machine = Machine(memory, tuple(Gpu("x", size) for size in cards), unified)
    offers = suggested(machine)
    assert 1 <= len(offers) <= 4
    assert len({offer.model.name for offer in offers}) == len(offers)
    room = max(machine.fast_memory, machine.slow_memory)
    assert offers[0].model == KNOWN_MODELS[-1] or all(offer.model.needed <= room for offer in offers)
