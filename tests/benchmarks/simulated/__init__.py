"""A simulated model with a chosen skill, for measuring methods where no model is at hand."""

from tests.benchmarks.simulated.knowledge import Known, known_problems
from tests.benchmarks.simulated.model import SimulatedModel, Skill

__all__ = ["Known", "SimulatedModel", "Skill", "known_problems"]
