"""What the graph reads of Java, C, C++, Go and Rust."""

from __future__ import annotations

import sys

import pytest

from agents.codegraph import CodeGraph, trees


def imports(files: dict[str, str], path: str) -> set[str]:
    return set(CodeGraph(files).imports(path))


# --- Java ------------------------------------------------------------------------------------------

JAVA = "src/main/java/shop"


def test_java_imports_and_uses_of_the_same_package() -> None:
    source = """package shop;
import shop.model.Item;
import static shop.util.Money.round;
import shop.view.*;
import java.util.List;
/** The till. */
public class Till extends Base {
    private int hidden = 1;
    public List<Item> items = null;
    public Till(Cart cart) { Registry.add(this); new shop.far.Away.Inner(); }
    /** Sum up. */
    public int total(int tax) { Window w = null; return tax; }
}
"""
    files = {
        f"{JAVA}/Till.java": source,
        f"{JAVA}/Base.java": "package shop; class Base {}",
        f"{JAVA}/Cart.java": "package shop; class Cart {}",
        f"{JAVA}/Registry.java": "package shop; class Registry {}",
        f"{JAVA}/Unused.java": "package shop; class Unused {}",
        f"{JAVA}/model/Item.java": "package shop.model; public class Item {}",
        f"{JAVA}/util/Money.java": "package shop.util; public class Money {}",
        f"{JAVA}/view/Window.java": "package shop.view; public class Window {}",
        f"{JAVA}/view/Door.java": "package shop.view; public class Door {}",
        f"{JAVA}/far/Away.java": "package shop.far; public class Away { public static class Inner {} }",
        "other/Cart.java": "package other; class Cart {}",
    }
    graph = CodeGraph(files)
    wanted = ("Base", "Cart", "Registry", "model/Item", "util/Money", "view/Window", "far/Away")
    assert graph.imports(f"{JAVA}/Till.java") == {f"{JAVA}/{name}.java" for name in wanted}
    assert graph.signatures(f"{JAVA}/Till.java").splitlines() == [
        "public class Till extends Base  // The till.",
        "    // fields: public List<Item> items = null",
        "    public Till(Cart cart)",
        "    public int total(int tax)  // Sum up.",
    ]
    assert graph.defining("Away.Inner") == [f"{JAVA}/far/Away.java"]


def test_java_tests_reach_what_they_test() -> None:
    files = {
        "src/main/java/a/Board.java": "package a; public class Board {}",
        "src/test/java/a/BoardTest.java": "package a; class BoardTest { Board board; }",
    }
    assert CodeGraph(files).tests_of(["src/main/java/a/Board.java"]) == ["src/test/java/a/BoardTest.java"]


# --- C and C++ -------------------------------------------------------------------------------------


def test_c_includes_are_looked_for_where_compilers_look() -> None:
    source = '#include <stdio.h>\n#include "near.h"\n#include "deep/far.h"\n#include <mylib/api.h>\n'
    files = {
        "src/main.c": source,
        **dict.fromkeys(
            ("src/near.h", "near.h", "include/deep/far.h", "third/mylib/api.h", "third/stdio.h"), ""
        ),
    }
    assert imports(files, "src/main.c") == {"src/near.h", "include/deep/far.h", "third/mylib/api.h"}


def test_a_change_of_an_implementation_affects_who_includes_its_header() -> None:
    files = {
        "include/board.h": "int play(int x);\n",
        "src/board.c": '#include "board.h"\nint play(int x) { return x; }\n',
        "include/game.h": "void go(void);\n",
        "src/game.c": '#include "game.h"\n#include "board.h"\nvoid go(void) {}\n',
        "src/main.c": '#include "game.h"\nint main(void) { go(); return 0; }\n',
        "tests/test_board.c": '#include "board.h"\n',
        "tests/test_nothing.c": "",
    }
    graph = CodeGraph(files)
    assert graph.imports("src/main.c") == {"include/game.h"}
    affected = graph.affected(["src/board.c"])
    assert set(affected) == files.keys() - {"tests/test_nothing.c"}
    assert affected.index("include/board.h") < affected.index("src/game.c")
    assert graph.tests_of(["src/board.c"]) == ["tests/test_board.c"]


def test_signatures_of_c_and_cpp() -> None:
    source = """
#define MAX 3
#ifdef X
/* Adds. */
int *add(int a, int b);
#endif
namespace n { class A : public B { public: int f(int x) const; int y; }; }
int n::A::f(int x) const { return 1; }
struct S { int a; };
typedef struct { int z; } T;
enum E { P, Q };
static const int K = 3;
template <class T> T most(T a) { return a; }
"""
    graph = CodeGraph({"a.hpp": source})
    found = {(symbol.parent, symbol.name): symbol.kind for symbol in graph.symbols("a.hpp")}
    assert found["", "MAX"] == "constant"
    assert found["", "add"] == found["", "most"] == "function"
    assert found["", "A"] == "class"
    assert found["A", "f"] == "method"
    assert found["A", "y"] == found["S", "a"] == found["T", "z"] == found["E", "P"] == "field"
    assert found["", "K"] == "constant"
    assert "int *add(int a, int b)  // Adds." in graph.signatures("a.hpp")


# --- Go --------------------------------------------------------------------------------------------


