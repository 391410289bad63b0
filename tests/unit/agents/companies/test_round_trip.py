"""Import and export: what was not changed comes out byte for byte, what was changed keeps everything else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.companies import Step, files_of, problems, read_company, read_folder, write_folder
from agents.companies.folder import bundled
from agents.companies.model import CHAIN_FILE, FILES, PHASE_FILE, ROLE_FILE
from tests.support.shared import shared_data

THREE = ["Default", "Human", "Incremental"]


@pytest.mark.parametrize("name", THREE)
def test_chatdevs_own_folders_come_out_byte_for_byte(name: str, tmp_path: Path) -> None:
    folder = shared_data("chatdev-companies") / name
    company = read_folder(folder)
    assert problems(company) == []
    write_folder(company, tmp_path / "out")
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == there


def test_missing_files_come_from_the_default_beside(tmp_path: Path) -> None:
    folder = shared_data("chatdev-companies") / "Incremental"
    company = read_folder(folder)
    assert set(company.fallback) == {PHASE_FILE, ROLE_FILE}
    assert company.fallback[ROLE_FILE] == (folder.parent / "Default" / ROLE_FILE).read_bytes()
    alone = tmp_path / "Alone"
    alone.mkdir()
    (alone / CHAIN_FILE).write_bytes((folder / CHAIN_FILE).read_bytes())
    assert read_folder(alone).fallback[ROLE_FILE] == bundled().read[ROLE_FILE]
    assert problems(read_folder(alone)) == []


def test_our_own_company_is_in_order_and_in_our_own_words() -> None:
    assert problems(bundled()) == []
    assert set(files_of(bundled())) == set(FILES)
    theirs = read_folder(shared_data("chatdev-companies") / "Default")
    lines = {line for phase in theirs.phases.values() for line in phase.prompt.splitlines() if len(line) > 40}
    ours = {line for phase in bundled().phases.values() for line in phase.prompt.splitlines()}
    assert not lines & ours


def test_a_change_touches_its_own_file_only_and_keeps_unknown_keys() -> None:
    files = dict(bundled().read)
    top = json.loads(files[CHAIN_FILE])
    top["house_rule"] = {"kept": [1, 2.5, None]}
    top["chain"][0]["note"] = "kept"
    files[CHAIN_FILE] = json.dumps(top, indent=4).encode()
    company = read_company("Changed", files, {})
    first, *others = company.chain
    changed = replace(company, chain=(*others, replace(first, turns=4)))
    out = files_of(changed)
    assert out[PHASE_FILE] == files[PHASE_FILE]
    assert out[ROLE_FILE] == files[ROLE_FILE]
    written = json.loads(out[CHAIN_FILE])
    assert written["house_rule"] == {"kept": [1, 2.5, None]}
    moved = {**top["chain"][0], "max_turn_step": 4}
    assert written["chain"] == [*top["chain"][1:], moved]


def test_a_file_that_is_fallen_back_to_becomes_its_own_when_it_is_changed() -> None:
    read = bundled().read
    company = read_company("Half", {CHAIN_FILE: read[CHAIN_FILE]}, read)
    assert set(files_of(company)) == {CHAIN_FILE}
    role = replace(company.roles["Programmer"], prompt="You write code.\nIt works.")
    out = files_of(replace(company, roles={**company.roles, "Programmer": role}))
    assert set(out) == {CHAIN_FILE, ROLE_FILE}
    assert json.loads(out[ROLE_FILE])["Programmer"] == ["You write code.", "It works."]


def test_what_is_switched_off_and_models_are_kept_apart_from_what_chatdev_reads() -> None:
    company = bundled()
    chain = list(company.chain)
    chain[3], chain[7] = replace(chain[3], on=False), replace(chain[7], on=False)
    roles = {**company.roles, "Programmer": replace(company.roles["Programmer"], model="coder:7b")}
    changed = replace(company, chain=tuple(chain), roles=roles)
    out = files_of(changed)
    written = json.loads(out[CHAIN_FILE])
    assert [step["phase"] for step in written["chain"]] == [step.phase for step in changed.steps]
    assert written["troupe"]["models"] == {"Programmer": "coder:7b"}
    again = read_company("Troupe", out, {})
    assert again == changed
    back = replace(again, chain=company.chain, roles=company.roles)
    assert json.loads(files_of(back)[CHAIN_FILE])["chain"] == json.loads(company.read[CHAIN_FILE])["chain"]


# --- any company ------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="{}"), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
BOOLEANS = st.sampled_from(["True", "False", "true", "FALSE"])
TEMPLATES = st.lists(WORDS | st.sampled_from(["{task}", "{{}}", "{codes} {gui}", "```"]), max_size=4)


@st.composite
def company_files(draw: st.DrawFn) -> dict[str, bytes]:
    roles = draw(st.dictionaries(WORDS, TEMPLATES | WORDS, max_size=4))
    phases = draw(
        st.dictionaries(
            WORDS,
            st.fixed_dictionaries(
                {"assistant_role_name": WORDS, "user_role_name": WORDS, "phase_prompt": TEMPLATES | WORDS},
                optional={"unknown": ANYTHING, "troupe_writes_files": BOOLEANS},
            ),
            max_size=4,
        )
    )
    simple = st.fixed_dictionaries(
        {"phase": WORDS, "phaseType": st.just("SimplePhase")},
        optional={"max_turn_step": st.integers(-2, 9), "need_reflect": BOOLEANS, "unknown": ANYTHING},
    )
    composed = st.fixed_dictionaries(
        {
            "phase": WORDS,
            "phaseType": st.just("ComposedPhase"),
            "cycleNum": st.integers(-1, 9),
            "Composition": st.lists(simple, max_size=2),
        },
        optional={"unknown": ANYTHING},
    )
    top: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {"chain": st.lists(simple | composed, max_size=4)},
            optional={
                "recruitments": st.lists(WORDS, max_size=2),
                "gui_design": BOOLEANS,
                "unknown": ANYTHING,
                "background_prompt": WORDS,
                "troupe": st.fixed_dictionaries(
                    {},
                    optional={
                        "off": st.lists(
                            st.fixed_dictionaries({"at": st.integers(0, 5), "step": simple}), max_size=2
                        )
                    },
                ),
            },
        )
    )
    indent = draw(st.sampled_from([None, 1, 4]))
    return {
        file: json.dumps(value, indent=indent, ensure_ascii=draw(st.booleans())).encode()
        for file, value in zip(FILES, (top, phases, roles), strict=True)
    }


@given(files=company_files())
@settings(max_examples=60, deadline=None)
def test_any_company_that_can_be_read_survives(files: dict[str, bytes]) -> None:
    company = read_company("Any", files, {})
    problems(company)  # finds what it finds
    out = files_of(company)
    again = read_company("Any", out, {})
    assert again == company
    assert out[PHASE_FILE] == files[PHASE_FILE]
    assert out[ROLE_FILE] == files[ROLE_FILE]
    if "troupe" not in json.loads(files[CHAIN_FILE]):
        assert out == files
    one_more = replace(company, chain=(*company.chain, Step("More", 3, reflect=True)))
    assert read_company("Any", files_of(one_more), {}) == one_more


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_what_holds_nothing_comes_out_as_it_came(nothing: object) -> None:
    files = dict(bundled().read)
    chain, phases = json.loads(files[CHAIN_FILE]), json.loads(files[PHASE_FILE])
    if nothing is None:
        chain["background_prompt"] = None
        chain["chain"][0]["max_turn_step"] = None
        next(iter(phases.values()))["troupe_writes_files"] = None
    if nothing != {}:
        chain["recruitments"] = nothing
    chain["troupe"] = {"models": nothing if nothing != [] else {}, "off": nothing if nothing != {} else []}
    for extension in (chain["troupe"], None, {}):
        chain["troupe"] = extension
        files |= {CHAIN_FILE: json.dumps(chain).encode(), PHASE_FILE: json.dumps(phases).encode()}
        assert files_of(read_company("Nothing", files, {})) == files
