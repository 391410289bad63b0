"""What a conversation says in place of its messages while there are none to show."""

from __future__ import annotations

from app.i18n import tr


def empty_words(begun: bool, everything: bool) -> tuple[str, str]:
    """Title and text: before a run has begun, before anything was said, or where a filter hides it all."""
    if not begun:
        return tr("No conversation yet"), tr("Describe what you want to have built, and start a run.")
    if everything:
        return tr("The team is getting together"), tr("What its members say to each other appears here.")
    return tr("Nothing here yet"), tr("What fits the filter above appears here; clear it to see everything.")
