"""What each role of a run has been sent: how much of its next prompt could stand in a slot already."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.benchmarks.machine.exchanges import Exchange
from tests.support.ollama.scripted import common_start, count_tokens

_TELLING = 12  # characters; shorter lines come again by chance


@dataclass(slots=True)
class Sent:
    """What the roles were sent and said so far, in the order in which the prompts were read."""

    _texts: dict[str, list[str]] = field(default_factory=dict)
    _lines: dict[str, set[str]] = field(default_factory=dict)

    def beginning(self, exchange: Exchange) -> int:
        """With how many tokens a prompt goes on from what its role was sent, or said, before.

        A cache of prefixes can hold no more than that, however large.
        """
        known = self._texts.get(exchange.role, [])
        return max((count_tokens(common_start(text, exchange.prompt)) for text in known), default=0)

    def again(self, exchange: Exchange, cached: int) -> int:
        """The tokens of those lines behind the `cached` ones that this role was sent, or said, before."""
        known = self._lines.get(exchange.role, set())
        unread = exchange.prompt[cached * 4 :]
        return count_tokens("".join(line for line in unread.splitlines() if line.strip() in known))

    def add(self, exchange: Exchange) -> None:
        """A prompt is read."""
        text = f"{exchange.prompt}{exchange.reply}"
        self._texts.setdefault(exchange.role, []).append(text)
        lines = {line.strip() for line in text.splitlines()}
        self._lines.setdefault(exchange.role, set()).update(line for line in lines if len(line) >= _TELLING)
