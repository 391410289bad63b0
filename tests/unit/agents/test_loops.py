"""What comes again and again is counted."""

from __future__ import annotations

from agents.loops import Refusals, Repetitions


def test_the_same_answer_to_the_same_question_counts_in_a_row() -> None:
    seen = Repetitions()
    assert [seen.take("q", answer) for answer in ("a", "a", "b", "a", "a", "a")] == [1, 2, 1, 1, 2, 3]
    assert seen.take("other", "a") == 1
    assert (seen.times("q"), seen.times("other"), seen.times("never")) == (3, 1, 0)


def test_what_passes_makes_no_difference() -> None:
    seen = Repetitions()
    assert seen.take("t", "failed in 0.03s at 0x7f10 in /tmp/a1/x.py") == 1
    assert seen.take("t", "failed in 1.20s at 0x9e22 in /tmp/b7/y.py") == 2
    assert seen.take("t", "failed: 3 != 4") == 1


def test_asked_again_after_the_very_same_it_does_not_count() -> None:
    seen = Repetitions()
    assert [seen.take("t", "failed", after) for after in ("v1", "v1", "v2", "v2", "v3")] == [1, 1, 2, 2, 3]


def test_a_refused_reply_that_comes_again_is_noticed_and_whose_they_were_is_kept() -> None:
    refused = Refusals()
    assert not refused.take("a potato", "one")
    assert refused.take("a potato", "two")
    assert (refused.freely, refused.by) == (True, ("one", "two"))
    assert not refused.take("a tomato", "two")
    assert refused.freely


def test_nothing_at_all_is_never_the_same_reply() -> None:
    refused = Refusals()
    assert not refused.take("", "one")
    assert not refused.take("", "one")
    assert not refused.freely
