"""What is remembered of the servers between programs."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from agents.contracts import FinalPart, HostFigures
from agents.errors import StreamCut
from agents.models.admission import Ticket, admitted
from agents.models.grants import Grants
from agents.models.host import Host
from agents.models.hosts import FILE, MOST_KEPT, Hosts

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


def test_this_machine_has_two_names(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    host = hosts.of("http://localhost:11434")
    assert host is hosts.of("http://127.0.0.1:11434")
    assert host is not hosts.of("http://localhost:11435")
    assert host.address == "http://localhost:11434"
    replied(host)
    hosts.remember()
    assert Hosts(tmp_path).figures("http://127.0.0.1:11434").writing == 40.0


def test_the_hosts_at_work_are_told_but_for_those_that_are_known(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)

    async def work() -> None:
        await admitted(Ticket(KIND, ""), [hosts.of("http://localhost:11434").queue])

    asyncio.run(work())
    hosts.of(ADDRESS)
    assert [address for address, _ in hosts.at_work()] == ["http://localhost:11434"]
    assert hosts.at_work(but=["http://127.0.0.1:11434"]) == []


def test_what_was_not_learned_anew_is_not_written_over(tmp_path: Path) -> None:
    first = Hosts(tmp_path)
    replied(first.of(ADDRESS))
    first.remember()
    long_open, other = Hosts(tmp_path), Hosts(tmp_path)
    long_open.of(ADDRESS)
    other.of(ADDRESS).grants.remember(4, settled=True)
    other.remember()
    replied(long_open.of("http://other:11434"))
    long_open.remember()
    assert Hosts(tmp_path).of(ADDRESS).grants.at_once == 4


def test_the_servers_that_were_not_asked_for_longest_are_forgotten(tmp_path: Path) -> None:
    old = {f"http://old{number}:11434": {"writing": 1.0} for number in range(MOST_KEPT)}
    (tmp_path / FILE).write_text(json.dumps({ADDRESS: {"writing": 1.0}, **old}), "utf-8")
    hosts = Hosts(tmp_path)
    replied(hosts.of(ADDRESS))
    hosts.remember()
    kept = list(json.loads((tmp_path / FILE).read_text("utf-8")))
    assert (len(kept), kept[-1]) == (MOST_KEPT, ADDRESS)


@pytest.mark.parametrize("learned", ["reading", "at_once"])
def test_whatever_was_learned_is_remembered(learned: str, tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    host = hosts.of(ADDRESS)
    if learned == "reading":
        host.reading = 400.6
    else:
        host.grants.at_once = 8  # more were not tried: nothing is settled
    hosts.remember()
    found = Hosts(tmp_path).figures(ADDRESS)
    assert (found.reading, found.at_once) in ((400.6, 1), (0.0, 8))


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
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert hosts.of(ADDRESS).writing > 0  # this program knows it all the same


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


def asked(host: Host, prompt: str, reading: float, kind: tuple[str, int] = KIND) -> None:
    """One reply whose prompt of a thousand tokens was read in so many seconds."""
    request = host.ask(kind, prompt)
    final = FinalPart(1000, 400, reading_seconds=reading, writing_seconds=10.0)
    host.answered(request, final)
    host.over(request, final)


def test_what_was_cached_says_nothing_of_how_fast_is_read() -> None:
    host = Host("a")
    asked(host, "x" * 3500, 0.02)  # by another program, which had the same run
    assert (host.reading, host.writing) == (0.0, 40.0)
    asked(host, "y" * 3500, 2.0)
    asked(host, "y" * 3500 + "z" * 1000, 5.0)  # the server had lost the beginning
    assert host.reading == 500.0


def test_what_a_cloud_model_does_says_nothing_of_the_server_that_passes_it_on() -> None:
    host, cloud = Host(ADDRESS), ("large:cloud", 4096)
    host.loads.runs_at(cloud, "https://ollama.com:443")
    assert host.is_loaded(cloud)
    calls = [host.ask(cloud, "x" * 3500) for _ in range(3)]
    for call in calls * 4:
        host.heard(call)
    for call in calls:
        final = FinalPart(1000, 400, reading_seconds=0.1, writing_seconds=1.0)
        host.answered(call, final)
        host.over(call, final)
    assert (host.writing, host.reading, host.grants.at_once) == (0.0, 0.0, 1)
    assert (host.places(cloud), host.places(KIND)) == (4, 2)
    service = Host("https://ollama.com:443")
    service.loads.runs_at(cloud, "ollama.com")
    asked(service, "x" * 3500, 1.0, cloud)
    assert (service.writing, service.reading) == (40.0, 1000.0)


def test_how_long_a_load_takes_is_learned_from_one_that_was_waited_for() -> None:
    now = iter([0.0, 30.0])
    host = Host(ADDRESS, grants=Grants(clock=lambda: next(now, 30.0)))
    request = host.ask(KIND, "x" * 3500)
    host.load(request)
    host.heard(request)
    final = FinalPart(1000, 400, reading_seconds=2.0, writing_seconds=10.0)
    host.answered(request, final)
    host.over(request, final)
    assert host.loading == 28.0


def test_figures_are_those_of_the_host_or_what_is_remembered(tmp_path: Path) -> None:
    hosts = Hosts(tmp_path)
    host = hosts.of(ADDRESS, 4)
    replied(host)
    host.fail(StreamCut("It broke."), time.monotonic() + 60)
    assert hosts.figures(ADDRESS) == HostFigures(at_once=4, writing=40.0, reading=500.0, problem="It broke.")
    hosts.remember()
    assert Hosts(tmp_path).figures(ADDRESS) == HostFigures(at_once=4, writing=40.0, reading=500.0)
    assert hosts.figures("http://unknown:11434") == HostFigures()
