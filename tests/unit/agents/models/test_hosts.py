"""What is remembered of the servers between programs."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from agents.contracts import FinalPart, HostFigures
from agents.errors import StreamCut
from agents.models.host import Host
from agents.models.hosts import FILE, Hosts

ADDRESS = "http://gpu:11434"
KIND = ("one:7b", 4096)


def replied(host: Host, prompt: str = "x" * 3500, **figures: float) -> None:
    """One reply of a thousand tokens read and four hundred written."""
    asked = host.ask(KIND, prompt)
    final = FinalPart(1000, 400, reading_seconds=2.0, writing_seconds=10.0, **figures)
    host.answered(asked, final)
    host.over(asked, final)


def test_a_host_is_the_same_for_all(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    assert hosts.of(ADDRESS) is hosts.of(ADDRESS, 4)
    assert hosts.of("http://other:11434") is not hosts.of(ADDRESS)


def test_speeds_and_places_are_remembered(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    host = hosts.of(ADDRESS)
    replied(host, loading_seconds=8.0)
    host.grants.at_once, host.grants.settled = 3, True
    hosts.remember()
    again = Hosts(tmp_path).of(ADDRESS)
    assert (again.writing, again.reading, again.loading) == (40.0, 500.0, 8.0)
    assert (again.grants.at_once, again.grants.settled) == (3, True)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_said_anew_counts_until_it_is_seen(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    hosts.of(ADDRESS).grants.settled = True
    hosts.remember()
    assert Hosts(tmp_path).of(ADDRESS, 4).grants.at_once == 4
    assert not Hosts(tmp_path).of(ADDRESS, 4).grants.settled


def test_what_another_program_remembered_is_kept(tmp_path: Path) -> None:
    one, other = Hosts(tmp_path), Hosts(tmp_path)
    for hosts, address in ((one, ADDRESS), (other, "http://other:11434")):
        replied(hosts.of(address))
    one.remember()
    other.remember()
    assert len(json.loads((tmp_path / FILE).read_text("utf-8"))) == 2


DAMAGED = (
    "",
    "{",
    "[1]",
    '{"http://gpu:11434": 1}',
    '{"http://gpu:11434": {"at_once": "x", "writing": NaN}}',
    '{"http://gpu:11434": {"at_once": -1, "said": 1}}',
    '{"http://gpu:11434": {"writing": true}}',
    "\0" * 9,
)


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_is_one_in_which_nothing_stands(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    host = Hosts(tmp_path).of(ADDRESS)
    assert (host.grants.at_once, host.writing) == (1, 0.0)


def test_a_home_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    hosts = Hosts(tmp_path / "file")
    replied(hosts.of(ADDRESS))
    hosts.remember()


def test_a_request_costs_less_where_its_beginning_was_read() -> None:
    warm, cold, full = Host("a"), Host("b"), Host("c")
    prompt = "You are Tester." + "x" * 5000
    replied(warm, prompt)
    replied(full, "You are Programmer." + "y" * 5000)
    replied(cold, "")
    costs = [host.seconds(KIND, f"{prompt} more", True) for host in (warm, cold, full)]
    assert costs == sorted(costs)
    assert costs[0] < costs[1] < costs[2]  # the last one would have to read the Programmer's again
    assert warm.seconds(KIND, prompt, False) > warm.seconds(KIND, prompt, True) + 10


def test_figures_are_those_of_the_host_or_what_is_remembered(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    host = hosts.of(ADDRESS, 4)
    replied(host)
    host.fail(StreamCut("It broke."), time.monotonic() + 60)
    assert hosts.figures(ADDRESS) == HostFigures(at_once=4, writing=40.0, reading=500.0, problem="It broke.")
    hosts.remember()
    assert Hosts(tmp_path).figures(ADDRESS) == HostFigures(at_once=4, writing=40.0, reading=500.0)
    assert hosts.figures("http://unknown:11434") == HostFigures()