def test_go_packages_are_narrowed_to_what_is_used() -> None:
    files = {
        "go.mod": "module example.com/shop\n\ngo 1.22\n",
        "main.go": 'package main\nimport (\n\t"fmt"\n\tb "example.com/shop/board"\n'
        '\t_ "example.com/shop/all"\n)\n'
        "func main() { fmt.Println(b.New(), helper()) }\n",
        "helper.go": "package main\nfunc helper() int { return 1 }\n",
        "unused.go": "package main\nfunc unused() {}\n",
        "board/board.go": "package board\n// New begins.\nfunc New() *Board { return &Board{} }\n",
        "board/types.go": "package board\ntype Board struct { Size int }\n"
        "func (b *Board) Play(x int) error { return nil }\n",
        "board/board_test.go": "package board\nfunc TestNew() { New() }\n",
        "all/a.go": "package all\n",
        "all/b.go": "package all\n",
    }
    graph = CodeGraph(files)
    assert graph.imports("main.go") == {"helper.go", "board/board.go", "all/a.go", "all/b.go"}
    assert graph.imports("board/board.go") == {"board/types.go"}
    assert graph.tests_of(["board/types.go"]) == ["board/board_test.go"]
    assert graph.signatures("board/board.go") == "func New() *Board  // New begins."
    assert graph.signatures("board/types.go").splitlines() == [
        "type Board struct",
        "    // fields: Size int",
        "    func (b *Board) Play(x int) error",
    ]
    graph.update({**files, "go.mod": "module example.com/store\n"})
    assert graph.imports("main.go") == {"helper.go"}, "the packages are called otherwise now"


# --- Rust ------------------------------------------------------------------------------------------


def test_rust_modules_and_paths() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "my-shop"\n',
        "src/main.rs": 'mod cart;\n#[path = "odd/place.rs"] mod placed;\n'
        "use my_shop::money::round;\nfn main() {}\n",
        "src/lib.rs": "pub mod money;\npub mod game;\npub use game::Board;\n",
        "src/cart.rs": "mod item;\nuse self::item::Item;\nuse crate::money;\n"
        "pub fn add() { crate::game::go(); }\n",
        "src/cart/item.rs": "use super::add;\npub struct Item { pub price: u32 }\n",
        "src/odd/place.rs": "",
        "src/money.rs": "pub fn round(x: f64) -> f64 { x }\nmod tests { use super::*; }\n",
        "src/game/mod.rs": "mod board;\npub use self::board::Board;\npub fn go() {}\n",
        "src/game/board.rs": "use super::super::money::{round, self as m};\n/// Stones.\npub struct Board;\n"
        "impl Board { /// Plays.\n pub fn play(&self, x: u8) -> bool { true } }\n",
        "tests/it.rs": "mod common;\nuse my_shop::Board;\nuse std::fs;\n",
        "tests/common/mod.rs": "",
    }
    graph = CodeGraph(files)
    assert graph.imports("src/main.rs") == {"src/cart.rs", "src/odd/place.rs", "src/money.rs"}
    assert graph.imports("src/cart.rs") == {"src/cart/item.rs", "src/money.rs", "src/game/mod.rs"}
    assert graph.imports("src/cart/item.rs") == {"src/cart.rs"}
    assert graph.imports("src/money.rs") == frozenset()
    assert graph.imports("src/game/board.rs") == {"src/money.rs"}
    assert graph.imports("tests/it.rs") == {
        *("tests/common/mod.rs", "src/lib.rs", "src/game/mod.rs", "src/game/board.rs")
    }
    assert graph.tests_of(["src/money.rs"])[-1] == "tests/it.rs"
    assert graph.signatures("src/game/board.rs").splitlines() == [
        "pub struct Board  // Stones.",
        "    pub fn play(&self, x: u8) -> bool  // Plays.",
    ]


# --- all -------------------------------------------------------------------------------------------

BROKEN = {
    "a.java": "package p; class A { void f( { import",
    "a.c": '#include "b.h"\nint f( {',
    "a.cpp": '#include "b.h"\nclass { int',
    "a.go": 'package x\nimport "y\nfunc (',
    "main.rs": "mod b; fn ( { use",
    "a.html": "<script src='b.js'><div",
    "a.css": "@import 'b.css'; a { url(",
    "a.ts": "import './b'; class {",
    "Cargo.toml": "[package",
    "go.mod": "module",
}


@pytest.mark.parametrize("path", BROKEN)
def test_broken_source_gives_what_can_be_read(path: str) -> None:
    files = {path: BROKEN[path], **dict.fromkeys(("b.h", "b.rs", "b.js", "b.css", "b.ts"), "")}
    graph = CodeGraph(files)
    if path.endswith((".c", ".cpp", ".rs", ".css", ".ts")):
        assert len(graph.imports(path)) == 1
    deep = "(" * 20_000 if path.endswith((".c", ".ts", ".rs")) else ""
    graph.update({**files, path: BROKEN[path] + deep})


def test_a_grammar_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    trees._grammar.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter_java", None)
    graph = CodeGraph({"A.java": "class A {}", "index.html": "<script src='a.js'></script>", "a.js": ""})
    assert "Java cannot be read" in graph.problem("A.java")
    assert "tree_sitter_java" in graph.problem("A.java")
    assert graph.imports("index.html") == {"a.js"}
    trees._grammar.cache_clear()
