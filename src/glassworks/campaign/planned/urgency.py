"""Which of the jobs that are ready starts first: those of an earlier paper, and of one paper what others wait for
longest.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence

from glassworks.campaign.planned.costs import Costs
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.planned.results import GATHER, RESULTS
from glassworks.campaign.planned.simulation import stage_of
from glassworks.protocols import STAGES

PAPER = 1e9
"""By how much an earlier paper's jobs come before a later one's: more seconds than any chain of jobs takes."""


class Urgency:
    """Priorities of jobs.

    Papers finish in their order: a job's priority goes first by the first paper that it is made for. Among the jobs of
    a paper it is the seconds of the longest chain of them that begins with it, because starting what others wait for
    longest keeps all cores busy to the end (R. L. Graham, SIAM J. Appl. Math. 17, 416, 1969).

    Args:
        papers: the ensembles of each paper, in the order in which papers shall finish.
    """

    def __init__(self, papers: Mapping[str, Sequence[Ensemble]], costs: Costs):
        self.papers, self.costs = papers, costs

    def of_job(self, stage: str, made: Liquid | Ensemble, observable: str = "", names: Collection[str] = ()) -> float:
        """Priority of a simulation job.

        Args:
            names: of what it makes, with the hashes of their parameters, where that need not be all that is made of a
                block.
        """
        paper = self._owners[_key(stage, made, observable)]
        chain = self._chain(paper, stage, made, observable) - self._left_out(stage, made, names)
        return self._before(paper) + chain + self._results[GATHER]

    def of_results(self, job: str, paper: str) -> float:
        """Priority of a job that makes a paper's results."""
        return self._before(paper) + self._results[job]

    def seconds(self, stage: str, made: Liquid | Ensemble | None, observable: str = "") -> float:
        """Expected seconds of one job; `measure` makes everything that is measured on an ensemble's glasses, `watch`
        all that looks at a liquid's trajectories."""
        if stage in ("measure", "watch"):
            return (self._measuring if stage == "measure" else self._watching)[made.id]
        return self.costs.seconds(stage, made, observable)

    def _left_out(self, stage: str, made: Liquid | Ensemble, names: Collection[str]) -> float:
        """Seconds of what is made of other blocks alone."""
        if not names:
            return 0.0
        each = (self._measured if stage == "measure" else self._watched)[made.id]
        return sum(took for name, took in each.items() if name not in names)

    def _before(self, paper: str) -> float:
        return PAPER * (len(self.papers) - list(self.papers).index(paper))

    def _chain(self, paper: str, stage: str, made: Liquid | Ensemble, observable: str) -> float:
        if stage in STAGES:
            return self._chains[paper][made.id]
        after = self._measured_after(made) if stage == "quench" else 0.0
        after += self._measuring[made.id] if stage == "portion" else 0.0
        return self.seconds(stage, made, observable) + after

    def _measured_after(self, made: Ensemble) -> float:
        """Seconds of the longest chain of jobs that measure a block of glasses."""
        portions = (self.seconds("portion", made, each) for name in made.observables for each in made.portions(name))
        return max(portions, default=0.0) + self._measuring.get(made.id, 0.0)

    @functools.cached_property
    def _owners(self) -> dict[tuple[str, str], str]:
        """The first paper that each job is made for."""
        found: dict[tuple[str, str], str] = {}
        for paper, ensembles in self.papers.items():
            for ensemble in ensembles:
                for key in _keys(ensemble):
                    found.setdefault(key, paper)
        return found

    @functools.cached_property
    def _results(self) -> dict[str, float]:
        """Seconds of the longest chain of jobs that begins with one that makes results."""
        after = self.costs.seconds(RESULTS, None)
        return {GATHER: self.costs.seconds(GATHER, None) + after, RESULTS: after}

    @functools.cached_property
    def _measuring(self) -> dict[str, float]:
        """Seconds of the job that makes all observables of a block of glasses, by ensemble."""
        return {identity: sum(each.values()) for identity, each in self._measured.items()}

    @functools.cached_property
    def _measured(self) -> dict[str, dict[str, float]]:
        """The same of each observable by itself, by its name with the hash of its parameters."""
        found: dict[str, dict[str, float]] = {}
        for ensemble in (each for ensembles in self.papers.values() for each in ensembles):
            for name in ensemble.observables:
                if stage_of(name) == "measure":
                    took = self.costs.seconds("measure", ensemble, name)
                    found.setdefault(ensemble.id, {}).setdefault(ensemble.measured(name), took)
        return found

    @functools.cached_property
    def _watching(self) -> dict[str, float]:
        """Seconds of the job that feeds all watchers of a block of liquids, by liquid."""
        return {identity: sum(each.values()) for identity, each in self._watched.items()}

    @functools.cached_property
    def _watched(self) -> dict[str, dict[str, float]]:
        """The same of each watcher by itself."""
        found: dict[str, dict[str, float]] = {}
        for liquid in (each.liquid for ensembles in self.papers.values() for each in ensembles):
            for name in liquid.watch:
                took = self.costs.seconds("watch", liquid, name)
                found.setdefault(liquid.id, {}).setdefault(liquid.measured(name), took)
        return found

    @functools.cached_property
    def _chains(self) -> dict[str, dict[str, float]]:
        """For each paper the seconds of the longest chain of its jobs from a liquid on."""
        return {paper: self._from_liquids(ensembles) for paper, ensembles in self.papers.items()}

    def _from_liquids(self, ensembles: Sequence[Ensemble]) -> dict[str, float]:
        """Seconds of the longest chain from a liquid on: lower rungs, evidence, its glasses."""
        after: dict[str, float] = {}
        liquids: dict[str, Liquid] = {}
        for ensemble in ensembles:
            liquids |= {liquid.id: liquid for liquid, _ in ensemble.liquid.ladder(0)}
            identity = ensemble.liquid.id
            after[identity] = max([after.get(identity, 0.0), *self._upon(ensemble)])
        found: dict[str, float] = {}
        for liquid in sorted(liquids.values(), key=lambda each: len(list(each.ladder(0))), reverse=True):
            found[liquid.id] = self.seconds(liquid.stage, liquid) + after.get(liquid.id, 0.0)
            if liquid.above:
                after[liquid.above.id] = max(after.get(liquid.above.id, 0.0), found[liquid.id])
        return found

    def _upon(self, ensemble: Ensemble) -> Iterator[float]:
        """Seconds of each chain of jobs that waits for the liquid of an ensemble."""
        yield from (
            self.seconds("observe", ensemble, each) for each in ensemble.observables if stage_of(each) == "observe"
        )
        if ensemble.minimizer:
            yield self.seconds("quench", ensemble) + self._measured_after(ensemble)
        if ensemble.evidence:
            yield self.seconds("evidence", ensemble.liquid)
        if ensemble.liquid.watch:
            yield self.seconds("watch", ensemble.liquid)


def _key(stage: str, made: Liquid | Ensemble, observable: str) -> tuple[str, str]:
    """A job of any block; what is measured on a block of glasses is one, and what looks at its trajectories."""
    return stage, f"{made.id} {made.measured(observable)}" if stage in ("observe", "portion") else made.id


def _keys(ensemble: Ensemble) -> Iterator[tuple[str, str]]:
    """The jobs that an ensemble is made by."""
    yield from (_key(liquid.stage, liquid, "") for liquid, _ in ensemble.liquid.ladder(0))
    if ensemble.evidence:
        yield _key("evidence", ensemble.liquid, "")
    if ensemble.liquid.watch:
        yield _key("watch", ensemble.liquid, "")
    if ensemble.minimizer:
        yield _key("quench", ensemble, "")
    every = (each for name in ensemble.observables for each in (name, *ensemble.portions(name)))
    yield from (_key(stage_of(each), ensemble, each) for each in every)
