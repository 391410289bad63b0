"""The dynamic code graph of a project: files are nodes, imports are edges (AgileCoder, arXiv:2406.11912)."""

from agents.codegraph.circles import circles
from agents.codegraph.graph import CodeGraph, edges
from agents.codegraph.languages import is_code
from agents.codegraph.parts import Symbol

__all__ = ["CodeGraph", "Symbol", "circles", "edges", "is_code"]
