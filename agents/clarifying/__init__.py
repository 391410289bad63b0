"""Clarification that knows when to ask, as in ClarifyGPT (arXiv:2310.10996)."""

from __future__ import annotations

from agents.clarifying.options import ClarifyOptions
from agents.clarifying.stage import clarify

__all__ = ["ClarifyOptions", "clarify"]
