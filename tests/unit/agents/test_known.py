"""A prompt in a talk that goes on says what is new, and loses nothing."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from agents.codegraph import CodeGraph
from agents.context import fenced, relevant, show
from agents.known import CHANGED, GONE, KNOWN, KNOWN_CODE, OTHERS_KNOWN, Known
from agents.prompts import Code, Prompt, Prompts

BRIEF = "The customer's task: a ledger for a club.\n\nDecided so far:\n- Product: a program for the terminal"
LONG = "".join(f"line {number} of the program\n" for number in range(60))


def review(files: dict[str, str], brief: str = BRIEF) -> Prompt:
    prompts = Prompts.of("chatdev")
    return prompts.prompt("review", brief=f"{brief}{'.' * 60}", code=show(files, 100_000).code)


def told(*prompts: Prompt) -> Known:
    known = Known()
    for prompt in prompts:
        known.take_in(prompt)
    return known


def test_whoever_knows_nothing_is_told_everything_word_for_word() -> None:
    prompt = review({"main.py": "def main():\n    pass\n\n\n\nmain()\n"})
    assert Known().news(prompt) == prompt.text


def test_what_was_said_is_not_said_again() -> None:
    prompt = review({"main.py": LONG})
    news = told(prompt).news(prompt)
    assert BRIEF not in news
    assert LONG not in news
    assert KNOWN_CODE in news
    assert news.endswith(prompt.said)


def test_of_a_changed_file_only_the_changes_are_said() -> None:
    before = {"a.py": LONG, "b.py": "kept = True\n"}
    news = told(review(before)).news(review(before | {"a.py": LONG.replace("line 30 ", "row 30 ")}))
    assert "-line 30 of the program\n+row 30 of the program" in news
    assert "line 3 of" not in news
    assert "kept" not in news


def test_a_file_that_became_another_one_is_shown_whole() -> None:
    other = "something else\n" * 20
    news = told(review({"a.py": LONG})).news(review({"a.py": other}))
    assert fenced("a.py", other) in news


def test_new_files_are_shown_whole_and_code_keeps_its_blank_lines() -> None:
    new = "import a\n\n\n\ndef b():\n    return a\n"
    news = told(review({"a.py": LONG})).news(review({"a.py": LONG, "b.py": new}))
    assert fenced("b.py", new) in news
    assert LONG not in news


def test_what_was_decided_since_is_said() -> None:
    known = told(review({"a.py": LONG}))
    more = Prompts.of("chatdev").prompt(
        "review", brief=f"{BRIEF}{'.' * 60}\n- Language: Python", code=show({"a.py": LONG}, 100_000).code
    )
    news = known.news(more)
    assert "- Language: Python" in news
    assert "ledger" not in news


def test_a_list_with_a_heading_is_said_to_be_as_before() -> None:
    backlog = "".join(f"{number}. something that the customer needs\n" for number in range(6))
    prompt = Prompts.of("agilecoder").prompt("backlog_review", brief=BRIEF, backlog=backlog)
    news = told(prompt).news(prompt)
    assert f"The product backlog:\n{KNOWN}" in news


def test_what_the_reader_wrote_itself_is_known() -> None:
    known = told(review({"a.py": LONG}))
    mended = LONG.replace("line 30 ", "row 30 ")
    known.wrote({"a.py": mended, "gone.py": None}, "a.py\n<<<<<<< SEARCH", {"a.py": LONG})
    assert "row 30" not in known.news(review({"a.py": mended}))


def test_what_somebody_else_changed_while_the_reader_wrote_is_not_known() -> None:
    theirs = LONG.replace("line 5 ", "their 5 ")
    mended = theirs.replace("line 30 ", "row 30 ")
    shown, unseen = told(review({"a.py": LONG})), told(review({"a.py": LONG}))
    for known in (shown, unseen):
        known.wrote({"a.py": mended}, "a.py\n<<<<<<< SEARCH", {"a.py": theirs})
    assert "+their 5 " in shown.news(review({"a.py": mended}))
    assert f"{CHANGED}a.py" in unseen.news(signatures_only({"a.py": mended, "new.py": "x = 1\n"}))


def test_a_file_that_is_shown_by_its_signatures_is_not_known() -> None:
    files = {f"part_{n}.py": f"def f{n}():\n    return '{'x' * 900}'\n" for n in range(20)}
    files |= {"main.py": "import part_1\n"}
    shown = relevant(CodeGraph(), files, ["main.py"], 100_000)
    assert set(shown.code.files) == set(files) - set(shown.outlined) - set(shown.left_out)


def signatures_only(files: dict[str, str]) -> Prompt:
    """A review of `new.py` in a project that is too large for the other files of it."""
    shown = show(files, len(fenced("new.py", files["new.py"])) + 60, ["new.py"])
    assert set(shown.files) == {"new.py"}
    return Prompts.of("chatdev").prompt("review", brief=BRIEF, code=shown.code)


def test_a_file_that_is_gone_is_said_to_be_gone_once() -> None:
    known = told(review({"a.py": LONG, "old.py": LONG}))
    after = review({"a.py": LONG})
    assert f"{OTHERS_KNOWN}\n\n{GONE}old.py\n" in known.news(after)
    known.take_in(after)
    assert GONE not in known.news(after)
    assert KNOWN_CODE in known.news(after)


def test_a_file_that_others_changed_and_that_is_not_shown_is_no_longer_taken_for_known() -> None:
    known = told(review({"a.py": LONG, "b.py": LONG}))
    now = {"a.py": f"{LONG}more\n", "b.py": LONG, "new.py": "new = 1\n"}
    news = known.news(signatures_only(now))
    assert f"{OTHERS_KNOWN}\n\n{CHANGED}a.py\n" in news
    assert fenced("new.py", "new = 1\n") in news
    known.take_in(signatures_only(now))
    assert fenced("a.py", now["a.py"]) in known.news(review(now))


def test_what_the_reader_believes_to_have_written_and_the_project_does_not_hold_is_said() -> None:
    known = told(review({"a.py": LONG}))
    known.wrote({"test_a.py": "assert True\n"}, "test_a.py\n```\nassert True\n```", {"a.py": LONG})
    assert f"{GONE}test_a.py" in known.news(review({"a.py": LONG}))


def test_a_file_of_which_only_a_block_was_seen_is_not_known() -> None:
    known = told(review({"a.py": LONG}))
    known.wrote(
        {"b.py": LONG}, "b.py\n<<<<<<< SEARCH\nrow 30\n=======\nline 30\n>>>>>>> REPLACE", {"b.py": ""}
    )
    assert fenced("b.py", LONG) in known.news(review({"a.py": LONG, "b.py": LONG}))


def test_a_part_whose_last_line_grew_is_said_again() -> None:
    brief = f"{BRIEF}{'.' * 60}"
    longer = Prompts.of("chatdev").prompt("review", brief=f"{brief} for two", code=show({}, 1000).code)
    assert f"{brief} for two" in told(review({})).news(longer)


def test_files_of_the_same_text_and_name_in_two_folders_are_told_apart() -> None:
    known = told(review({"b/x.py": "", "x.py": LONG}))
    now = f"{LONG}more\n"
    news = known.news(review({"b/x.py": now, "x.py": now}))
    assert fenced("b/x.py", now) in news
    assert "\n\nx.py (only what changed in it)" in news


def test_of_an_amended_prompt_only_what_stands_in_it_is_known() -> None:
    prompt = review({"a.py": LONG})
    assert LONG in prompt.amended("Look at a.py.").text
    torn = Prompt("Something else.", "not in it", prompt.parts, prompt.code).amended("Look.")
    assert told(torn).news(prompt) == prompt.text


TEXTS = st.text(string.ascii_lowercase[:3] + "\n `", max_size=200)
FILES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c/d.py"]), TEXTS, max_size=3)


@given(FILES, FILES)
def test_nothing_new_is_lost(before: dict[str, str], after: dict[str, str]) -> None:
    """Each file of the second prompt is known already, or stands in its news: whole, or by its changes."""
    known = told(review(before))
    news = known.news(review(after))
    for path, text in after.items():
        if before.get(path) != text:
            whole = fenced(path, text) in news
            added = [line for line in text.split("\n") if line not in before.get(path, "").split("\n")]
            assert whole or (path in before and all(f"+{line}" in news for line in added))


def test_code_is_a_text_that_knows_its_files() -> None:
    code = Code("text", {"a": "1"}, {"a": "1"}, {"a": "1"})
    assert code == "text"
    assert f"{code}" == "text"
