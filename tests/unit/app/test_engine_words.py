"""Every role, phase, notice, conclusion and failure that the engine writes has its Chinese form.

The calls that write them are read out of the source: whoever adds a method adds its words to
`resources/translations/told_zh_CN.toml`, and these tests name what lacks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import agents
from agents import errors
from agents.prompts import Prompts
from agents.registry import workflows
from app import i18n
from app.told import retold, titled

ENGINE = Path(agents.__file__).parent
PLACES = {"notice": 0, "phase": 1, "hire": 0, "conclude": 0}
"""The calls that write words into the events, and which of their arguments these are."""
ALONE = {"{} ({})"}
"""What holds a model's own words alone."""
FILLED = "7"
"""What stands for a value: a number fits everywhere, and is no known title."""


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    i18n.use("zh_CN")
    yield
    i18n.use("en")


def forms(node: ast.expr, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression can come to, `{}` for what only a run knows; none where all of it is."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield from forms(constants[name], constants)
        case ast.IfExp(body=one, orelse=other):
            yield from forms(one, constants)
            yield from forms(other, constants)
        case ast.BoolOp(values=values):
            for value in values:
                yield from forms(value, constants)
        case ast.JoinedStr(values=pieces):
            found = [""]
            for piece in pieces:
                inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
                found = [text + more for text in found for more in list(forms(inner, constants)) or ["{}"]]
            yield from found
        case _:
            return


def constants_of(tree: ast.Module) -> dict[str, ast.expr]:
    """What a module's names are bound to, once and for all."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    return {name.id: node.value for node in assigned for name in node.targets if isinstance(name, ast.Name)}


def usual_titles() -> Iterator[tuple[str, str]]:
    """The titles of programs and the messages of versions that functions have by default, with where."""
    for file in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            placed = [*node.args.posonlyargs, *node.args.args]
            names = [*placed[len(placed) - len(node.args.defaults) :], *node.args.kwonlyargs]
            for name, value in zip(names, [*node.args.defaults, *node.args.kw_defaults], strict=True):
                if name.arg in ("title", "message") and value is not None:
                    yield from (
                        (text, f"{file.relative_to(ENGINE)}:{node.lineno}") for text in forms(value, {})
                    )


def written() -> Iterator[tuple[str, str]]:
    """Each text that the engine writes, with where."""
    for file in sorted(ENGINE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = constants_of(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = PLACES.get(node.func.attr, len(node.args))
            for text in forms(node.args[place], constants) if place < len(node.args) else ():
                yield text, f"{file.relative_to(ENGINE)}:{node.lineno}"


def failures() -> Iterator[tuple[str, str]]:
    """The message and the hint of each failure that a user is told of, with where; not of the commands."""
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.UserFacingError)
    }
    for file in sorted(set(ENGINE.rglob("*.py")) - set((ENGINE / "cli").rglob("*.py"))):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = constants_of(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in kinds - {"CompanyRefused"}:  # made of pieces that the editor puts together
                for argument in node.args[:2]:
                    for text in forms(argument, constants):
                        yield text, f"{file.relative_to(ENGINE)}:{node.lineno}"


def known(text: str) -> bool:
    filled = text.replace("{}", FILLED)
    return titled(filled) != filled or retold(filled) != filled


def test_the_engine_writes_nothing_that_is_not_known_in_chinese() -> None:
    found = dict([*written(), *usual_titles()])
    assert len(found) > 80
    says = {text: where for text, where in found.items() if text not in ALONE and any(map(str.isalpha, text))}
    missing = {text: where for text, where in says.items() if not known(text) and not text.endswith(".md")}
    assert not missing, f"add to resources/translations/told_zh_CN.toml: {missing}"


def test_every_failure_and_what_to_do_about_it_is_known_in_chinese() -> None:
    found = {text: where for text, where in failures() if any(map(str.isalpha, text))}
    assert len(found) > 200
    missing = {text: where for text, where in found.items() if not known(text)}
    assert not missing, f"add to resources/translations/told_zh_CN.toml: {missing}"


@pytest.mark.parametrize("name", workflows())
def test_every_role_of_a_method_has_its_chinese_title(name: str) -> None:
    method = workflows()[name]
    missing = [role for role in Prompts.of(method.prompts or name).roles if titled(role) == role]
    assert not missing, f"add to resources/translations/told_zh_CN.toml: {missing}"
