"""What a folder structure says of who can write its files at the same time."""

from __future__ import annotations

from agents.development.sprints import FolderStructure, LinkedStructure
from agents.development.structure import Structure
from agents.events import BacklogItem

BACKLOG = (BacklogItem(item="1", title="Read"), BacklogItem(item="2", title="Report"))


def linked(**files: tuple[list[str], list[str]]) -> Structure:
    """A structure of modules, each with what it uses and which items need it."""
    named = [
        {
            "path": f"{name}.py",
            "purpose": "a part",
            "uses": [f"{used}.py" for used in uses],
            "items": items,
        }
        for name, (uses, items) in files.items()
    ]
    return Structure.of(LinkedStructure.model_validate({"files": named}), BACKLOG)


SIX = linked(
    base=([], []),
    read=(["base"], ["1"]),
    scan=(["base"], ["1. Read"]),
    words=(["base"], ["#1"]),
    numbers=(["base"], ["Read"]),
    tables=(["base"], ["2"]),
    charts=(["base"], ["2"]),
    main=(["read", "scan", "words", "numbers", "tables", "charts"], []),
)


def test_a_sprint_writes_what_its_items_need_and_what_that_uses() -> None:
    assert SIX.parting({"2"}, {}, 2) is None  # two files are no more than one can write
    reading = SIX.parting({"1"}, {}, 2)
    assert reading is not None
    assert sorted(path for part in reading.parts for path in part) == [
        *("numbers.py", "read.py", "scan.py", "words.py"),
    ]
    whole = SIX.parting({"1", "2"}, {}, 2)
    assert whole is not None
    assert (whole.first, whole.last) == (("base.py",), ("main.py",))
    assert sorted(path for part in whole.parts for path in part) == [
        *("charts.py", "numbers.py", "read.py", "scan.py", "tables.py", "words.py"),
    ]


def test_what_is_there_already_is_changed_after_what_it_uses() -> None:
    later = linked(
        a=([], ["2"]), b=([], ["2"]), c=([], ["2"]), d=([], ["2"]), old=([], ["1"]),
        main=(["a", "b", "c", "d", "old"], ["1"]),
    )  # fmt: skip
    parting = later.parting({"2"}, {"main.py", "old.py"}, 2)
    assert parting is not None
    assert parting.parts == (("a.py", "c.py"), ("b.py", "d.py"))
    assert parting.last == ("main.py",)


def test_nothing_is_parted_without_edges_known_or_where_paths_clash() -> None:
    plain = FolderStructure.model_validate({"files": [{"path": "a.py", "purpose": "x"}] * 6})
    assert Structure.of(plain, BACKLOG).parting({"1"}, {}, 4) is None
    alone: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in ("a", "b", "c", "d")}
    assert linked(**alone).parting({"1"}, {}, 2) is not None
    assert linked(**alone).parting({"1"}, {"A.py": ""}, 2) is None
    assert linked(**alone).parting({"1"}, {}, 1) is None


def test_an_old_reply_without_edges_is_still_one() -> None:
    old = LinkedStructure.model_validate({"files": [{"path": " src/ ", "purpose": "x"}]})
    assert Structure.of(old, BACKLOG).parting({"1"}, {}, 4) is None
    assert LinkedStructure.schema_of()["title"] == "FolderStructure"
