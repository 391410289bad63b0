"""Clarification that knows when to ask, as in ClarifyGPT (arXiv:2310.10996)."""
