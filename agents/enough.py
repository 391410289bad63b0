"""When a reply that was asked for one module holds it, so that the essay after it need not be written [ours].

A reply is ended at the first sentence after its only code block, and only where the rest would hardly have
brought another program: the block is closed and parses, it defines what was asked for and leaves nothing
unfinished, every name that it uses is there, it is no quotation of what the talk holds already and is not
announced as a draft, and that sentence takes nothing back and announces nothing else. Any other reply comes
to its own end.
"""

from __future__ import annotations

import ast
import re

from agents.gaps import gaps_in
from agents.replies.bindings import lacking
from agents.replies.blocks import Block, lines_of, read_blocks
from agents.replies.kinds import read_block
from agents.syntax import module_of

DRAFT = re.compile(
    r"\b(?:naive|drafts?|first (?:try|attempt|version)|attempts?|brute.force|initial(?:ly)?|original|current|"
    r"previous|earlier|old|wrong|incorrect|buggy|faulty|broken|your code|for example|e\.g\.|pseudo.?code|"
    r"sketch|skeleton|outline|helpers?|signature|starter|given)\b",
    re.IGNORECASE,
)
TAKES_BACK = re.compile(
    r"\W*(?:wait|however|but|oops|actually|hmm+|sorry|correction|corrected|no|alternatively|or|also|then|next|"
    r"now|let|though|unfortunately|except|although|this (?:is|was) (?:wrong|not)|better|improved|finally)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"\W*\w+\W+\w+\W+\w+(?:.*?[.!?:](?=\s)|[^\n]*\n)", re.DOTALL)
"""Three whole words at least, and how they go on."""
LONGEST_SENTENCE = 300  # characters; by then it is seen
REVISES = re.compile(
    r"""\b(?:has|have|with|there(?:.s|\ is|\ are))\s+(?:\w+\s+){0,2}
      (?:issues?|problems?|bugs?|mistakes?|flaws?)\b
    | \b(?:is|are|was)\s+(?:\w+\s+)?
      (?:wrong|incorrect|inefficient|slow|suboptimal|buggy|incomplete|broken)\b
    | \b(?:does|do|will|would|can)(?:n.t|\s+not)\s+(?:\w+\s+)?
      (?:handle|work|pass|account|consider|cover|meet|treat)\b
    | \bfails?\b | \bforgot\b | \bI\ (?:made|missed|should)\b
    | \b(?:can|could|should|may|might)\s+be\s+(?:\w+\s+)?
      (?:improved|optimi[sz]ed|simplified|made|(?:re)?written|shortened|refactored|fixed|corrected)\b
    | \b(?:alternative|another|improved|optimi[sz]ed|better|corrected|fixed|revised|updated|cleaner|simpler|
      shorter|faster|second|complete|full|final)\s+(?:\w+\s+)?
      (?:version|solution|approach|implementation|way|code|program|one)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def complete_module(text: str, name: str, *, path: str, talk: str = "", given: str = "") -> str | None:
    """The reply up to the end of its module, once something else has begun after that; None before.

    The module is what `path` means; it must define the function `name` (empty: any code will do). `given` is
    code whose names are there without it, `talk` what was said before.
    """
    if text.count("```") + text.count("~~~") < 2:
        return None  # this is asked with every token, and mostly no block has ended yet
    blocks = read_blocks(text)
    if len(blocks) != 1 or not blocks[0].closed:
        return None
    lines, block = lines_of(text), blocks[0]
    after = "".join(lines[block.end :])
    sentence = SENTENCE.match(after)
    said = sentence[0] if sentence else after if len(after.strip()) > LONGEST_SENTENCE else ""
    if not said or TAKES_BACK.match(said) or REVISES.search(said):
        return None
    if not _is_meant(block, path) or block.content.strip() in talk:
        return None
    return "".join(lines[: block.end]) if _is_complete(block.content, name, given) else None


def _is_meant(block: Block, path: str) -> bool:
    """Whether the block is given as the module, and not as something on the way to it."""
    reading = read_block(block, ())
    if reading.name not in ("", path) or reading.kind not in ("file", "unnamed"):
        return False
    announced = [line for line in block.before if line.strip() and line.strip(" `*#:") != path]
    return not announced or DRAFT.search(announced[-1]) is None


def _is_complete(code: str, name: str, given: str) -> bool:
    module = module_of(code)
    if module is None or not module.body or gaps_in("solution.py", code):
        return False
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    return (not name or name in functions) and not lacking(module, module_of(given))
