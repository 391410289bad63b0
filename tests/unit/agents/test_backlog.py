"""The backlog and the user's edits of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.backlog import edit_from, edited_backlog, named_items, numbered, planned, reviewed, told
from agents.events import BacklogChange, BacklogEdited, BacklogItem
from agents.store.codec import decode, encode

ITEMS = numbered([("Draw the board", ["It has 15 lines"]), ("Tell who wins", []), ("Take a move back", [])])


def edit(change: BacklogChange, item: BacklogItem, before: str = "", key: str = "e1") -> BacklogEdited:
    return BacklogEdited(edit=key, change=change, item=item, before=before)


def titles(items: tuple[BacklogItem, ...]) -> list[str]:
    return [item.title for item in items]


def test_items_are_numbered_and_those_that_were_there_stay_themselves() -> None:
    again = numbered([("Tell who  wins", ["Five in a row"]), ("Save a game", []), (" ", [])], ITEMS)
    assert [(item.item, item.title) for item in again] == [("2", "Tell who wins"), ("4", "Save a game")]
    assert again[0].criteria == ("Five in a row",)


def test_an_edit_adds_changes_removes_moves_and_reopens() -> None:
    new = BacklogItem(item="u1", title="Offer a draw")
    assert titles(edited_backlog(ITEMS, [edit("put", new)]))[-1] == "Offer a draw"
    changed = BacklogItem(item="2", title="Say who has won", criteria=("At once",))
    assert edited_backlog(ITEMS, [edit("put", changed)])[1] == changed
    assert titles(edited_backlog(ITEMS, [edit("remove", ITEMS[0])])) == ["Tell who wins", "Take a move back"]
    assert titles(edited_backlog(ITEMS, [edit("move", ITEMS[2], "1")]))[0] == "Take a move back"
    assert titles(edited_backlog(ITEMS, [edit("move", ITEMS[0])]))[-1] == "Draw the board"
    done = reviewed(planned(ITEMS, ["1"], 1), ["1"])
    assert edited_backlog(done, [edit("reopen", done[0])])[0].state == "backlog"


def test_an_edit_keeps_what_the_team_did_meanwhile() -> None:
    working = planned(ITEMS, ["2"], 3)
    changed = edited_backlog(working, [edit("put", BacklogItem(item="2", title="Say who has won"))])
    assert (changed[1].state, changed[1].sprint) == ("sprint", 3)


def test_a_sprint_ends_with_items_done_and_others_waiting() -> None:
    working = planned(ITEMS, ["1", "2"], 1)
    assert [item.state for item in working] == ["sprint", "sprint", "backlog"]
    after = reviewed(working, ["2"])
    assert [item.state for item in after] == ["backlog", "done", "backlog"]
    assert [item.state for item in planned(after, ["3"], 2)] == ["backlog", "done", "sprint"]


def test_items_are_found_by_number_and_by_title_as_models_write_them() -> None:
    assert named_items(ITEMS, ["#2", "1. Draw the board", "take a move back", "9", "", "2"]) == (
        "2",
        "1",
        "3",
    )
    assert named_items(ITEMS, ["Item: Tell who wins"]) == ("2",)


def test_the_prompt_tells_numbers_criteria_and_what_is_done() -> None:
    assert told(reviewed(planned(ITEMS, ["2"], 1), ["2"])) == (
        "1. Draw the board\n   - It has 15 lines\n2. Tell who wins (done)\n3. Take a move back"
    )
    assert told(()) == "(empty)"


ITEM = st.builds(BacklogItem, item=st.sampled_from("123u"), title=st.text(min_size=1, max_size=8))
EDIT = st.builds(
    edit, st.sampled_from(["put", "remove", "move", "reopen"]), ITEM, st.sampled_from(["", "1", "2", "x"])
)


@given(st.lists(EDIT, max_size=12))
def test_whatever_is_edited_no_item_is_there_twice_and_an_edit_survives_its_storing(
    edits: list[BacklogEdited],
) -> None:
    after = edited_backlog(ITEMS, edits)
    assert len({item.item for item in after}) == len(after)
    for change in edits:
        assert decode(encode(change)) == change
        stored = {
            "edit": change.edit,
            "change": change.change,
            "before": change.before,
            "kind": "backlog_edited",
            "item": {
                "item": change.item.item,
                "title": change.item.title,
                "criteria": list(change.item.criteria),
            },
        }
        assert edit_from(stored) == change
