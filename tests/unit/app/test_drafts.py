from __future__ import annotations

from app.drafts import Draft, Drafts


def test_a_draft_is_begun_once_and_known_by_its_run_and_path() -> None:
    drafts = Drafts()
    draft = drafts.begin(1, "a.py", "x", "d1")
    draft.text = "y"
    assert drafts.begin(1, "a.py", "other", "d2") is draft
    assert drafts.get(2, "a.py") is None
    drafts.begin(1, "b.py", "x", "d")
    drafts.begin(2, "a.py", "x", "d").text = "z"
    assert drafts.unsaved(1) == {"a.py"}
    assert [(run, one.path) for run, one in drafts.dirty()] == [(1, "a.py"), (2, "a.py")]
    drafts.drop(1, "a.py")
    drafts.drop(1, "a.py")
    assert drafts.unsaved(1) == set()


def test_a_draft_clashes_with_another_content_only_when_something_would_be_lost() -> None:
    draft = Draft("a.py", "x", "d1", "x")
    assert not draft.clashes("d2")
    draft.text = "y"
    assert draft.clashes("d2")
    assert not draft.clashes("d1")
