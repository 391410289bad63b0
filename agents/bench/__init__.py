"""Comparing methods: problem sets, the bench that solves them by each method, and its figures."""

from agents.bench.estimate import interval, pass_at
from agents.bench.problems import Problem, load_problems
from agents.bench.reading import benches, stored_cells
from agents.bench.results import Cell, MethodFigures, figures_by_method
from agents.bench.running import Bench, BenchPlan

__all__ = [
    "Bench",
    "BenchPlan",
    "Cell",
    "MethodFigures",
    "Problem",
    "benches",
    "figures_by_method",
    "interval",
    "load_problems",
    "pass_at",
    "stored_cells",
]
