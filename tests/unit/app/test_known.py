from __future__ import annotations

from collections.abc import Iterator

from agents.registry import workflows
from app.dialogs.options_form import title_of
from app.known import WORKFLOW_TEXTS


def texts() -> Iterator[str]:
    """What the workflows say of themselves."""
    for workflow in workflows().values():
        yield workflow.summary
        for name, info in workflow.options.model_fields.items():
            yield info.title or title_of(name)
            yield info.description or ""


def test_every_known_text_is_still_said_by_a_workflow() -> None:
    assert set(WORKFLOW_TEXTS) <= set(texts())
