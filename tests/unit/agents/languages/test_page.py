from __future__ import annotations

from pathlib import Path

import pytest

from agents.events import TestCase
from agents.programs import commands_for_tests, language_of, read_report, start_command
from tests.support.languages import PAGE, carried_out, needs


def checked(folder: Path, files: dict[str, str]) -> dict[str, TestCase]:
    [(language, command)] = commands_for_tests(files)
    assert language.name == "Web page"
    cases = read_report(carried_out(folder / "project", files, command, folder / "build"))
    return {case.name: case for case in cases}


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def test_a_good_page_passes_whole(tmp_path: Path) -> None:
    needs("node")
    head = (
        "<meta charset=utf-8><link rel=stylesheet href='css/a.css?v=1'>"
        "<script type=module src=/a.js></script>"
    )
    body = (
        "<ul><li>one<li>two</ul><p>text<p>more<br><img src='data:,x'><svg><path d=''/></svg>"
        "<a href='#top'>up</a><a href='about/'>about</a><a href='https://x.example/y.html'>out</a>"
        "<table><tr><td>1<td>2</table><input><script>const box = document.getElementById('box');</script>"
        "<script type='text/template'>{{ not a script</script>"
    )
    files = {
        "index.html": page(body, head),
        "about/index.html": page("<main id=box><a href='../index.html'>back</a></main>"),
        "css/a.css": "/* { */ @import 'b.css'; a { background: url('../b%20c.png') }\n",
        "css/b.css": "",
        "b c.png": "",
        "b.js": "export default (n) => `<i id=\"cell-${n}\">`;\ndocument.getElementById('cell-3');\n",
        "a.js": "import cell from './b.js';\nimport x from 'https://x.example/y.js';\n"
        "export const made = document.createElement('p');\nmade.id = 'own';\n"
        "document.getElementById('own');\n",
    }
    cases = checked(tmp_path, files)
    assert {case.outcome for case in cases.values()} == {"passed"}, cases
    assert {
        "index.html::tags",
        "a.js::syntax",
        "b.js::syntax",
        "css/a.css::style",
        "about/index.html::links",
    } <= cases.keys()


@pytest.mark.parametrize(
    ("files", "name", "message"),
    [
        ({"index.html": page("<div><span></div>")}, "index.html::tags", "<span> is not ended before </div>"),
        ({"index.html": page("</section>")}, "index.html::tags", "</section> ends what was not begun"),
        ({"index.html": "<body><script>let x = 1"}, "index.html::tags", "<script> is never ended"),
        ({"index.html": "just text"}, "index.html::tags", "nothing in it"),
        ({"index.html": page("<img src=cat.png>")}, "index.html::links", "<img> wants cat.png"),
        ({"index.html": page("", "<script src=a.js></script>")}, "index.html::links", "<script> wants a.js"),
        ({"index.html": page("", "<style>a{background:url(x.png)}</style>")}, "index.html::links", "x.png"),
        (
            {"index.html": page("\n<script>\nlet = ;\n</script>")},
            "index.html::script 1::syntax",
            "index.html:3",
        ),
        (
            {"index.html": page("<script src=a.js></script>"), "a.js": "import x from './b.js'\n"},
            "a.js::syntax",
            "outside a module",
        ),
        (
            {"index.html": page("<script src=a.js></script>"), "a.js": "document.getElementById('box')\n"},
            "a.js::elements",
            "'box', which no page has",
        ),
        (
            {
                "index.html": page("<script type=module>import './a.js'</script>"),
                "a.js": "import './none.js'\n",
            },
            "a.js::imports",
            "it wants ./none.js",
        ),
        (
            {"index.html": page("", "<link rel=stylesheet href=a.css>"), "a.css": "a { b {}\n"},
            "a.css::style",
            "2 times {",
        ),
    ],
)
def test_what_is_wrong_with_a_page(tmp_path: Path, files: dict[str, str], name: str, message: str) -> None:
    needs("node")
    cases = checked(tmp_path, files)
    assert [case.name for case in cases.values() if case.outcome == "failed"] == [name]
    assert message in cases[name].message


def test_a_page_is_not_started() -> None:
    assert language_of(PAGE.files).name == "Web page"
    assert start_command(PAGE.files) is None


def test_templates_of_another_program_are_not_checked() -> None:
    assert commands_for_tests({"app.py": "", "templates/index.html": "{{ x }}"}) == []
