"""What is known of a server's models, asked for once: whether they think, and where their replies end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agents.contracts import ChatRequest, Think

if TYPE_CHECKING:
    from agents.models._ollama.connection import Connection, Shown


class KnownModels:
    """The facts of models that requests depend on."""

    def __init__(self) -> None:
        self._thinks: dict[str, bool] = {}
        self._stops: dict[str, tuple[str, ...]] = {}

    def learn(self, model: str, shown: Shown) -> None:
        """Keep what the server says of a model."""
        self._thinks[model] = "thinking" in shown.capabilities
        self._stops[model] = shown.stops

    def refused_to_think(self, model: str) -> None:
        """The server does not let this model think after all."""
        self._thinks[model] = False

    async def thinking(self, connection: Connection, request: ChatRequest) -> Think:
        """What may be asked of this model's thinking."""
        if request.think is None:
            return None
        if request.model not in self._thinks:
            self.learn(request.model, await connection.show(request.model))
        return request.think if self._thinks[request.model] else None

    async def with_own_stops(self, connection: Connection, request: ChatRequest) -> ChatRequest:
        """The request with the model's own stops beside those that it names, which would replace them."""
        if not request.options.stop:
            return request
        if request.model not in self._stops:
            self.learn(request.model, await connection.show(request.model))
        stop = tuple(dict.fromkeys([*self._stops[request.model], *request.options.stop]))
        return replace(request, options=replace(request.options, stop=stop))
