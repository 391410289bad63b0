"""Pictures for a program: designed by an agent, then drawn as text [ours: no image model is assumed].

ChatDev (arXiv:2307.07924) asks an image model for each picture. Here an agent writes them: as SVG files, or,
for a Python program whose environment has Pillow, as one script that draws PNG files in the sandbox. The
script is a version of the project; the PNG files are what it makes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Command
from agents.forms import Form
from agents.programs import entry
from agents.prompts import Prompt
from agents.run import Run

MOST_PICTURES = 8
FOLDER, SCRIPT = "assets", "assets/draw.py"


class ArtDesign(Form):
    """The pictures that a program needs."""

    class Picture(BaseModel):
        """One picture."""

        file: str = Field(description="a short file name, such as button_play")
        shows: str = Field(description="what it shows: shapes, colours, size in pixels")

    pictures: list[Picture] = Field([], description=f"at most {MOST_PICTURES}; empty when none is needed")

    def shown(self) -> str:
        """The pictures, or that there are none."""
        told = "\n".join(f"- **{picture.file}**: {picture.shows}" for picture in self.pictures)
        return told or "No pictures are needed."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the project: its path and what it shows."""

    path: str
    shows: str


async def design(run: Run, instructor: Agent, designer: Agent, prompt: Prompt) -> list[Picture]:
    """The designer says which pictures are needed, and draws them; those that really came to be."""
    designer.turn_to(instructor, prompt)
    asked = await designer.fill(instructor.path, ArtDesign)
    if len(asked.pictures) > MOST_PICTURES:
        run.notice(f"{len(asked.pictures)} pictures were designed; the first {MOST_PICTURES} are drawn.")
    wanted = {_stem(picture.file): picture.shows.strip() for picture in asked.pictures[:MOST_PICTURES]}
    if not wanted:
        return []
    if entry(run.files).endswith(".py") and await _has_pillow(run, designer):
        drawn = [Picture(f"{FOLDER}/{name}.png", shows) for name, shows in wanted.items()]
        if await _draw_with_pillow(run, instructor, designer, drawn):
            return drawn
    return await _draw_as_svg(
        run, instructor, designer, [Picture(f"{FOLDER}/{name}.svg", shows) for name, shows in wanted.items()]
    )


def drawn_list(pictures: Sequence[Picture]) -> str:
    """Pictures for a prompt, one a line."""
    return "\n".join(f"{picture.path}: {picture.shows}" for picture in pictures)


def svg_problem(text: str) -> str:
    """Why a text is no picture that may be kept; empty when it is one."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return "it declares a document type"
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        return f"it is no valid XML ({error})"
    if root.tag.rpartition("}")[2] != "svg":
        return "its outermost element is not svg"
    if any(str(element.tag).rpartition("}")[2] == "script" for element in root.iter()):
        return "it holds a script"
    return ""


async def _draw_as_svg(run: Run, instructor: Agent, designer: Agent, wanted: list[Picture]) -> list[Picture]:
    designer.hear(instructor, _asked(run, "draw_svg", wanted))
    files = await designer.write_files(instructor.path, existing={}, required=False)
    good: dict[str, str] = {}
    for path, text in files.items():
        problem = svg_problem(text or "")
        if path in {picture.path for picture in wanted} and not problem:
            good[path] = text or ""
        else:
            run.notice(f"{path} is no picture that was asked for: {problem or 'another name'}.", "warning")
    run.commit(good, designer.path, "Pictures")
    if missing := [picture.path for picture in wanted if picture.path not in good]:
        run.notice(f"Not drawn: {', '.join(missing)}.", "warning")
    return [picture for picture in wanted if picture.path in good]


async def _has_pillow(run: Run, agent: Agent) -> bool:
    return (
        await run.execute(agent, Command(("python", "-c", "import PIL.Image"), title="Is Pillow there?"))
    ).passed


async def _draw_with_pillow(run: Run, instructor: Agent, designer: Agent, wanted: list[Picture]) -> bool:
    """One script draws all; True when each picture is really there afterwards."""
    designer.hear(instructor, _asked(run, "draw_pillow", wanted))
    files = await designer.write_files(instructor.path, existing={}, only=SCRIPT, required=False)
    if not files:
        return False
    run.commit(files, designer.path, "Pictures")
    if not (await run.execute(designer, Command(("python", SCRIPT), title="Draw the pictures"))).passed:
        run.notice("The pictures could not be drawn with Pillow; they are drawn as SVG.", "warning")
        return False
    look = "import sys; from PIL import Image; [Image.open(path).verify() for path in sys.argv[1:]]"
    paths = tuple(picture.path for picture in wanted)
    return (
        await run.execute(designer, Command(("python", "-c", look, *paths), title="Look at the pictures"))
    ).passed


def _asked(run: Run, name: str, wanted: list[Picture]) -> Prompt:
    return run.prompts.prompt(name, pictures=drawn_list(wanted), script=SCRIPT)


def _stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", PurePosixPath(name.lower()).stem).strip("_")[:60] or "picture"
