"""The parts of the Ollama provider.

All but `connection` and `failures` are light. These import the clients (half a second), so they are only
imported when a server is first spoken to; that is why they are not modules of `agents.models`,
all of which the registry imports.
"""

from __future__ import annotations

from agents.errors import ModelFailed


class ThinkingRefused(ModelFailed):
    """The server refused the request because of its `think`; it may be asked again without."""
