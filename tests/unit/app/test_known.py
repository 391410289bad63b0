"""What the workflows say of themselves is known to the window, so that it can be shown in other languages.

Whoever adds a method adds its words to `app/known.py` and `resources/translations`: these tests name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

import pytest

from agents.registry import Workflow, hidden, workflows
from app.dialogs.options_form import title_of
from app.i18n import catalogue
from app.known import WORKFLOW_TEXTS

METHODS = workflows()
NAMES = {"AgentCoder", "AgileCoder", "ChatDev", "ClarifyGPT", "CodeChain", "MapCoder", "SelfEvolve"}
"""Titles that are names and stay as they are."""


def texts(workflow: Workflow) -> Iterator[str]:
    """What a workflow says of itself: its title and summary, and its options with their choices."""
    yield workflow.title
    yield workflow.summary
    for name, info in workflow.options.model_fields.items():
        if not hidden(info):
            yield info.title or title_of(name)
            yield info.description or ""
            if get_origin(info.annotation) is Literal:
                yield from (title_of(str(choice)) for choice in get_args(info.annotation))


@pytest.mark.parametrize("name", METHODS)
def test_what_a_workflow_says_is_known_in_chinese(name: str) -> None:
    said = set(texts(METHODS[name])) - NAMES - {""}
    missing = said - set(catalogue("zh_CN"))
    assert not missing, f"add to app/known.py and resources/translations/zh_CN.toml: {sorted(missing)}"


def test_every_known_text_is_still_said_by_a_workflow() -> None:
    said = {text for workflow in METHODS.values() for text in texts(workflow)}
    assert set(WORKFLOW_TEXTS) <= said
