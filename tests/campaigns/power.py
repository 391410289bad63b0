"""Cut the power: `python -m tests.campaigns.power [--times 1000] [--steps 300] [--seed 0]`.

Prints how many images of a disk after a cut (see `tests.support.power`) were examined, and what was wrong
with any. The exit code is 1 when anything that was acknowledged was not there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.power import cut, stills


def main() -> int:
    """Carry it out and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1000, help="cuts")
    parser.add_argument("--steps", type=int, default=300, help="recorded steps")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        taken = stills(folder, chosen.steps, chosen.seed)
        found = cut(taken, folder / "image", chosen.times, chosen.seed)
    mark = "MISS" if found.wrong else "ok  "
    told = f"{found.images} cuts, {found.torn} with torn writes, in {time.monotonic() - begun:.0f} s"
    print(f"{mark} power cut within {chosen.steps} commits and their checkpoints: {told}")  # noqa: T201
    for problem, times in Counter(found.wrong).items():
        print(f"     {times} x {problem}")  # noqa: T201
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
