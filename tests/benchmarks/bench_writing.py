"""What a change of a file costs to write: `python -m tests.benchmarks.bench_writing [ROUNDS]`.

First how SEARCH/REPLACE blocks are read that are broken as weak models break them: exactly, and as Troupe
reads them. "Wrong" must be 0. Then the seconds in which a change is written at 35 tokens/s (and what is said
about a failure is read at 400), whole or as blocks of which a share is broken: after the second failure the
file is given whole. Then ChatDev with three files of 400 lines, one modification and one repair.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agents.development.writing import LARGE
from agents.plan import Plan
from agents.replies import read_files
from agents.replies.edits import Edit, apply
from agents.replies.search_blocks import read_search_blocks
from tests.benchmarks.machine.reckoning import Hardware, reckon
from tests.benchmarks.machine.recording import RecordingServer
from tests.support.broken_blocks import FORMS, block, corpus, whole_file
from tests.support.carrying_out import carry_out
from tests.support.changed_files import LANGUAGES, Change, change
from tests.support.large_files import BlockTeam, large_project
from tests.support.ollama.scripted import count_tokens

ROUNDS = 40
SIZES = (50, 150, 400, 900, 1500)
BREAKS = (0.0, 0.1, 0.3, 0.6)
WRITES, READS = 35.0, 400.0
SEEDS = 20
MODEL = "scripted:7b"


def judged(meant: Change, files: dict[str, str]) -> str:
    """What came of a reply."""
    changed = {path: text for path, text in files.items() if meant.files.get(path) != text}
    if not changed:
        return "asked"
    return "right" if changed == {meant.path: meant.meant} else "wrong"


def read_exactly(meant: Change, reply: str) -> str:
    """With whole marks, a path on the line before, and lines that stand there exactly once."""
    files = dict(meant.files)
    for found in read_search_blocks(reply, ended=False).found:
        ways = [way for way in found.ways if apply(Edit("", (way,)), files.get(found.before)) is not None]
        if found.ended and len(ways) == 1:
            files[found.before] = apply(Edit("", (ways[0],)), files[found.before]) or ""
    return judged(meant, files)


def reading(rounds: int) -> float:
    """Print how each form is read; the share of the broken ones that tolerance saves."""
    exact: dict[str, Counter[str]] = {form: Counter() for form in FORMS}
    ours: dict[str, Counter[str]] = {form: Counter() for form in FORMS}
    for form, meant, reply in corpus(7, rounds, SIZES[:3]):
        exact[form][read_exactly(meant, reply)] += 1
        ours[form][judged(meant, read_files(reply, existing=meant.files, ended=True).files)] += 1
    sys.stdout.write(f"{'':32}{'exact: right asked wrong':>28}{'ours: right asked wrong':>28}\n")
    for form in FORMS:
        sys.stdout.write(f"{form:<32}{_shares(exact[form], rounds)}{_shares(ours[form], rounds)}\n")
    wholly = Counter[str](), Counter[str]()
    for form in FORMS:
        wholly[0].update(exact[form])
        wholly[1].update(ours[form])
    count = rounds * len(FORMS)
    sys.stdout.write(f"{'all':<32}{_shares(wholly[0], count)}{_shares(wholly[1], count)}\n")
    sys.stdout.write(f"applied wrong: {wholly[1]['wrong']} of {count}, exactly {wholly[0]['wrong']}\n")
    broken = wholly[0]["asked"] + wholly[0]["wrong"]
    return (wholly[1]["right"] - wholly[0]["right"]) / max(1, broken)


def _shares(counts: Counter[str], rounds: int) -> str:
    return "".join(f"{counts[name] / rounds:>9.0%}" for name in ("right", "asked", "wrong")) + " "


def seconds(meant: Change, breaks: float, saved: float) -> tuple[float, float]:
    """To write the whole file; to write blocks of which a share breaks, and of those a share is saved."""
    whole = count_tokens(whole_file(meant)) / WRITES
    blocks = count_tokens(f"{meant.path}\n{block(meant.old, meant.new)}") / WRITES
    failing = breaks * (1 - saved)
    told = count_tokens("\n".join(meant.old)) + 60
    again = told / READS
    return whole, blocks + failing * (again + blocks) + failing**2 * (again + whole)


def writing(saved: float) -> None:
    """Print what changes cost by the size of the file, and from which size on blocks pay."""
    sys.stdout.write(
        f"\nseconds to write a change of 1 to 20 lines ({saved:.0%} of broken blocks are saved)\n"
    )
    heads = "".join(f"{f'{share:.0%} break':>11}" for share in BREAKS)
    sys.stdout.write(f"{'lines':>7}{'characters':>12}{'whole':>9}{heads}\n")
    for lines in (20, 30, 40, 50, 70, 100, 150, 400, 900, 1500):
        rng = random.Random(lines)
        meant = [change(rng, LANGUAGES[number % 4], lines) for number in range(SEEDS)]
        size = sum(len(found.content) for found in meant) / SEEDS
        costs = [[seconds(found, share, saved) for found in meant] for share in BREAKS]
        whole = sum(cost[0] for cost in costs[0]) / SEEDS
        blocks = "".join(f"{sum(cost[1] for cost in found) / SEEDS:>11.1f}" for found in costs)
        sys.stdout.write(f"{lines:>7}{size:>12,.0f}{whole:>9.1f}{blocks}\n")
    sys.stdout.write(f"blocks are asked for from {LARGE:,} characters on\n")


def runs() -> None:
    """Print ChatDev's chain with whole files and with blocks."""
    for obedient, name in ((False, "whole files"), (True, "blocks")):
        team = BlockTeam(large_project(), obedient=obedient)
        with RecordingServer(team.reply, (MODEL,)) as server, tempfile.TemporaryDirectory() as folder:
            plan = Plan(
                idea=team.project.idea, host=server.address, model=MODEL, num_ctx=32768,
                out=str(Path(folder) / "out"),
            )  # fmt: skip
            outcome = carry_out(plan, Path(folder) / "home").outcome
            if not outcome.passed:
                raise SystemExit(f"{name}: {outcome.summary}")
            told = reckon(server.exchanges, Hardware())
        sys.stdout.write(
            f"{name:<12}{told.written_tokens:>8,} tokens written, {told.writing:6.0f} s writing, "
            f"{told.whole:6.0f} s in all, {len(team.asked)} changes asked for\n"
        )


def main(arguments: Sequence[str]) -> int:
    """Print all of it."""
    saved = reading(int(arguments[0]) if arguments else ROUNDS)
    writing(saved)
    sys.stdout.write("\nChatDev, three files of 400 lines, one modification, one repair\n")
    runs()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
