"""What the user allows: once, for the whole project, or never again."""

from __future__ import annotations

from agents.store.store import Store

YES, ALWAYS, NO, NEVER = "yes", "always", "no", "never"
CHOICES = (YES, ALWAYS, NO, NEVER)


class Consents:
    """What was allowed or refused for good in one project. `what` is `execute` or `install NAME`."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def recall(self, what: str) -> bool | None:
        """Whether `what` is allowed for the project; None when it must be asked."""
        return self._store.consent(self._project, what)

    def decide(self, what: str, answer: str) -> bool:
        """Whether an answer allows `what` now; `always` and `never` are kept for the project.

        Any other answer than a plain yes refuses.
        """
        said = answer.strip().lower()
        if said in {ALWAYS, NEVER}:
            self._store.keep_consent(self._project, what, said == ALWAYS)
        return said in {YES, "y", ALWAYS}
