"""The profile's text and arguments; no Mac was there to run it on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agents.contracts import Command
from agents.sandboxes import seatbelt
from agents.sandboxes.seatbelt import profile
from tests.support.sandboxes import kind


def balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def test_everything_is_denied_and_then_little_allowed(tmp_path: Path) -> None:
    made = profile([tmp_path / "python"], [tmp_path / "project"], network=False)
    assert made.text.startswith("(version 1)\n(deny default)\n")
    assert balanced(made.text)
    assert "network" not in made.text
    assert "(allow default)" not in made.text
    assert "(deny file-write-setugid)" in made.text
    assert made.text.count("file-write*") == 1


def test_only_the_named_folders_can_be_written(tmp_path: Path) -> None:
    made = profile([tmp_path / "python"], [tmp_path / "project"], network=False)
    writable = made.text.partition("(allow file-read* file-write*\n")[2].partition("\n)")[0]
    numbers = [int(line.partition('"P')[2].partition('"')[0]) for line in writable.splitlines()]
    assert [made.paths[number] for number in numbers] == [os.path.realpath(tmp_path / "project")]
    defined = made.arguments()
    assert defined[:2] == ["-p", made.text]
    assert f"P{numbers[0]}={os.path.realpath(tmp_path / 'project')}" in defined


def test_a_path_can_say_nothing_in_the_profile(tmp_path: Path) -> None:
    evil = tmp_path / '"))(allow default)(version 1 (("'
    made = profile([], [evil], network=False)
    assert "allow default" not in made.text
    assert any(word.endswith(str(evil)) for word in made.arguments())


def test_the_network_is_there_only_when_it_was_asked_for() -> None:
    assert "(allow network*" in profile([], [], network=True).text
    assert balanced(profile([], [], network=True).text)


def test_a_program_stands_behind_the_profile_and_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_CACHE", str(tmp_path / "cache"))
    folder, home = tmp_path / "project", tmp_path / "home"
    launch = seatbelt._launch(Command(("python", "main.py")), folder, home, None)
    assert launch.argv[:2] == ("/usr/bin/sandbox-exec", "-p")
    assert launch.argv[-1] == "main.py"
    assert "ulimit" in "".join(launch.argv[-6:])
    assert launch.env["HOME"] == str(home)
    assert f"={os.path.realpath(folder)}" in " ".join(launch.argv)


def test_elsewhere_it_says_so_and_it_promises_nothing_yet() -> None:
    if sys.platform != "darwin":
        assert kind("seatbelt").probe() == "Only macOS has sandbox-exec."
    assert "not tested on a Mac" in kind("seatbelt").untested
    assert not kind("seatbelt").build().isolated
