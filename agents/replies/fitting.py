"""Where the lines that a change replaces stand in a file, and what takes their place. [ours]

Exactly, if they stand there exactly once. Else as weak models copy them: without the white space at the ends
of lines, all indented by the same amount more or less, with blank lines around them, with line numbers, with
`&lt;` for `<`, in a fence of their own. That counts only where the lines, indentation aside, stand in the
file once; lines that a change keeps are then the file's own, byte for byte. Lines that stand for others
(`...`) fit nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from agents.replies.blocks import lines_of
from agents.replies.elision import DOTS, says_as_it_was, stands_for_code

_MAY_HAVE_DOTS = re.compile(  # what stands before a `...` that is Python's own
    r"""\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally|match|case)\b.*:\s*(?:\#.*)?
    |.*(?:\"{3}|'{3})\s*""",
    re.VERBOSE,
)
_BEGINNING = (*":{([,>\\=+|&", "then", "do", "else", '"""', "'''")  # what a deeper line may follow
_TAB_WIDTHS = (2, 4, 8)
_NUMBERED = re.compile(r"\s*(?P<number>\d+) ?(?P<mark>[|:→\t])(?P<rest>.*)")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#39|#x27);", re.IGNORECASE)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&#x27;": "'"}
_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})(?P<info>[^`]*)")
DIVIDER = re.compile(r"\s{0,3}={5,12}\s*(?:REPLACE|WITH)?\s*")
_CLOSES = re.compile(r"[\s)\]}>;,]*(?:</[\w:-]+>|end\w*|fi|done|esac|pass|break|else\W*)?[\s)\]}>;,.]*")
_LETTERS_THAT_SAY_MUCH = 6  # of lines that nobody adds a second time by chance
MOST_LINES = 400  # of a block that may mean something else than it says, and that is looked through


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lines without their endings, and what takes their place.

    `ends_open`: whether the new lines end without a newline; None leaves that as it is in the file.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    ends_open: bool | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A change of the lines from `start` up to `end`: they become `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def places(texts: Sequence[str], old: Sequence[str]) -> list[int]:
    """The lines at which `old` stands exactly."""
    first, count = (old[0], len(old)) if old else ("", 0)
    return [
        at
        for at in range(len(texts) - count + 1)
        if count and texts[at] == first and list(texts[at : at + count]) == list(old)
    ]


def exact(texts: Sequence[str], change: Replacement) -> Fit | None:
    """The one place where the change fits as it is written."""
    found = places(texts, change.old)
    return Fit(found[0], found[0] + len(change.old), change.new) if len(found) == 1 else None


def as_written(texts: Sequence[str], change: Replacement) -> Fit | None:
    """The one place where the change fits as it is, if no other differs only in white space at its ends."""
    ends_aside = places([text.rstrip() for text in texts], [line.rstrip() for line in change.old])
    return exact(texts, change) if len(ends_aside) == 1 else None


def tolerant(texts: Sequence[str], change: Replacement) -> Fit | None:
    """The one place that the change can mean, see above; None where there is none, or more than one."""
    if max(len(change.old), len(change.new)) > MOST_LINES:
        return None
    stripped = [text.strip() for text in texts]
    for reading in _readings(_retabbed(texts, change) or change):
        core = _trimmed(reading.old)
        found = places(stripped, [line.strip() for line in core])
        if found:
            return _placed(texts, reading, core, found[0]) if len(found) == 1 else None
    return None


def leaves_out(change: Replacement, texts: Sequence[str]) -> bool:
    """Whether new lines stand for others that are not written: `# ...`, `# the rest of the code`, `...`."""
    known = {text.strip() for text in texts}
    if max(len(change.old), len(change.new)) > MOST_LINES:
        return any(line.strip() not in known and stands_for_code(line) for line in change.new)
    matcher = SequenceMatcher(None, change.old, change.new, autojunk=False)
    changes = [part for part in matcher.get_opcodes() if part[0] != "equal"]
    removed = sum(bool(line.strip()) for part in changes for line in change.old[part[1] : part[2]])
    for _, _, _, start, end in changes:
        for at in range(start, end):
            line = change.new[at]
            above = next((n for n in reversed(range(at)) if change.new[n].strip()), -1)
            if DOTS.fullmatch(line):
                begun = above >= 0 and _MAY_HAVE_DOTS.fullmatch(change.new[above])
                if not begun or removed > 1 or (removed == 0 and above < start):
                    return True  # else they are all that a new body has
            elif line.strip() not in known and (
                stands_for_code(line) or (removed > 1 and says_as_it_was(line))
            ):
                return True
    return False


def doubt(change: Replacement, content: str) -> Literal["", "fence", "signs"]:
    """Why the new lines can hardly be what is to stand in the file, wherever they fit; empty: they can."""
    if _opens_a_fence(change):
        return "fence"
    return "signs" if _may_be_signed(change, content) or _may_be_escaped(change, content) else ""


def _may_be_escaped(change: Replacement, content: str) -> bool:
    """Whether new lines have `&lt;` or the like where the file has nothing of the kind."""
    return not _ENTITY.search(content) and any(map(_ENTITY.search, change.new))


def _may_be_signed(change: Replacement, content: str) -> bool:
    """Whether new lines begin with the `+` and `-` of a diff, where the file has nothing of the kind."""
    foreign = [line for line in change.new if line.strip() and line not in change.old]
    return (
        any(line[0] == "+" for line in foreign)
        and all(line[0] in "+-" for line in foreign)
        and not any(line.startswith("+") for line in (*change.old, *lines_of(content)))
    )


def _opens_a_fence(change: Replacement) -> bool:
    """Whether new lines hold half of a fence: one of the reply's own, which was taken for a line."""
    return sum(map(_is_fence, change.new)) % 2 != sum(map(_is_fence, change.old)) % 2


def _is_fence(line: str) -> bool:
    return _FENCE.fullmatch(line) is not None


def credible(ways: Sequence[Replacement], content: str) -> list[Replacement]:
    """The readings of a block without those that search for more lines like its divider than the file has."""
    if len(ways) < 2:
        return list(ways)
    there = Counter(line.strip() for line in lines_of(content))
    return [
        way for way in ways if Counter(line.strip() for line in way.old if DIVIDER.fullmatch(line)) <= there
    ]


def stands_there(texts: Sequence[str], fit: Fit) -> bool:
    """Whether what a change only adds stands there already: a block of earlier, given once more.

    Lines that only close something, or that hardly say anything, may well be wanted twice.
    """
    old, new = list(texts[fit.start : fit.end]), list(fit.new)
    more = len(new) - len(old)
    if more > 0 and new[: len(old)] == old:
        added, there = new[len(old) :], list(texts[fit.end : fit.end + more])
    elif more > 0 and new[more:] == old:
        added, there = new[:more], list(texts[max(0, fit.start - more) : fit.start])
    else:
        return False
    letters = sum(map(str.isalpha, "".join(line for line in added if not _CLOSES.fullmatch(line))))
    return added == there and letters >= _LETTERS_THAT_SAY_MUCH


# --- readings --------------------------------------------------------------------------------------


def _readings(change: Replacement) -> Iterator[Replacement]:
    """What may be meant, the likeliest first."""
    found = [change]
    for transformed in (_unfenced, _unescaped, _unnumbered):
        found += [other for reading in found if (other := transformed(reading)) is not None]
    yield from found


def _unfenced(change: Replacement) -> Replacement | None:
    """Without fences around the old and the new lines, or one around both; never where there are others."""
    before, after = blank_borders(change.old)[0], blank_borders(change.new)[1]
    old, new = _trimmed(change.old), _trimmed(change.new)
    if not old or not _FENCE.fullmatch(old[0]):
        return None
    if len(old) > 1 and _closes(old[-1]) and (not new or (len(new) > 1 and _is_fenced(new))):
        inner_old, inner_new = tuple(old[1:-1]), tuple(new[1:-1])
    elif new and _closes(new[-1]):
        inner_old, inner_new = change.old[before + 1 :], change.new[: len(change.new) - after - 1]
    else:
        return None
    if any(map(_FENCE.fullmatch, (*inner_old, *inner_new))):
        return None
    return replace(change, old=inner_old, new=inner_new)


def _retabbed(texts: Sequence[str], change: Replacement) -> Replacement | None:
    """With spaces for tabs, or the reverse, if the file has only these and the old lines fit so once."""
    there, here = (any("\t" in _lead(line) for line in lines) for lines in (texts, change.old))
    if there == here or (there and any(text[0] == " " for text in texts if text.strip())):
        return None
    ends_aside = [text.rstrip() for text in texts]
    found = set()
    for width in _TAB_WIDTHS:
        old, new = (_indented_by(side, width, tabs=there) for side in (change.old, change.new))
        if old and new is not None and len(places(ends_aside, [line.rstrip() for line in old])) == 1:
            found.add(replace(change, old=old, new=new))
    return found.pop() if len(found) == 1 else None


def _indented_by(lines: Sequence[str], width: int, *, tabs: bool) -> tuple[str, ...] | None:
    """Lines with a tab for `width` spaces, or the reverse; None where they are indented otherwise."""
    one, other = (" " * width, "\t") if tabs else ("\t", " " * width)
    leads = [_lead(line) if line.strip() else "" for line in lines]
    if any(lead.replace(one, "") for lead in leads):
        return None
    return tuple(
        lead.replace(one, other) + line[len(lead) :] for lead, line in zip(leads, lines, strict=True)
    )


def _is_fenced(lines: Sequence[str]) -> bool:
    return bool(_FENCE.fullmatch(lines[0])) and _closes(lines[-1])


def _closes(line: str) -> bool:
    found = _FENCE.fullmatch(line)
    return found is not None and not found["info"].strip()


def _unescaped(change: Replacement) -> Replacement | None:
    """With `<` for `&lt;` and the like; None where nothing of the old lines is written so."""
    if not any(_ENTITY.search(line) for line in change.old):
        return None
    return escaped_back(change)


def escaped_back(change: Replacement) -> Replacement:
    """Every entity of both sides as the character that it is."""

    def plain(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(_ENTITY.sub(lambda found: _ENTITIES[found[0].lower()], line) for line in lines)

    return replace(change, old=plain(change.old), new=plain(change.new))


def _unnumbered(change: Replacement) -> Replacement | None:
    """Without line numbers: all old lines have them, rising, and of the new ones all or only copies."""
    old = _numbers_off(change.old)
    if old is None:
        return None
    new = _numbers_off(change.new)
    if new is None:
        copied = dict(zip(change.old, old, strict=True))
        foreign = [line for line in change.new if line not in copied]
        if any(_NUMBERED.fullmatch(line) for line in foreign):
            return None
        new = [copied.get(line, line) for line in change.new]
    return replace(change, old=tuple(old), new=tuple(new))


def _numbers_off(lines: Sequence[str]) -> list[str] | None:
    found = [_NUMBERED.fullmatch(line) if line.strip() else None for line in lines]
    numbered = [match for match in found if match]
    counts = [int(match["number"]) for match in numbered]
    whole = len(numbered) == sum(bool(line.strip()) for line in lines)
    if not whole or any(later <= earlier for earlier, later in pairwise(counts)):
        return None
    spaced = all(match["rest"][:1] == " " for match in numbered if match["rest"].strip())
    cut = 1 if spaced and all(match["mark"] != "\t" for match in numbered) else 0
    return [match["rest"][cut:] if match else "" for match in found]


# --- placing ---------------------------------------------------------------------------------------


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without the blank ones at both ends."""
    said = [at for at, line in enumerate(lines) if line.strip()]
    return list(lines[said[0] : said[-1] + 1]) if said else []


def blank_borders(lines: Sequence[str]) -> tuple[int, int]:
    """How many blank lines stand before and after the others."""
    said = [at for at, line in enumerate(lines) if line.strip()]
    return (said[0], len(lines) - 1 - said[-1]) if said else (0, 0)


def _placed(texts: Sequence[str], change: Replacement, core: Sequence[str], at: int) -> Fit | None:
    """The change with its core at line `at`; blank lines around it that the file lacks are no part of it."""
    end, new = at + len(core), list(change.new)
    before, after = blank_borders(change.old)
    new_before, new_after = blank_borders(change.new)
    there_before = next((n for n in range(at) if texts[at - 1 - n].strip()), at)
    there_after = next((n for n in range(len(texts) - end) if texts[end + n].strip()), len(texts) - end)
    if after > there_after:
        if new_after not in (0, after) or not _trimmed(new):
            return None
        after, new = 0, new[: len(new) - new_after]
    if before > there_before:
        if new_before not in (0, before) or not _trimmed(new):
            return None
        before, new = 0, new[new_before:]
    old = [*[""] * before, *core, *[""] * after]
    window = texts[at - before : end + after]
    moved = _moved(old, new, window)
    return Fit(at - before, end + after, moved) if moved is not None else None


def _moved(core: Sequence[str], new: Sequence[str], window: Sequence[str]) -> tuple[str, ...] | None:
    """The new lines with the indentation of the file, where it differs by the same in all lines."""
    shift = _shift(core, window)
    if shift is None:
        return None
    added, removed = shift
    first_old, first_new = (next(filter(str.strip, lines), None) for lines in (core, new))
    if (added or removed) and first_old and first_new and _lead(first_new) != _lead(first_old):
        return None  # then the new lines may have the file's indentation already
    if added and sum(map(bool, map(str.strip, core))) == 1 and _has_sudden_depth(new, added):
        return None  # only the first line may have lost its indentation
    texts: dict[str, set[str]] = {}
    theirs: dict[str, set[str]] = {}
    for line, text in zip(core, window, strict=True):
        texts.setdefault(line.strip(), set()).add(_lead(line))
        theirs.setdefault(line.rstrip(), set()).add(text)
    result: list[str] = []
    for line, kept in zip(new, _kept(core, new), strict=True):
        if kept is not None:
            if len(theirs[line.rstrip()]) > 1 and len(core) != len(new):
                return None  # lines that are alike but for the white space at their ends
            result.append(window[kept])
        elif line.strip() and not line.startswith(removed):
            return None
        elif (added or removed) and line.strip() in texts and _lead(line) not in texts[line.strip()]:
            return None  # an old line with another indentation: is it the file's already?
        else:
            result.append(added + line[len(removed) :] if line.strip() else line)
    mixed = (added or removed) and len(set("".join(map(_lead, result)))) > 1
    return None if mixed else tuple(result)


def _has_sudden_depth(lines: Sequence[str], indentation: str) -> bool:
    """Whether a line is indented by at least so much where the line before begins nothing."""
    return any(
        _lead(line).startswith(indentation)
        and len(_lead(line)) > len(_lead(before))
        and not before.rstrip().endswith(_BEGINNING)
        for before, line in pairwise(line for line in lines if line.strip())
    )


def _kept(core: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each new line the old one that it is, white space at the end aside; as many as can be, in order."""
    old, made = [line.rstrip() for line in core], [line.rstrip() for line in new]
    if len(old) == len(made):
        return [at if old[at] == made[at] else None for at in range(len(made))]
    longest = [[0] * (len(made) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(made))):
            same = longest[i + 1][j + 1] + 1 if old[i] == made[j] else 0
            longest[i][j] = max(same, longest[i + 1][j], longest[i][j + 1])
    kept: list[int | None] = []
    i = 0
    for j in range(len(made)):
        while i < len(old) and old[i] != made[j] and longest[i + 1][j] == longest[i][j] > longest[i][j + 1]:
            i += 1
        takes = i < len(old) and old[i] == made[j] and longest[i][j] == longest[i + 1][j + 1] + 1
        kept.append(i if takes else None)
        i += takes
    return kept


def _shift(core: Sequence[str], window: Sequence[str]) -> tuple[str, str] | None:
    """What is added to, or removed from, the beginning of every line that is not blank."""
    pairs = {(_lead(line), _lead(text)) for line, text in zip(core, window, strict=True) if line.strip()}
    shifts = set()
    for ours, theirs in pairs:
        if theirs.endswith(ours):
            shifts.add((theirs[: len(theirs) - len(ours)], ""))
        elif ours.endswith(theirs):
            shifts.add(("", ours[: len(ours) - len(theirs)]))
        else:
            return None
    return shifts.pop() if len(shifts) == 1 else None


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
