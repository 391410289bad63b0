"""Changes of real-looking files as SEARCH/REPLACE blocks, in the forms that weak models break, by a seed."""

from __future__ import annotations

import html
import random
import textwrap
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher

from agents.context import fenced
from agents.replies.fitting import blank_borders
from tests.support.changed_files import LANGUAGES, Change, change, times_in


def block(old: Sequence[str], new: Sequence[str]) -> str:
    """The block as it should be."""
    return "\n".join(["<<<<<<< SEARCH", *old, "=======", *new, ">>>>>>> REPLACE", ""])


def _said(change: Change, old: Sequence[str], new: Sequence[str], path: str | None = None) -> str:
    name = change.path if path is None else path
    return f"I change this:\n\n{name}\n{block(old, new)}\nThat is all.\n"


def _both(change: Change, altered: Callable[[Sequence[str]], list[str]], path: str | None = None) -> str:
    return _said(change, altered(change.old), altered(change.new), path)


def _exact(change: Change, rng: random.Random) -> str:
    return _said(change, change.old, change.new)


def _in_a_fence(change: Change, rng: random.Random) -> str:
    return f"{change.path}\n````\n{block(change.old, change.new)}````\n"


def _name_in_the_fence(change: Change, rng: random.Random) -> str:
    return f"Here:\n```` {change.path}\n{block(change.old, change.new)}````\n"


def _trailing_dropped(change: Change, rng: random.Random) -> str:
    return _both(change, lambda lines: [line.rstrip() for line in lines])


def _trailing_added(change: Change, rng: random.Random) -> str:
    extra = {line: " " * rng.randrange(3) for line in change.old}
    return _both(change, lambda lines: [line + extra.get(line, "") for line in lines])


def _dedented(change: Change, rng: random.Random) -> str:
    whole = [*change.old, *change.new]
    leads = [len(line) - len(line.lstrip()) for line in whole if line.strip()]
    cut = min(leads)
    return _both(change, lambda lines: [line[cut:] if line.strip() else line for line in lines])


def _indented(change: Change, rng: random.Random) -> str:
    more = " " * rng.choice([2, 4, 8])
    return _both(change, lambda lines: [more + line if line.strip() else line for line in lines])


def _only_old_dedented(change: Change, rng: random.Random) -> str:
    return _said(change, textwrap.dedent("\n".join(change.old)).split("\n"), change.new)


def _numbered(change: Change, rng: random.Random) -> str:
    mark = rng.choice([": ", "| ", " | ", "\t"])
    numbers = {line: f"{change.at + number + 1}{mark}" for number, line in enumerate(change.old)}
    old = [f"{change.at + number + 1}{mark}{line}" for number, line in enumerate(change.old)]
    if rng.random() < 0.5:
        new = [f"{change.at + number + 1}{mark}{line}" for number, line in enumerate(change.new)]
    else:
        new = [f"{numbers[line]}{line}" if line in numbers else line for line in change.new]
    return _said(change, old, new)


def _blank_borders(change: Change, rng: random.Random) -> str:
    before, after = [""] * rng.randrange(3), [""] * rng.randrange(1, 3)
    return _both(change, lambda lines: [*before, *lines, *after])


def _blank_in_old_only(change: Change, rng: random.Random) -> str:
    """More of them than the file has anywhere: else the block would say that they are to be removed."""
    trimmed = [line for line in change.old if line.strip()]
    if trimmed[0] != change.old[0] or trimmed[-1] != change.old[-1]:
        return _exact(change, rng)
    return _said(change, ["", "", "", *change.old, "", "", ""], change.new)


def _inner_blanks_lost(change: Change, rng: random.Random) -> str:
    def without(lines: Sequence[str]) -> list[str]:
        before, after = blank_borders(lines)
        return [
            line for at, line in enumerate(lines) if line.strip() or at < before or at >= len(lines) - after
        ]

    if times_in(change.content.split("\n"), without(change.old)):
        return _exact(change, rng)  # else it would be another block that fits
    return _both(change, without)


def _elided_search(change: Change, rng: random.Random) -> str:
    if len(change.old) < 3:
        return _said(change, [change.old[0], "..."], change.new)
    return _said(change, [change.old[0], rng.choice(["...", "    # ..."]), change.old[-1]], change.new)


def _elided_replacement(change: Change, rng: random.Random) -> str:
    dots = rng.choice(
        ["    # ... existing code ...", "    ...", "// ... rest of the code unchanged", "# ..."]
    )
    return _said(change, change.old, [*change.new[:1], dots])


def _fence_each(change: Change, rng: random.Random) -> str:
    marks = [
        "<<<<<<< SEARCH",
        "```",
        *change.old,
        "```",
        "=======",
        "```",
        *change.new,
        "```",
        ">>>>>>> REPLACE",
    ]
    return f"{change.path}\n" + "\n".join(marks) + "\n"


