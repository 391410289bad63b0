"""How runs of one kind were carried out the last time, kept between starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agents.errors import DatabaseDamaged
from agents.plan import Plan
from app.settings import WindowSettings
from app.sharing import together


@dataclass(frozen=True, slots=True)
class LastPlan:
    """The last plan under `key` in the settings, without what was asked for; `usual` before there is one."""

    settings: WindowSettings
    key: str
    usual: Plan

    def plan(self) -> Plan:
        """How the next one may be carried out: model and server are those chosen last in any dialog."""
        try:
            last = Plan.from_json(self.settings.text(self.key))
        except DatabaseDamaged:  # nothing was kept yet, or by a version that knew other values
            last = self.usual
        every = together(self.settings.hosts) if self.settings.shares_work else None
        host = every.address if every is not None else self.settings.default_host
        return replace(last, model=self.settings.text("model"), host=host)

    def remember(self, plan: Plan) -> None:
        """Keep how a run that has begun is carried out."""
        self.settings.set_text(self.key, plan.without_request().to_json())
        self.settings.set_text("model", plan.model)
        every = together(self.settings.hosts)
        self.settings.shares_work = every is not None and plan.host == every.address
        if not self.settings.shares_work:
            self.settings.remember_host(plan.host)
