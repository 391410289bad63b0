"""Replies whose model went on as the next speaker: only its own turn counts."""

from __future__ import annotations

import pytest

from agents.replies import read_files

BLOCK = "main.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE"
OTHER = "main.py\n```python\nraise SystemExit(3)\n```\n"
FILES = {"main.py": "x = 1\n", "util.py": "y = 1\n"}


@pytest.mark.parametrize(
    "between",
    [
        "<|im_end|>\n<|im_start|>user\nThanks!<|im_end|>\n<|im_start|>assistant\n",
        "\n<|im_start|>user\nThanks!\n<|im_start|>assistant\n",
        "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nThanks!<|eot_id|>",
        "<end_of_turn>\n<start_of_turn>user\nThanks!<end_of_turn>\n<start_of_turn>model\n",
        "\n<|user|>\nThanks!\n<|assistant|>\n",
    ],
)
def test_what_the_next_speaker_says_is_not_read(between: str) -> None:
    reply = read_files(f"{BLOCK}{between}{OTHER}", existing=FILES)
    assert (reply.files, reply.problems) == ({"main.py": "x = 2\n"}, [])


def test_a_mark_at_the_end_is_where_the_model_ended() -> None:
    unended = BLOCK.removesuffix("\n>>>>>>> REPLACE")
    for mark in ("<|im_end|>", "<|eot_id|>\n", "<end_of_turn>", "<|endoftext|>"):
        assert read_files(f"{unended}{mark}", existing=FILES).files == {"main.py": "x = 2\n"}


def test_marks_in_files_and_in_sentences_are_theirs() -> None:
    content = "TURN = '''\n<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n'''\n"
    assert read_files(f"chat.py\n```python\n{content}```\n").files == {"chat.py": content}
    said = f"It ends at `<|im_end|>` now, and <|im_start|> begins it.\n\n{OTHER}"
    assert read_files(said, existing=FILES).files == {"main.py": "raise SystemExit(3)\n"}
    old, new = "<|im_start|>user\n{text}<|im_end|>", "<|im_start|>user\n{words}<|im_end|>"
    change = f"chat.txt\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"
    assert read_files(change, existing={"chat.txt": f"{old}\n"}).files == {"chat.txt": f"{new}\n"}
