"""A static web page: there is nothing to start, but what it loads has to be there and to be right."""

from __future__ import annotations

from collections.abc import Sequence

from agents.contracts import Command
from agents.languages.language import GENEROUS, Files, named, nearness, outside, search_path

PAGES = (".html", ".htm")


class Page:
    """See `agents.languages.language.Language`."""

    name = "Web page"
    testing = (
        "Node's own node:test and node:assert, in files tests/*.test.mjs. The scripts run in a browser, so "
        "test the functions that need no page: read a script with node:fs and run it with node:vm in a "
        "context of your own"
    )

    def entry(self, files: Files) -> str:
        """`index.html`, the nearest to the project's folder."""
        return named(sorted(files, key=nearness), ("index.html",))

    def owns(self, path: str) -> bool:
        """Pages and what they are styled with."""
        return path.endswith((*PAGES, ".css"))

    def is_test(self, path: str) -> bool:
        """Tests of a page's scripts are JavaScript's."""
        return False

    def build(self, files: Files) -> None:
        """Nothing is built."""

    def start(self, files: Files) -> None:
        """A page is opened in a browser, not started."""

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """Every page is read: its tags, links, scripts and styles. There are no parts to choose."""
        pages = sorted((path for path in files if path.endswith(PAGES)), key=nearness)
        if not pages:
            return None
        return Command(
            ("python", "-P", "-m", "troupe_page", *pages),
            title="Check the page",
            tests=True,
            env=search_path(["node"]),
            limits=GENEROUS,
            read_only=outside(["node"]),
        )

    def lacking(self) -> str:
        """Scripts are checked with Node where it is there, and skipped where not."""
        return ""


PAGE = Page()
