"""The scripted server's command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.support.ollama.scripted import ChatCall, ReplyScript, Scripted

_CONDITIONS = {"role", "title", "contains"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the command was told."""

    script: ReplyScript | str
    port: int
    models: tuple[str, ...]


def read_arguments(arguments: Sequence[str] | None, description: str | None) -> Chosen:
    """The command's arguments, of this process unless given."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.ollama_server", description=description)
    parser.add_argument("--script", default="", help="package.module:function, or a JSON file")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--model", action="append", help="a model's name; may be given several times")
    found = parser.parse_args(arguments)
    script = load_script(found.script) if found.script else "OK."
    return Chosen(script, found.port, tuple(found.model or ["scripted:7b"]))


def load_script(written: str) -> ReplyScript:
    """The script from `package.module:function` or a JSON file.

    The file is a list of objects with the fields of `Scripted` and, to say when they apply, `role`, `title`
    and `contains` (a text in the prompt). The first that applies is the reply.
    """
    if not written.endswith(".json"):
        module, _, name = written.partition(":")
        script: ReplyScript = getattr(import_module(module), name)
        return script
    rules = json.loads(Path(written).read_text(encoding="utf-8"))

    def reply(call: ChatCall) -> Scripted:
        for rule in rules:
            fits = rule.get("role", call.role) == call.role and rule.get("title", call.title) == call.title
            if fits and rule.get("contains", "") in call.prompt:
                return Scripted(**{name: value for name, value in rule.items() if name not in _CONDITIONS})
        raise LookupError(f"the script has no reply for role {call.role!r}, title {call.title!r}")

    return reply
