"""Hostile programs, each really run: `python -m tests.hostile` tries all of them on every sandbox here."""
