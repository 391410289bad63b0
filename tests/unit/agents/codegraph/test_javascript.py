"""What the graph reads of JavaScript, TypeScript, HTML and CSS."""

from __future__ import annotations

from agents.codegraph import CodeGraph


def imports(files: dict[str, str], path: str) -> set[str]:
    return set(CodeGraph(files).imports(path))


def test_every_way_to_import() -> None:
    source = """
import a from './a.js';
import './side.mjs';
export { b } from './b';
export * from "./lib";
const c = require('./c');
const { d } = require("./deep/d.cjs"), fs = require('fs');
async function later() { return import(`./late.js`); }
const worker = new Worker('worker.js');
const picture = new URL('./logo.png', import.meta.url);
import data from './data.json';
import React from 'react';
const other = require(`./${name}.js`);
"""
    wanted = ("a.js", "side.mjs", "b.js", "lib/index.js", "c.js", "deep/d.cjs", "late.js", "worker.js")
    files = {"main.js": source, **dict.fromkeys((*wanted, "logo.png", "data.json", "fs.js", "react.js"), "")}
    assert imports(files, "main.js") == {*wanted, "logo.png", "data.json"}


def test_typescript_is_found_by_what_it_becomes() -> None:
    source = (
        "import type { Board } from './board.js'\nimport { View } from '@/view'\nimport x = require('./x')\n"
        "import { help } from 'src/help'\nexport type { Z } from '../outside'\n"
    )
    files = {
        "src/main.ts": source,
        "tsconfig.json": "{}",
        **dict.fromkeys(("src/board.ts", "src/view.tsx", "src/x.d.ts", "src/help.ts", "outside.ts"), ""),
    }
    assert imports(files, "src/main.ts") == files.keys() - {"src/main.ts", "tsconfig.json"}


def test_names_that_an_index_passes_on_are_followed() -> None:
    files = {
        "main.ts": "import { Board, check } from './game'\n",
        "game/index.ts": "export { Board } from './board'\nexport * from './rules'\n"
        "export { no } from './no'\n",
        "game/board.ts": "export class Board {}\n",
        "game/rules.ts": "export function check() {}\n",
        "game/no.ts": "",
    }
    assert imports(files, "main.ts") == {"game/index.ts", "game/board.ts", "game/rules.ts"}


def test_signatures_of_a_script() -> None:
    source = """
/** Lays stones. */
export default class Board extends Base {
  size = 8;
  #secret = 1;
  constructor(size) { super(); }
  // Play one stone.
  play(x, y = 0) { return x; }
  handle = (event) => { this.play(event.x); };
}
export const add = (a, b) => a + b;
function helper() {}
const LIMIT = 3, fs = require('fs');
module.exports.run = function (argv) { return 1; };
"""
    graph = CodeGraph({"board.js": source})
    assert graph.signatures("board.js").splitlines() == [
        "class Board extends Base  // Lays stones.",
        "    // fields: size = 8",
        "    constructor(size)",
        "    play(x, y = 0)  // Play one stone.",
        "    handle = (event)",
        "const add = (a, b)",
        "function helper()",
        "LIMIT = 3",
        "run = function (argv)",
    ]
    assert graph.defining("Board.play") == graph.defining("add") == ["board.js"]


def test_signatures_of_typescript() -> None:
    source = """
export interface Shape { area(): number; name: string }
export type Id = string | number;
export enum Colour { Red, Green }
export abstract class Thing { private x: number = 1; abstract draw(on: Canvas): void; }
"""
    graph = CodeGraph({"shape.ts": source})
    kinds = {symbol.name: symbol.kind for symbol in graph.symbols("shape.ts")}
    assert kinds["Shape"] == "interface"
    assert (kinds["Id"], kinds["Colour"], kinds["Thing"]) == ("type", "enum", "class")
    assert kinds["area"] == kinds["draw"] == "method"
    assert "abstract draw(on: Canvas): void" in graph.signatures("shape.ts")


def test_a_page_needs_scripts_styles_pictures_and_what_is_inline() -> None:
    page = """<!DOCTYPE html>
<html><head>
<link rel="stylesheet" href="css/style.css?v=2">
<link rel="stylesheet" href="https://example.org/x.css">
<script src="/js/app.js" defer></script>
<style>body { background: url("img/back.png") }</style>
</head><body style="background: url(img/inline.gif)">
<img id="logo" class="big" src="img/logo.svg" srcset="img/two.png 2x, img/three.png 3x">
<script src="{{ url_for('static', filename='flask.js') }}"></script>
<script type="module">
import { go } from './js/go.js';
function begin() {}
</script>
<a href="other.html">more</a>
</body></html>
"""
    wanted = {
        *("css/style.css", "js/app.js", "js/go.js", "static/flask.js"),
        *(f"img/{name}" for name in ("back.png", "inline.gif", "logo.svg", "two.png", "three.png")),
    }
    graph = CodeGraph({"index.html": page, "other.html": "", **dict.fromkeys(wanted, "")})
    assert graph.imports("index.html") == wanted
    assert '<img id="logo" class="big">' in graph.signatures("index.html")
    begin = next(symbol for symbol in graph.symbols("index.html") if symbol.name == "begin")
    assert page.splitlines()[begin.line - 1].startswith("function begin")


def test_a_page_in_a_folder_finds_what_its_server_gives() -> None:
    files = {"web/public/index.html": "<script src='/app.js'></script>", "web/public/app.js": ""}
    assert imports(files, "web/public/index.html") == {"web/public/app.js"}


def test_a_style_sheet_needs_others_and_pictures() -> None:
    style = (
        "@import 'base.css';\n@import url(theme/dark.css);\n.board > #a { background: url('../img/x.png') }\n"
    )
    files = {"css/main.css": style, "css/base.css": "", "css/theme/dark.css": "", "img/x.png": ""}
    graph = CodeGraph(files)
    assert graph.imports("css/main.css") == {"css/base.css", "css/theme/dark.css", "img/x.png"}
    assert graph.signatures("css/main.css") == ".board > #a"


def test_what_is_broken_gives_what_can_be_read() -> None:
    graph = CodeGraph({"a.js": "import b from './b.js';\nfunction f( {\nclass A {}\n", "b.js": ""})
    assert graph.imports("a.js") == {"b.js"}
    assert "syntax is wrong" in graph.problem("a.js")


def test_tests_are_known_by_their_names() -> None:
    files = {
        "board.js": "",
        "board.test.js": "import './board'",
        "__tests__/all.js": "import '../board'",
        "use.js": "import './board'",
    }
    assert CodeGraph(files).tests_of(["board.js"]) == ["__tests__/all.js", "board.test.js"]
