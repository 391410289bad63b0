from __future__ import annotations

from app.recall import MOST, Recall


def test_back_and_forth_ends_with_what_was_being_written() -> None:
    recall = Recall()
    recall.add("one")
    recall.add("two")
    assert recall.earlier("thr") == "two"
    assert recall.earlier("two") == "one"
    assert recall.earlier("one") is None
    assert recall.later() == "two"
    assert recall.later() == "thr"
    assert recall.later() is None


def test_the_same_text_is_kept_once_as_the_latest() -> None:
    recall = Recall()
    for text in ("one", "two", "one"):
        recall.add(text)
    assert [recall.earlier(""), recall.earlier(""), recall.earlier("")] == ["one", "two", None]


def test_only_so_many_are_kept() -> None:
    recall = Recall()
    for number in range(MOST + 10):
        recall.add(str(number))
    found = [recall.earlier("") for _ in range(MOST + 10)]
    assert found[MOST - 1] == "10"
    assert found[MOST] is None
