"""What a job asks for: memory and run time, by the cost model and by what jobs took that were killed."""

from __future__ import annotations

import functools
from dataclasses import replace

from glassworks.campaign.jobs import killed
from glassworks.campaign.planned.dag import Plan, observable_of
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.planned.simulation import SIMULATION, stage_of


class Requests:
    """What the jobs of a plan ask for.

    Args:
        cluster: jobs run through an executor, whose own processes a cluster counts as the job's.
    """

    def __init__(self, plan: Plan, cluster: bool = False):
        self.plan, self.costs, self.root, self.cluster = plan, plan.costs, plan.campaign.root, cluster

    def memory(self, stage: str, wildcards: object, attempt: int) -> int:
        """Memory to ask for, in MB: what the cost model expects, half as much again with each attempt, and more than a
        job took that was killed for it."""
        made, observable = self.plan.made_by(stage, wildcards), observable_of(wildcards)
        expected = self._memory(stage, made, observable)
        beside = self.costs.memory("executor", None) if self.cluster else 0.0
        asked = int((expected + beside) * killed.MORE ** (attempt - 1)) + 1
        if made is None:
            return asked
        job = SIMULATION[stage].job(made, int(getattr(wildcards, "block", 0)), observable)
        if attempt == 1:
            return max(asked, self._least.get(job, 0))
        return max(asked, killed.settle(self.root, job, expected))

    def runtime(self, stage: str, wildcards: object, attempt: int) -> int:
        """Run time to ask for, in minutes: three times what the cost model expects, and more with each attempt."""
        seconds = self.plan.priorities.seconds(stage, self.plan.made_by(stage, wildcards), observable_of(wildcards))
        return int(3.0 * attempt * seconds / 60) + 10

    def _memory(self, stage: str, made: Liquid | Ensemble | None, observable: str) -> float:
        """Expected MB of a job; that of a block's observables is made for the one that takes most, that of its watchers
        for all together."""
        if stage in ("observe", "portion"):
            return self.costs.memory(stage, made, [observable])
        if stage == "watch":
            here = [pair for (identity, _), pair in self.plan.watched.items() if identity == made.id]
            beside = sum(SIMULATION[stage].working(liquid, [watcher]) for liquid, watcher in here)
            return self.costs.memory(stage, replace(made, watch={})) + beside
        if stage != "measure":
            return self.costs.memory(stage, made)
        measured = (each for (identity, _), each in self.plan.measured.items() if identity == made.id)
        return max(self.costs.memory(stage, each, [name]) for each, name in measured if stage_of(name) == stage)

    @functools.cached_property
    def _least(self) -> dict[str, int]:
        return killed.all_least(self.root)
