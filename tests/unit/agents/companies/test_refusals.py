"""Each way in which a company can be wrong, with the sentence that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.companies import checked, problems, read_company, read_folder
from agents.companies.folder import bundled
from agents.companies.jsonfile import LARGEST
from agents.companies.model import CHAIN_FILE, FILES, PHASE_FILE, ROLE_FILE
from agents.errors import CompanyRefused, UsageError

Change = Callable[[dict[str, Any]], object]


def put(*path: str | int, value: object) -> Change:
    """Sets the value at a path."""

    def change(top: Any) -> None:
        for key in path[:-1]:
            top = top[key]
        top[path[-1]] = value

    return change


def refusal(file: str, change: Change | bytes) -> CompanyRefused:
    files = dict(bundled().read)
    if isinstance(change, bytes):
        files[file] = change
    else:
        top = json.loads(files[file])
        change(top)
        files[file] = json.dumps(top).encode()
    with pytest.raises(CompanyRefused) as caught:
        checked(read_company("Wrong", files, {}))
    return caught.value


WRONG: list[tuple[str, Change | bytes, str]] = [
    (CHAIN_FILE, b'{"chain": [,]}', "line 1, column 12 is no valid JSON: "),
    (CHAIN_FILE, b"[]", "must hold an object in braces, and it holds []."),
    (CHAIN_FILE, b"\xff{}", "byte 1 is no UTF-8."),
    (CHAIN_FILE, b" " * (LARGEST + 1), "has more than 1,024 KiB"),
    (CHAIN_FILE, b"[" * 100_000, "is nested too deeply."),
    (CHAIN_FILE, b'{"chain": NaN}', "NaN is no number."),
    (CHAIN_FILE, b'{"a": 1, "a": 2}', "“a” is there twice in one object."),
    (CHAIN_FILE, b'{"a": "\\ud800"}', "holds half of a character"),
    (CHAIN_FILE, b'{"a": 1}', "chain must be a list, and it is missing."),
    (CHAIN_FILE, put("chain", value=[]), "chain has no phase that takes place."),
    (CHAIN_FILE, put("chain", 0, value="Coding"), 'chain[0] must be an object in braces, and it is'),
    (CHAIN_FILE, put("chain", 0, "phase", value=7), "chain[0].phase must be a text, and it is 7."),
    (CHAIN_FILE, put("chain", 2, "phaseType", value="Simple"), "chain[2].phaseType must be SimplePhase or"),
    (CHAIN_FILE, put("chain", 2, "phase", value="Cooking"), "chain[2].phase names “Cooking”, which PhaseC"),
    (CHAIN_FILE, put("chain", 0, "need_reflect", value=True), "chain[0].need_reflect must be the text "),
    (CHAIN_FILE, put("chain", 0, "need_reflect", value="yes"), '"True" or "False", and it is "yes".'),
    (CHAIN_FILE, put("gui_design", value=False), 'gui_design must be the text "True" or "False", and it'),
    (CHAIN_FILE, put("chain", 0, "max_turn_step", value="3"), "chain[0].max_turn_step must be a whole"),
    (CHAIN_FILE, put("chain", 0, "max_turn_step", value=999), "must be at most 100, and it is 999."),
    (CHAIN_FILE, put("chain", 3, "cycleNum", value=0), "chain[3].cycleNum must be a whole number from 1 to"),
    (CHAIN_FILE, put("chain", 3, "cycleNum", value=2.5), "chain[3].cycleNum must be a whole number, and it"),
    (CHAIN_FILE, lambda top: top["chain"][3].pop("cycleNum"), "chain[3].cycleNum is missing"),
    (CHAIN_FILE, lambda top: top["chain"][3].pop("Composition"), "chain[3].Composition must be a list"),
    (CHAIN_FILE, put("chain", 3, "Composition", value=[]), "Composition of “CodeCompleteAll” has no phase"),
    (CHAIN_FILE, put("chain", 4, "Composition", 1, "phase", value="X"), "chain[4].Composition[1].phase name"),
    (CHAIN_FILE, put("chain", 4, "Composition", 1, "phaseType", value="ComposedPhase"), "simple ones only."),
    (CHAIN_FILE, put("recruitments", value=["Programmer"]), "whom the recruitments of ChatChainConfig.json"),
    (CHAIN_FILE, put("background_prompt", value=[1]), "background_prompt must be a text, and it is [1]."),
    (CHAIN_FILE, put("troupe", value={"models": {"Programmer": 1}}), "troupe.models.Programmer must be a"),
    (PHASE_FILE, put("Coding", "phase_prompt", value=["{tsk}"]), "Coding.phase_prompt has a field {tsk} t"),
    (PHASE_FILE, put("Coding", "phase_prompt", value=["{task.x}"]), "has a field {task.x} that no phase"),
    (PHASE_FILE, put("Coding", "phase_prompt", value=["{task!r:>9}"]), "has a field {task!r:>9} that no"),
    (PHASE_FILE, put("Coding", "phase_prompt", value=["{}"]), "has a field {} that no phase fills in."),
    (PHASE_FILE, put("Coding", "phase_prompt", value=["a } b"]), "has a brace that stands alone"),
    (PHASE_FILE, put("Coding", "phase_prompt", value=[]), "Coding.phase_prompt says nothing."),
    (PHASE_FILE, put("Coding", "phase_prompt", value=[1]), "Coding.phase_prompt[0] must be a text, and"),
    (PHASE_FILE, lambda top: top["Coding"].pop("phase_prompt"), "Coding.phase_prompt must be a list, and it"),
    (PHASE_FILE, put("Coding", "assistant_role_name", value="Cook"), "Coding.assistant_role_name names “"),
    (PHASE_FILE, put("Coding", "user_role_name", value="Programmer"), "must be another role than the assist"),
    (ROLE_FILE, put("Programmer", value=[]), "Programmer has no prompt."),
    (ROLE_FILE, put("Programmer", value=["You like {food}."]), "Programmer has a field {food} that no phase"),
    (ROLE_FILE, put("Programmer", value={}), "Programmer must be a list, and it is {}."),
    (ROLE_FILE, lambda top: top.pop("Programmer"), "which RoleConfig.json does not have."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "told"), WRONG, ids=[told[:40] for _, _, told in WRONG])
def test_what_is_wrong_is_said_with_file_key_and_reason(file: str, change: Change | bytes, told: str) -> None:
    error = refusal(file, change)
    assert told in error.message
    assert error.message.startswith(error.file)
    assert error.file in FILES
    assert error.message.endswith(".")
    assert error.exit_code == 2


def test_all_problems_are_found_at_once_each_at_its_place() -> None:
    files = dict(bundled().read)
    top = json.loads(files[CHAIN_FILE])
    top["chain"][3]["cycleNum"] = 0
    phases = json.loads(files[PHASE_FILE])
    phases["Manual"]["phase_prompt"] = ["{nobody}"]
    files |= {CHAIN_FILE: json.dumps(top).encode(), PHASE_FILE: json.dumps(phases).encode()}
    found = problems(read_company("Wrong", files, {}))
    assert [(problem.kind, problem.name) for problem in found] == [("step", "3"), ("phase", "Manual")]


def test_a_bom_is_no_fault_and_stays() -> None:
    files = {file: b"\xef\xbb\xbf" + data for file, data in bundled().read.items()}
    from agents.companies import files_of

    assert files_of(checked(read_company("Marked", files, {}))) == files


def test_no_folder_and_no_company_in_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="it has none of ChatChainConfig"):
        read_folder(tmp_path)
