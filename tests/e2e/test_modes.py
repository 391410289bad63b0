"""ChatDev's modes: pictures that are designed and drawn, and each version a commit."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from dulwich.repo import Repo

from agents.events import FilesCommitted, NoticeGiven, PhaseBegun
from agents.plan import Plan
from tests.support.carrying_out import carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import Project, company, rendered

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>\n'
GAME = Project(
    idea="A page with a dot.",
    files={"index.html": "<html><body>dot</body></html>\n"},
    modification={"index.html": "<html><body><img src='assets/dot.svg'></body></html>\n"},
)
PICTURES = {"pictures": [{"file": "Dot.png", "shows": "a dot"}, {"file": "line", "shows": "a line"}]}


def artists(drawn: str, integrated: dict[str, str]) -> object:
    usual = company(GAME)

    def reply(call: ChatCall) -> Scripted:
        asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
        if call.title == "ArtDesign":
            return Scripted(json.dumps(PICTURES))
        if "Draw these pictures" in asked:
            return Scripted(drawn)
        if "Art integration:" in asked:
            return Scripted(rendered(integrated))
        return usual(call)

    return reply


def test_pictures_are_drawn_as_svg_and_built_in(tmp_path: Path) -> None:
    drawn = rendered({"assets/dot.svg": SVG, "assets/line.svg": "<svg>", "elsewhere.svg": SVG})
    with OllamaServer(artists(drawn, dict(GAME.modification))) as server:  # type: ignore[arg-type]
        plan = Plan(
            idea=GAME.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"),
            options={"art": True, "git": True},
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.read("assets/dot.svg") == SVG
    assert "assets/dot.svg" in told.read("index.html")
    assert not (told.folder / "elsewhere.svg").exists()
    notices = [notice.text for notice in told.recorder.of(NoticeGiven)]
    assert any(
        "assets/line.svg is no picture that was asked for: it is no valid XML" in text for text in notices
    )
    assert "Not drawn: assets/line.svg." in notices
    titles = [phase.title for phase in told.recorder.of(PhaseBegun)]
    assert titles[2:5] == ["Coding", "Art design", "Art integration"]
    with Repo(str(told.folder)) as repository:
        authors = [entry.commit.author.decode() for entry in repository.get_walker(reverse=True)]
    assert len(authors) == len(told.recorder.of(FilesCommitted))
    assert authors[1] == "Chief Creative Officer <chief-creative-officer@troupe.local>"


STAND_IN = """class Picture:
    def verify(self):
        assert self.data.startswith(b"\\\\x89PNG")


def open(path):
    picture = Picture()
    with __builtins__["open"](path, "rb") as file:
        picture.data = file.read()
    return picture
"""


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0abc"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("works", [True, False], ids=["drawn", "fails"])
def test_where_pillow_is_there_a_script_draws(tmp_path: Path, works: bool) -> None:
    out = tmp_path / "out"
    (out / "PIL").mkdir(parents=True)  # a stand-in that the project itself brings along
    (out / "PIL" / "__init__.py").write_text("")
    (out / "PIL" / "Image.py").write_text(STAND_IN)
    (out / "main.py").write_text("print('dot')\n")
    script = (
        "import pathlib\nfor name in ('dot', 'line'):\n"
        f"    pathlib.Path(f'assets/{{name}}.png').write_bytes({png()!r})\n"
    )
    drawing = rendered({"assets/draw.py": script if works else "raise SystemExit(1)\n"})
    picture = "assets/dot.png" if works else "assets/dot.svg"
    usual = company(Project(idea="x", files={"main.py": f"print('{picture}')\n"}))

    def reply(call: ChatCall) -> Scripted:
        asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
        if call.title == "ArtDesign":
            return Scripted(json.dumps(PICTURES))
        if "as SVG files" in asked:
            return Scripted(rendered({"assets/dot.svg": SVG}))
        if "with Python and Pillow" in asked:
            return Scripted(drawing)
        if "Art integration:" in asked:
            assert picture in asked
            return Scripted(rendered({"main.py": f"# {picture}\nprint('{picture}')\n"}))
        return usual(call)

    with OllamaServer(reply) as server:
        plan = Plan(
            idea="A dot.", host=server.address, model="scripted:7b", out=str(out), existing=True,
            options={"art": True},
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
    assert told.read("main.py").startswith(f"# {picture}")
    assert (out / picture).exists()
