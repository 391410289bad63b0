"""Reads web pages as a browser would begin to: tags, what they link to, scripts and styles; no browser
needed.

The arguments are the pages. For each page it is told whether its tags are closed, and whether what it loads
is there; for each script whether it can be parsed (by Node) and whether the elements that it asks for
exist.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from troupe_children import ended, report, run, variables
from troupe_tests import Report

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Tags whose end may be left out.
LOOSE = frozenset(
    [
        "html",
        "head",
        "body",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "rt",
        "rp",
    ]
)
LOADED = {"script": "src", "img": "src", "link": "href", "a": "href", "iframe": "src", "source": "src"}
LOADED |= {"audio": "src", "video": "src", "embed": "src", "object": "data", "input": "src"}
SCRIPT_TYPES = frozenset({"", "text/javascript", "application/javascript", "module"})
STYLE_LINK = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)|@import\s+['\"]([^'\"]+)['\"]")
ELEMENT = re.compile(r"getElementById\(\s*['\"]([^'\"]+)['\"]\s*\)")
IMPORTED = re.compile(r"(?:\bfrom|\bimport)\s*\(?\s*['\"](\.{0,2}/[^'\"]+)['\"]")
COUNTED = re.compile(r"\d+$|(?<=[-_])[^-_]+$")  # the end of an id that is put together: `cell-3`
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass
class Script:
    """JavaScript of a page: a file, or text between tags with the line where it begins."""

    text: str
    module: bool
    line: int = 0


class Page(HTMLParser):
    """One page, read."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.trouble: list[str] = []
        self.links: list[tuple[int, str, str]] = []
        self.ids: set[str] = set()
        self.scripts: list[Script] = []
        self.loaded: list[tuple[str, bool]] = []
        self.styles: list[str] = []
        self.tags = 0
        self.reading = False  # within a script whose text counts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        self.tags += 1
        if given.get("id"):
            self.ids.add(given["id"])
        icon = tag == "link" and "icon" in given.get("rel", "")  # browsers do without one
        if (link := given.get(LOADED.get(tag, ""))) is not None and not icon:
            self.links.append((line, tag, link))
        if tag == "script":
            self.reading = "src" not in given and given.get("type", "") in SCRIPT_TYPES
        if tag == "script" and given.get("type", "") in SCRIPT_TYPES:
            module = given.get("type") == "module"
            if "src" in given:
                self.loaded.append((given["src"], module))
            else:
                self.scripts.append(Script("", module, line))
        if tag == "style":
            self.styles.append("")
        if tag not in VOID:
            self.open.append((tag, line))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<tag/>`: closed at once, in SVG; elsewhere browsers do not see the slash."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """A tag ends; what stands open within it may only be what needs no end."""
        line = self.getpos()[0]
        if tag in VOID or tag == "p":
            return
        if tag not in (name for name, _ in self.open):
            if tag not in LOOSE:
                self.trouble.append(f"line {line}: </{tag}> ends what was not begun")
            return
        while True:
            name, begun = self.open.pop()
            if name == tag:
                return
            if name not in LOOSE:
                self.trouble.append(f"line {begun}: <{name}> is not ended before </{tag}> in line {line}")

    def handle_data(self, data: str) -> None:
        """Text; that of scripts and styles is kept."""
        inside = self.open[-1][0] if self.open else ""
        if inside == "script" and self.reading:
            self.scripts[-1].text += data
        elif inside == "style" and self.styles:
            self.styles[-1] += data

    def finished(self) -> list[str]:
        """What is wrong with the tags."""
        left = [f"line {line}: <{tag}> is never ended" for tag, line in self.open if tag not in LOOSE]
        empty = ["there is nothing in it"] if not self.tags else []
        return [*empty, *self.trouble, *left]


@dataclass
class Site:
    """All pages with their scripts."""

    told: Report
    pages: dict[str, Page] = field(default_factory=dict)
    scripts: dict[str, bool] = field(default_factory=dict)  # path → whether a module
    styles: set[str] = field(default_factory=set)

    def read(self, path: str) -> None:
        """A page, its tags and its links."""
        page = Page()
        page.feed(_text(path))
        page.close()
        self.pages[path] = page
        self._tell(f"{path}::tags", page.finished())
        missing = [
            f"line {line}: <{tag}> wants {link}, which is not there"
            for line, tag, link in page.links
            if not _is_there(path, link)
        ]
        styles = [link for text in page.styles for link in _links_of(text) if not _is_there(path, link)]
        self._tell(
            f"{path}::links", [*missing, *(f"a style wants {link}, which is not there" for link in styles)]
        )
        for link, module in page.loaded:
            if (target := _target(path, link)) and Path(target).is_file():
                self.scripts[target] = module
        for _, tag, link in page.links:
            target = _target(path, link) if tag == "link" else ""
            if target.endswith(".css") and Path(target).is_file():
                self.styles.add(target)

    def check(self) -> None:
        """The scripts and styles of all pages."""
        for path, page in self.pages.items():
            for number, script in enumerate(page.scripts, start=1):
                if script.text.strip():
                    self._script(f"{path}::script {number}", path, script)
        self._follow_imports()
        for path, module in self.scripts.items():
            self._script(path, path, Script(_text(path), module))
        for path in sorted(self.styles):
            wrong = [
                f"it wants {link}, which is not there"
                for link in _links_of(_text(path))
                if not _is_there(path, link)
            ]
            plain = COMMENT.sub("", _text(path))
            if plain.count("{") != plain.count("}"):
                wrong.append(f"it has {plain.count('{')} times {{ and {plain.count('}')} times }}")
            self._tell(f"{path}::style", wrong)

    def _follow_imports(self) -> None:
        """Take up the modules that scripts import; one that is not there is told."""
        inline = [
            (path, part.text) for path, page in self.pages.items() for part in page.scripts if part.module
        ]
        waiting = [*inline, *((path, _text(path)) for path, module in self.scripts.items() if module)]
        while waiting:
            path, text = waiting.pop()
            missing: list[str] = []
            for link in dict.fromkeys(IMPORTED.findall(text)):
                target = _target(path, link)
                if not Path(target).is_file():
                    missing.append(f"it wants {link}, which is not there")
                elif target not in self.scripts:
                    self.scripts[target] = True
                    waiting.append((target, _text(target)))
            if missing:
                self._tell(f"{path}::imports", missing)

    def _script(self, name: str, path: str, script: Script) -> None:
        if shutil.which("node", path=variables()["PATH"]) is None:
            self.told.add(
                f"{name}::syntax", "skipped", "Scripts are parsed with Node.js, which is not installed."
            )
        else:
            self._tell(f"{name}::syntax", _syntax(path, script))
        self._tell(f"{name}::elements", self._elements(script.text))

    def _elements(self, text: str) -> list[str]:
        """The elements that a script asks for by an id that no page has and no script gives."""
        ids = {name for page in self.pages.values() for name in page.ids}
        others = [_text(path) for path in self.scripts]
        everything = "\n".join(
            [*others, *(part.text for page in self.pages.values() for part in page.scripts)]
        )
        return [
            f"it asks for the element '{name}', which no page has"
            for name in dict.fromkeys(ELEMENT.findall(text))
            if name not in ids and not _given(name, everything)
        ]

    def _tell(self, name: str, wrong: list[str]) -> None:
        path = name.partition("::")[0]
        message = "\n".join(f"{path}: {what}" if not what.startswith(path) else what for what in wrong)
        self.told.add(name, "failed" if wrong else "passed", message)
        sys.stdout.write(f"{'FAILED' if wrong else 'passed'} {name}{f': {message}' if wrong else ''}\n")


def main(paths: list[str]) -> int:
    """Read the pages; the exit code."""
    site = Site(report())
    for path in paths:
        site.read(path)
    site.check()
    return int(ended(site.told))


def _given(name: str, scripts: str) -> bool:
    """A script makes an element of that id itself: the name stands there other than in a question for it."""
    others = ELEMENT.sub("", scripts)
    begin = COUNTED.sub("", name)
    return name in others or (begin != name and begin in others)


def _syntax(path: str, script: Script) -> list[str]:
    """What Node says of a script that it cannot parse, with its place in the project."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "script.mjs" if script.module else "script.cjs")
        copy.write_text("\n" * max(script.line - 1, 0) + script.text, encoding="utf-8")
        done = run(["node", "--check", str(copy)], show=False)
    said = done.output.replace(copy.as_uri(), path).replace(str(copy), path)
    return [said.strip()] if done.code else []


def _links_of(style: str) -> list[str]:
    return [first or second for first, second in STYLE_LINK.findall(COMMENT.sub("", style))]


def _target(page: str, link: str) -> str:
    """The project's file that a link means; empty when it leads out, or nowhere."""
    plain = link.strip()
    parts = urlsplit(plain)
    if parts.scheme or parts.netloc or not parts.path or "{{" in plain or "${" in plain:
        return ""
    path = unquote(parts.path)
    start = PurePosixPath(".") if path.startswith("/") else PurePosixPath(page).parent
    kept: list[str] = []
    for part in (start / path.lstrip("/")).parts:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _is_there(page: str, link: str) -> bool:
    target = _target(page, link)
    return (
        not target or Path(target).is_file() or Path(target, "index.html").is_file() or Path(target).is_dir()
    )


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
