from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from tests.support.replies import FORMS, block, fenced, in_every_form, wrapped_json

FILES = {"pkg/main.py": "x = 1\n\n\ny = 2\n", "README.md": "# Read\n\n```\nrun it\n```\n"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", ["`", "~"])
def test_every_form_holds_each_file_whole_in_a_block_of_its_own(form: str, mark: str) -> None:
    fences = [token for token in MarkdownIt().parse(fenced(FILES, form, mark)) if token.type == "fence"]
    assert len(fences) == 2
    for token, (path, content) in zip(fences, FILES.items(), strict=True):
        assert token.content.endswith(content)
        assert path in fenced({path: content}, form, mark)


def test_all_forms_at_once() -> None:
    replies = in_every_form(FILES)
    assert tuple(replies) == FORMS
    assert len(set(replies.values())) == len(FORMS)


def test_a_comment_names_the_file_within_it() -> None:
    assert block("a.js", "let x", "comment") == "```javascript\n// a.js\nlet x\n```\n"
    assert block("a.html", "<p>", "comment") == "```html\n<!-- a.html -->\n<p>\n```\n"
    assert block("a.json", "{}", "comment") == block("a.json", "{}", "line")


def test_json_in_its_wraps() -> None:
    text = json.dumps({"steps": [1, 2]})
    assert wrapped_json(text, "plain") == text
    assert wrapped_json(text, "fence").startswith("```json\n")
    assert wrapped_json(text, "sentence").endswith(text)
    assert wrapped_json(text, "trailing_comma") == '{"steps": [1, 2],}'
