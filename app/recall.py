"""What was written before, to be called back with the arrow keys, as in a shell. No Qt."""

from __future__ import annotations

MOST = 100


class Recall:
    """Earlier texts, the latest last, and a place among them; the text being written waits at the end."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._place = 0
        self._draft = ""

    def add(self, text: str) -> None:
        """Keep a text that was sent, and go to the end."""
        if text in self._texts:
            self._texts.remove(text)
        self._texts = [*self._texts, text][-MOST:]
        self._place, self._draft = len(self._texts), ""

    def earlier(self, written: str) -> str | None:
        """The text before the present one, None when there is none; `written` is kept to come back to."""
        if self._place == 0:
            return None
        if self._place == len(self._texts):
            self._draft = written
        self._place -= 1
        return self._texts[self._place]

    def later(self) -> str | None:
        """The text after the present one, at last what was being written; None at the end."""
        if self._place >= len(self._texts):
            return None
        self._place += 1
        return self._texts[self._place] if self._place < len(self._texts) else self._draft