def _fence_inside(change: Change, rng: random.Random) -> str:
    marks = ["<<<<<<< SEARCH", "```python", *change.old, "=======", *change.new, "```", ">>>>>>> REPLACE"]
    return f"{change.path}\n" + "\n".join(marks) + "\n"


def _fence_ends_early(change: Change, rng: random.Random) -> str:
    marks = ["```", "<<<<<<< SEARCH", *change.old, "=======", *change.new, "```", ">>>>>>> REPLACE"]
    return f"{change.path}\n" + "\n".join(marks) + "\n\nThat is all.\n"


def _short_fence(change: Change, rng: random.Random) -> str:
    """A fence of three around lines that may hold fences themselves."""
    return f"**{change.path}**\n\n```\n{block(change.old, change.new)}```\n\nDone.\n"


def _path_inside(change: Change, rng: random.Random) -> str:
    return f"````\n{change.path}\n{block(change.old, change.new)}````\n"


def _no_path(change: Change, rng: random.Random) -> str:
    return f"Replace this:\n\n{block(change.old, change.new)}"


def _base_name_only(change: Change, rng: random.Random) -> str:
    return _said(change, change.old, change.new, change.path.rpartition("/")[2])


def _path_behind_search(change: Change, rng: random.Random) -> str:
    return block(change.old, change.new).replace("SEARCH", f"SEARCH {change.path}", 1)


def _no_end(change: Change, rng: random.Random) -> str:
    return f"{change.path}\n{block(change.old, change.new)}".removesuffix("\n>>>>>>> REPLACE\n")


def _no_end_in_a_fence(change: Change, rng: random.Random) -> str:
    return (
        f"{change.path}\n````\n{block(change.old, change.new)}".removesuffix(">>>>>>> REPLACE\n") + "````\n"
    )


def _escaped(change: Change, rng: random.Random) -> str:
    return f"{change.path}\n{html.escape(block(change.old, change.new), quote=rng.random() < 0.5)}"


def _content_escaped(change: Change, rng: random.Random) -> str:
    return _both(change, lambda lines: [html.escape(line, quote=False) for line in lines])


def _two_places(change: Change, rng: random.Random) -> str:
    texts = change.content.split("\n")
    twice = [line for line in texts if line.strip() and texts.count(line) > 1]
    return _said(change, [rng.choice(twice)], ["changed()"]) if twice else _no_divider(change, rng)


def _invented(change: Change, rng: random.Random) -> str:
    """One line is not as it is in the file; not a fence's, which may be taken for the block's own."""
    old = list(change.old)
    said = [number for number, line in enumerate(old) if line.strip()]
    at = rng.choice([number for number in said if not old[number].startswith("```")] or said)
    old[at] = old[at].replace("e", "3", 1) if "e" in old[at] else f"{old[at]} x"
    return _said(change, old, change.new)


def _tabs(change: Change, rng: random.Random) -> str:
    return _both(change, lambda lines: [line.replace("    ", "\t") for line in lines])


def _other_marks(change: Change, rng: random.Random) -> str:
    text = block(change.old, change.new)
    text = text.replace("<<<<<<< SEARCH", rng.choice(["<<<<<<<< Search", "<<<<<<< ORIGINAL", "<<<<<<< HEAD"]))
    return f"{change.path}\n" + text.replace(
        ">>>>>>> REPLACE", rng.choice([">>>>>>> UPDATED", ">>>>>>>", ">>>>>>> new"])
    )


def _no_divider(change: Change, rng: random.Random) -> str:
    return _said(change, change.old, change.new).replace("=======\n", "", 1)


def _no_end_before_the_next(change: Change, rng: random.Random) -> str:
    first = _said(change, change.old, change.new).replace(">>>>>>> REPLACE\n", "", 1)
    return f"{first}\nutil.py\n{block(['no such line'], ['x'])}"


def _signed(change: Change) -> str:
    """The lines of a diff's hunk."""
    signs = {"equal": " ", "delete": "-", "insert": "+"}
    lines = []
    for kind, *at in SequenceMatcher(None, change.old, change.new, autojunk=False).get_opcodes():
        if kind in ("equal", "delete", "replace"):
            lines += [f"{signs.get(kind, '-')}{line}" for line in change.old[at[0] : at[1]]]
        if kind in ("insert", "replace"):
            lines += [f"+{line}" for line in change.new[at[2] : at[3]]]
    return "".join(f"{line}\n" for line in lines)


def _diff(change: Change, rng: random.Random) -> str:
    head = f"--- a/{change.path}\n+++ b/{change.path}\n@@ -{rng.randrange(99)},9 +1,9 @@\n"
    return f"````diff\n{head}{_signed(change)}````\n"


