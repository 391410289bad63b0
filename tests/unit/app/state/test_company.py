from __future__ import annotations

from dataclasses import replace

from agents.companies import Phase, Step
from agents.companies.editing import with_phase, with_step, without
from agents.companies.folder import bundled
from app.state.company import CompanyDraft, drop_target


def test_changes_are_undone_and_taken_again() -> None:
    draft = CompanyDraft(bundled())
    draft.change(without(draft.company, (0,)))
    draft.change(without(draft.company, (0,)))
    assert draft.changed
    draft.undo()
    draft.undo()
    assert draft.company == bundled()
    assert not draft.changed
    assert not draft.can_undo
    draft.redo()
    assert len(draft.company.chain) == 7
    draft.change(without(draft.company, (0,)))
    assert not draft.can_redo


def test_what_is_typed_is_one_change() -> None:
    draft = CompanyDraft(bundled())
    for text in ("A", "Ab", "Abc"):
        draft.change(replace(draft.company, background=text), "background")
    draft.undo()
    assert draft.company == bundled()


def test_rows_say_who_talks_and_what_is_wrong_where() -> None:
    draft = CompanyDraft(bundled())
    rows = draft.rows()
    assert [(row.place, row.name) for row in rows[3:6]] == [
        ((3,), "CodeCompleteAll"),
        ((3, 0), "CodeComplete"),
        ((4,), "CodeReview"),
    ]
    assert rows[0].talk == ("Chief Executive Officer", "Chief Product Officer")
    assert (rows[0].turns, rows[3].cycles) == (10, 10)
    wrong = with_step(draft.company, (3,), replace(draft.company.chain[3], cycles=0))
    wrong = with_step(wrong, (4, 1), Step("Nothing"))
    wrong = with_phase(wrong, Phase("Manual", "Programmer", "Counselor", "{nobody}"))
    draft.change(wrong)
    told = {row.name: row.problem for row in draft.rows() if row.problem}
    assert list(told) == ["CodeCompleteAll", "Nothing", "Manual"]
    assert "cycleNum" in told["CodeCompleteAll"]
    assert "{nobody}" in told["Manual"]
    draft.change(with_step(wrong, (3,), replace(wrong.chain[3], on=False)))
    assert "CodeCompleteAll" not in {row.name for row in draft.rows() if row.problem}


def test_where_a_dragged_step_goes() -> None:
    rows = CompanyDraft(bundled()).rows()
    place = {row.name: number for number, row in enumerate(rows)}
    assert drop_target(rows, (0,), place["Coding"], below=False) == 1
    assert drop_target(rows, (0,), place["Coding"], below=True) == 2
    assert drop_target(rows, (7,), place["Coding"], below=False) == 2
    assert drop_target(rows, (0,), place["CodeReviewComment"], below=False) == 4, "behind the whole review"
    assert drop_target(rows, (0,), -1, below=False) == 7
    assert drop_target(rows, (4, 0), place["CodeReviewModification"], below=True) == 1
    assert drop_target(rows, (4, 1), place["CodeReview"], below=True) == 0
    assert drop_target(rows, (4, 0), place["Coding"], below=True) is None
