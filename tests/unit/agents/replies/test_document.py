"""A document in a reply."""

from __future__ import annotations

import pytest

from agents.replies import read_document


@pytest.mark.parametrize(
    "text",
    [
        "# Manual\n\nStart it.\n",
        "```markdown\n# Manual\n\nStart it.\n```",
        "\n~~~\n# Manual\n\nStart it.\n~~~\n",
        "Here it is.\n\nmanual.md\n```markdown\n# Manual\n\nStart it.\n```\n\nI hope it helps.",
    ],
)
def test_it_is_read_in_each_form(text: str) -> None:
    assert read_document(text, "manual.md") == "# Manual\n\nStart it.\n"


def test_examples_within_it_stay() -> None:
    text = "# Manual\n\n```\npython main.py\n```\n\nThat is all.\n"
    assert read_document(text, "manual.md") == text