def _diff_in_a_short_fence(change: Change, rng: random.Random) -> str:
    """A fence of three around lines that may be fences themselves."""
    return _diff(change, rng).replace("````", "```")


def _diff_under_its_name(change: Change, rng: random.Random) -> str:
    return f"{change.path}\n````\n{rng.choice(['', '@@ ... @@'])}{_signed(change)}````\n".replace(
        "@@ ... @@", "@@\n"
    )


def _patch(change: Change, rng: random.Random) -> str:
    patch = f"*** Begin Patch\n*** Update File: {change.path}\n@@\n{_signed(change)}*** End Patch\n"
    return rng.choice([f"````\n{patch}````\n", f"I change this:\n\n{patch}"])


def _signs_in_replace(change: Change, rng: random.Random) -> str:
    return _said(change, change.old, [line if line in change.old else f"+{line}" for line in change.new])


def _marks_alone(change: Change, rng: random.Random) -> str:
    return _said(change, change.old, change.new).replace(" SEARCH", "").replace(" REPLACE", "")


def _indented_with_marks(change: Change, rng: random.Random) -> str:
    more = rng.choice(["    ", "\t", "      "])
    return f"{change.path}\n{textwrap.indent(block(change.old, change.new), more)}\nThat is all.\n"


def _short_marks(change: Change, rng: random.Random) -> str:
    text = block(change.old, change.new)
    return f"{change.path}\n" + text.replace("<<<<<<<", "<<<").replace("=======", "===").replace(
        ">>>>>>>", ">>>"
    )


def _before_the_whole(change: Change, rng: random.Random) -> str:
    first, second = block(change.old, change.new), whole_file(change)
    if rng.random() < 0.5:
        first, second = second, f"{change.path}\n{first}"
    return f"{change.path}\n{first}\nAll of it:\n\n{second}"


FORMS: Mapping[str, Callable[[Change, random.Random], str]] = {
    "as asked": _exact,
    "in a fence": _in_a_fence,
    "path behind the fence": _name_in_the_fence,
    "path within the fence": _path_inside,
    "path behind SEARCH": _path_behind_search,
    "other marks": _other_marks,
    "white space at ends lost": _trailing_dropped,
    "white space at ends added": _trailing_added,
    "indentation lost": _dedented,
    "indentation added": _indented,
    "indentation of SEARCH lost": _only_old_dedented,
    "line numbers": _numbered,
    "blank lines around": _blank_borders,
    "blank lines around SEARCH": _blank_in_old_only,
    "blank lines within lost": _inner_blanks_lost,
    "tabs for spaces": _tabs,
    "SEARCH with ...": _elided_search,
    "REPLACE with ...": _elided_replacement,
    "a fence around each side": _fence_each,
    "a fence inside the marks": _fence_inside,
    "fence ends before REPLACE": _fence_ends_early,
    "fence as long as those inside": _short_fence,
    "no path": _no_path,
    "base name only": _base_name_only,
    "no REPLACE at the end": _no_end,
    "no REPLACE before the fence": _no_end_in_a_fence,
    "no REPLACE before another": _no_end_before_the_next,
    "HTML-escaped": _escaped,
    "only the lines HTML-escaped": _content_escaped,
    "fits at two places": _two_places,
    "a line that is not there": _invented,
    "no divider": _no_divider,
    "a diff": _diff,
    "a diff in a short fence": _diff_in_a_short_fence,
    "a diff under its name": _diff_under_its_name,
    "a patch": _patch,
    "signs in REPLACE": _signs_in_replace,
    "marks without words": _marks_alone,
    "indented with its marks": _indented_with_marks,
    "marks of three": _short_marks,
    "beside the whole file": _before_the_whole,
}
REFUSED = frozenset(
    {
        "SEARCH with ...", "REPLACE with ...", "no REPLACE before another", "fits at two places",
        "a line that is not there", "no divider", "marks of three",
    }
)  # fmt: skip
"""The forms of which nobody knows what is meant."""


def corpus(
    seed: int, rounds: int, sizes: Sequence[int], forms: Sequence[str] = tuple(FORMS)
) -> list[tuple[str, Change, str]]:
    """Changes in every form: the form's name, what is meant, and the reply."""
    rng = random.Random(seed)
    found = []
    for form in forms:
        for number in range(rounds):
            meant = change(rng, LANGUAGES[number % len(LANGUAGES)], rng.choice(list(sizes)))
            found.append((form, meant, FORMS[form](meant, rng)))
    return found


def whole_file(change: Change) -> str:
    """The same change as a whole file."""
    return f"Here it is.\n\n{fenced(change.path, change.meant)}\n"
