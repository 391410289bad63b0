from __future__ import annotations

from app.views.transcript_empty import empty_words


def test_each_reason_for_emptiness_has_its_own_words() -> None:
    titles = [empty_words(begun, everything)[0] for begun, everything in ((True, True), (True, False))]
    assert titles == ["The team is getting together", "Nothing here yet"]


def test_before_a_run_the_filter_does_not_matter() -> None:
    assert empty_words(False, False) == empty_words(False, True)
