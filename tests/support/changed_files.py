"""Files that look real, and changes of them that somebody means, by a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORDS = [
    "order",
    "item",
    "price",
    "user",
    "page",
    "score",
    "total",
    "entry",
    "board",
    "cell",
    "level",
    "stock",
    "label",
]
LANGUAGES = ("py", "js", "html", "md")


@dataclass(frozen=True)
class Change:
    """A change that is meant: which lines of which file, what takes their place, what comes out."""

    path: str
    content: str
    at: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    meant: str
    others: Mapping[str, str]

    @property
    def files(self) -> dict[str, str]:
        """The project."""
        return {**self.others, self.path: self.content}


# --- files -----------------------------------------------------------------------------------------


def program(rng: random.Random, language: str, lines: int) -> str:
    """A file of about so many lines; parts of it are alike, and some lines end with white space."""
    makers = {"py": _python, "js": _javascript, "html": _page, "md": _document}
    text: list[str] = []
    number = 0
    while len(text) < lines:
        number += 1
        text += makers[language](rng, number)
    spaced = [f"{line}  " if line.strip() and rng.random() < 0.02 else line for line in text]
    return "\n".join(spaced[: max(lines, 10)] if language in ("html", "md") else spaced) + "\n"


def _python(rng: random.Random, number: int) -> list[str]:
    one, two = rng.sample(WORDS, 2)
    body = [
        f"class {one.title()}{two.title()}{number}:",
        f'    """Keeps the {one} of every {two}."""',
        "",
        "    def __init__(self) -> None:",
        f"        self.{one}s: dict[str, int] = {{}}",
        "",
    ]
    for verb in rng.sample(["add", "remove", "find", "count", "show"], 3):
        body += [
            f"    def {verb}_{one}(self, name: str, {two}: int = {rng.randrange(9)}) -> int:",
            "        if not name:",
            "            return 0",
            f"        for key, value in self.{one}s.items():",
            f"            if key == name and value > {two}:",
            f"                self.{one}s[key] = value + {rng.randrange(2, 99)}",
            f'                print(f"{verb} {{name}} & {{value}} <{two}>")',
            f"        return len(self.{one}s)",
            "",
        ]
    return [*body, ""]


def _javascript(rng: random.Random, number: int) -> list[str]:
    one, two = rng.sample(WORDS, 2)
    return [
        f"// {one} and {two}",
        f"function {one}{two.title()}{number}(list, limit) {{",
        f"  const found = list.filter((item) => item.{one} > limit && item.{two} < {rng.randrange(99)});",
        "  if (!found.length) {",
        "    return null;",
        "  }",
        "  for (const item of found) {",
        f'    item.{two} = "{one}: " + item.{one};',
        "  }",
        "  return found;",
        "}",
        "",
    ]


def _page(rng: random.Random, number: int) -> list[str]:
    one, two = rng.sample(WORDS, 2)
    return [
        f'<section id="{one}-{number}">',
        f"  <h2>{one.title()} &amp; {two}</h2>",
        "  <ul>",
        *(
            f'    <li class="{rng.choice(WORDS)}">{rng.choice(WORDS)} {rng.randrange(50)}</li>'
            for _ in range(4)
        ),
        "  </ul>",
        "</section>",
        "",
    ]


def _document(rng: random.Random, number: int) -> list[str]:
    one, two = rng.sample(WORDS, 2)
    return [
        f"## {number}. The {one}",
        "",
        f"Each {one} has a {two}; start it so:",
        "",
        "```bash",
        f"python main.py --{one} {rng.randrange(99)}",
        "```",
        "",
        f"- {rng.choice(WORDS)} before {rng.choice(WORDS)}",
        "",
    ]


# --- changes ---------------------------------------------------------------------------------------


def change(rng: random.Random, language: str, lines: int, most: int = 20) -> Change:
    """One to `most` lines are replaced, removed, or some put before them; searched with lines around."""
    while True:
        content = program(rng, language, lines)
        texts = content.split("\n")[:-1]
        size = rng.choice([1, 1, 2, 3, 5, 8, 13, most])
        at = rng.randrange(2, max(3, len(texts) - size - 2))
        taken = texts[at : at + size]
        if not any(line.strip() for line in taken):
            continue
        made = _remade(rng, taken, language)
        before, after = rng.randrange(3), rng.randrange(3)
        while True:
            start, end = max(0, at - before), min(len(texts), at + size + after)
            if times_in(texts, texts[start:end]) == 1 or end - start > 60:
                break
            before, after = before + 1, after + 1
        old = texts[start:end]
        new = [*texts[start:at], *made, *texts[at + size : end]]
        meant = "\n".join([*texts[:start], *new, *texts[end:]]) + "\n"
        once = times_in(texts, old) == 1 and old != new
        if once and (language != "py" or _valid(meant) == _valid(content)):
            others = {"src/other.js": program(rng, "js", 40), "util.py": program(rng, "py", 30)}
            path = {"py": "app/store.py", "js": "web/app.js", "html": "index.html", "md": "README.md"}[
                language
            ]
            return Change(path, content, start, tuple(old), tuple(new), meant, others)


def times_in(texts: Sequence[str], part: Sequence[str]) -> int:
    """How often these lines stand in a text."""
    return sum(texts[at : at + len(part)] == list(part) for at in range(len(texts) - len(part) + 1))


def _valid(code: str) -> bool:
    try:
        compile(code, "x", "exec")
    except SyntaxError:
        return False
    return True


def _remade(rng: random.Random, lines: Sequence[str], language: str) -> list[str]:
    kind = rng.choice(["edit", "edit", "edit", "insert", "remove"])
    if kind == "remove" and len(lines) > 1 and language != "py":
        return []
    said = next(line for line in lines if line.strip())
    lead = said[: len(said) - len(said.lstrip())]
    added = {
        "py": f"{lead}# checked {rng.randrange(999)}",
        "js": f'{lead}log("<{rng.randrange(999)}> & more");',
        "html": f"{lead}<p>New {rng.randrange(999)} &lt;b&gt;</p>",
        "md": f"{lead}See also part {rng.randrange(999)}.",
    }[language]
    if kind == "insert":
        return [added, *lines]
    made = [
        line.replace("name", f"name_{rng.randrange(9)}").replace("item", "thing")
        if rng.random() < 0.7
        else line
        for line in lines
    ]
    made = [new if new == old else new.rstrip() for new, old in zip(made, lines, strict=True)]
    return made if made != list(lines) else [*lines, added]
