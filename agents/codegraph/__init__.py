"""The dynamic code graph of a project: files are nodes, imports are edges (AgileCoder, arXiv:2406.11912)."""

from agents.codegraph.graph import CodeGraph, edges
from agents.codegraph.parts import Symbol

__all__ = ["CodeGraph", "Symbol", "edges"]
