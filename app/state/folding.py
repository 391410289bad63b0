"""Which teams are folded away, so that a company of a thousand can still be read. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.state.hierarchy import HierarchyState

ALL_LEVELS = 1_000


class Folding:
    """The user's word on single teams, and the level below which all others are folded.

    A head is at level 0; an agent's team is folded when the agent's level is `levels` or deeper. While
    `automatic`, whoever draws the team sets `levels` to what can be read in the room at hand.
    """

    def __init__(self) -> None:
        self.levels = ALL_LEVELS
        self.automatic = True
        self._said: dict[str, bool] = {}

    def folds(self, agent: str, level: int) -> bool:
        """Whether an agent's team is folded away."""
        return self._said.get(agent, level >= self.levels)

    def say(self, agent: str, folded: bool) -> None:
        """Fold or unfold one team, whatever its level."""
        self._said[agent] = folded

    def to_level(self, levels: int) -> None:
        """Show so many levels below the heads, of every team alike."""
        self.levels, self.automatic = max(0, levels), False
        self._said.clear()

    def to_what_fits(self) -> None:
        """Leave it to the room at hand."""
        self.automatic = True
        self._said.clear()


@dataclass(frozen=True, slots=True)
class Outline:
    """What is to be seen of a team.

    `members` has the teams that are not folded, by their manager. `inside` names for each hidden agent the
    one that stands for it, `hidden` counts for each of those how many it stands for.
    """

    heads: Sequence[str] = ()
    members: dict[str, Sequence[str]] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)

    def shown(self, agent: str) -> str:
        """The agent itself where it is seen, else the one that stands for it."""
        return self.inside.get(agent, agent)

    @property
    def count(self) -> int:
        """How many agents are seen."""
        return len(self.heads) + sum(len(members) for members in self.members.values())


def outlined(team: HierarchyState, folding: Folding) -> Outline:
    """What a folding leaves to be seen."""
    outline = Outline(team.heads)
    level = list(team.heads)
    depth = 0
    while level:
        below: list[str] = []
        for agent in level:
            members = team.agents[agent].team
            if members and folding.folds(agent, depth):
                _hide(team, agent, outline)
            elif members:
                outline.members[agent] = members
                below.extend(members)
        level, depth = below, depth + 1
    return outline


def _hide(team: HierarchyState, agent: str, outline: Outline) -> None:
    """Put everybody below an agent inside it."""
    below = list(team.agents[agent].team)
    for member in below:  # grows while it is read
        outline.inside[member] = agent
        below.extend(team.agents[member].team)
    outline.hidden[agent] = len(below)


def depth_of(team: HierarchyState) -> int:
    """How many levels there are below the heads."""
    levels: dict[str, int] = {}
    for path, node in team.agents.items():  # managers are hired before their teams
        levels[path] = levels[node.manager] + 1 if node.manager in levels else 0
    return max(levels.values(), default=0)
