"""How a role is asked to write the change of files that exist: small ones whole, others in blocks [ours].

What a model writes is what takes the time: a block costs the lines that it searches and those that take their
place, a whole file its length. But a block can break, and then it is written again, or the file after all.
"""

from __future__ import annotations

from agents.agent import Agent
from agents.prompts import Code
from agents.run import Run

LARGE = 4_000
"""Characters from which on a file is changed by blocks: about 150 lines.

Blocks take fewer seconds than whole files of any size, but from here on they save 20 of 26 s also where 60 %
are broken (`python -m tests.benchmarks.bench_writing`); below, a whole file is the safer way.
"""


def how_to_write(run: Run, writer: Agent | None, code: str) -> str:
    """The end of a prompt that shows the project as `code` and asks `writer` to change it.

    Without a `writer` new files are asked for. Blocks are spoken of only where a large file stands there
    whole, and its writer's blocks have not failed.
    """
    shown = code.files if isinstance(code, Code) else {}
    large = [path for path, text in shown.items() if len(text) >= LARGE]
    if writer is None or writer.gives_whole_files or not large:
        return run.prompts("files")
    return run.prompts("changes", large=", ".join(large))
