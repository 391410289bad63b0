"""Documentation of what a program calls, as the project's own interpreter has it."""

from __future__ import annotations

import ast

from agents.agent import Agent
from agents.contracts import Command
from agents.jsontext import read_json
from agents.run import Run
from agents.syntax import module_of

MOST = 12  # names that are looked up
LOOK_UP = """
import importlib, inspect, json, sys
found = {}
for name in sys.argv[1:]:
    module, _, attribute = name.rpartition(".")
    try:
        thing = getattr(importlib.import_module(module), attribute)
        told = (inspect.getdoc(thing) or "").strip().partition("\\n\\n")[0]
        try:
            told = name + str(inspect.signature(thing)) + "\\n" + told
        except (TypeError, ValueError):
            told = name + "\\n" + told
        found[name] = told[:600]
    except Exception:
        pass
print(json.dumps(found))
"""


def called(code: str) -> list[str]:
    """The functions of imported modules that a program uses, by their full names, in order, each once."""
    module = module_of(code)
    if module is None:
        return []
    modules: dict[str, str] = {}
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            modules |= {
                alias.asname or alias.name: alias.name for alias in node.names if "." not in alias.name
            }
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for alias in node.names
                if alias.name != "*"
            }
    used: dict[str, None] = {}
    for node in ast.walk(module):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in modules:
                used[f"{modules[name]}.{attribute}"] = None
            case ast.Name(id=name) if name in names:
                used[names[name]] = None
            case _:
                pass
    return list(used)


async def documentation(run: Run, agent: Agent, code: str) -> str:
    """Signature and first paragraph of each library function that `code` uses; empty when there is none."""
    names = called(code)[:MOST]
    if not names:
        return ""
    command = Command(("python", "-I", "-c", LOOK_UP, *names), title="Look documentation up")
    ran = await run.execute(agent, command)
    try:
        found = read_json(ran.execution.output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return ""
    return "\n\n".join(str(text).strip() for text in found.values()) if isinstance(found, dict) else ""
