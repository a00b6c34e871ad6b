"""From declarations to ensembles, blocks and the paths of their files.

A **liquid** is what a protocol prepares: model, number of particles, protocol, temperature or cooling rate. An
**ensemble** is a liquid with the minimizer that quenches it. Both are named by something readable and eight digits of
the hash of exactly what their preparation consumes, so scales and papers that declare the same thing share its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from glassworks import observables, watching
from glassworks.campaign.declared.campaign import (
    Campaign,
    Paper,
    observable_parameters,
    resolved_parameters,
    watcher_parameters,
)
from glassworks.campaign.declared.sections import Group, divided
from glassworks.campaign.planned.seeds import digest
from glassworks.models import Model
from glassworks.models.specification import packed, packing_fraction
from glassworks.protocols import Here, Point, Protocol, Rung

LIQUIDS, ENSEMBLES = "results/liquids", "results/ensembles"


def whole(observable: str) -> str:
    """An observable by its own name or that of one of its portions."""
    return observable.partition(".")[0]


def model_specification(model: Model) -> dict:
    """What of a model changes its glasses: everything but its prose, and masses only where it has any."""
    unsaid = {"masses"} if model.masses is None else set()
    return model.model_dump(mode="json", exclude={"description", "sources"} | unsaid)


@dataclass(frozen=True)
class Liquid:
    """All samples that one protocol prepares at one point.

    Attributes:
        rung: where it is on the way of its protocol.
        specification: exactly what the preparation consumes.
        above: the liquid whose last configurations start these chains (the next rung up the ladder), or None.
        watch: the parameters of what a group looks at while its trajectories run, resolved, by watcher; they are no
            part of what it is.
    """

    id: str
    model: Model
    n: int
    protocol: Protocol
    rung: Rung = field(repr=False, hash=False, compare=False)
    block_samples: int
    specification: dict = field(repr=False, hash=False, compare=False)
    digest: str = field(repr=False)
    above: Liquid | None = field(repr=False, hash=False, compare=False, default=None)
    watch: dict[str, dict] = field(repr=False, hash=False, compare=False, default_factory=dict)

    @property
    def temperature(self) -> float | None:
        return self.rung.temperature

    @property
    def rate(self) -> float | None:
        return self.rung.rate

    @property
    def waited(self) -> float:
        return self.rung.waited

    @property
    def packing(self) -> float:
        """Packing fraction: the volume of balls of diameters λ_i over that of the box."""
        return round(packing_fraction(self.model), 12)

    @property
    def starts_together(self) -> int:
        """Trajectories that start from one equilibrated liquid, one after another."""
        return self.protocol.starts_of(self.n)

    @property
    def samples_per_chain(self) -> int:
        return self.protocol.left_by_chain(self.rung.point)

    @property
    def chains_per_block(self) -> int:
        return self.block_samples // self.samples_per_chain

    def chains(self, block: int) -> range:
        """The chains that a block holds."""
        return range(block * self.chains_per_block, (block + 1) * self.chains_per_block)

    @property
    def stage(self) -> str:
        """The stage that prepares it."""
        return self.protocol.stage

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of each block."""
        return ("liquids", *self.protocol.tables_in(self.model.dimension))

    @property
    def told(self) -> dict:
        """What its preparation consumes beside model and size."""
        return self.specification["protocol"]

    @property
    def here(self) -> Here:
        """The liquid as those see it who prepare it."""
        rungs = tuple(rung.temperature for rung, _ in self.starts(0))
        return Here(self.model, self.n, self.temperature, self.told, rungs)

    def folder(self, block: int) -> str:
        return f"{LIQUIDS}/{self.id}/{block:05d}"

    def block_above(self, block: int) -> int:
        """The block of the next rung up that holds this block's chains."""
        return block * self.chains_per_block // self.above.chains_per_block

    def starts(self, block: int) -> list[tuple[Liquid, int]]:
        """The blocks of other liquids that a block starts from, warmest first: the next rung up, or more."""
        return list(self.above.ladder(self.block_above(block)))[-self.rung.reads :] if self.above else []

    def ladder(self, block: int) -> Iterator[tuple[Liquid, int]]:
        """This block and those that it starts from, from the top of the ladder down."""
        if self.above:
            yield from self.above.ladder(self.block_above(block))
        yield self, block

    @property
    def evidence(self) -> str:
        """The table with the evidence of its equilibrium."""
        return f"{LIQUIDS}/{self.id}/equilibrium.parquet"

    def measured(self, watcher: str) -> str:
        """The file name, without suffix, of what a watcher saw: its name and a hash of its parameters."""
        return f"{watcher}-{digest(self.watch[watcher])[:6]}"

    @property
    def run(self) -> watching.Run | None:
        """The trajectory as watchers see it."""
        return self.protocol.run(self.here)

    def watcher(self, name: str) -> tuple[watching.Watcher, watching.Run, BaseModel]:
        """A watcher, the trajectory that it sees, and its parameters."""
        return watching.load(name), self.run, watcher_parameters(name, self.watch[name])

    def keeps(self, watcher: str) -> bool:
        """Whether arrays lie beside a watcher's table."""
        chosen, _, parameters = self.watcher(watcher)
        return bool(chosen.arrays(parameters))


@dataclass(frozen=True)
class Ensemble:
    """All glasses of one liquid and one minimizer, in one paper's group.

    Attributes:
        minimizer: None where the liquid is measured as it is and nothing is quenched.
        samples: how many the scale asks for; a multiple of the block.
        observables: the parameters of each, resolved, by name.
        jobs: into how many jobs an observable's work on a sample is divided, where it is.
    """

    id: str
    paper: str
    group: str
    liquid: Liquid
    minimizer: str | None
    samples: int
    observables: dict[str, dict] = field(hash=False, compare=False)
    evidence: bool
    jobs: dict[str, int] = field(hash=False, compare=False, default_factory=dict)

    @property
    def model(self) -> Model:
        return self.liquid.model

    @property
    def n(self) -> int:
        return self.liquid.n

    @property
    def block_samples(self) -> int:
        return self.liquid.block_samples

    @property
    def blocks(self) -> range:
        return range(self.samples // self.block_samples)

    @property
    def specification(self) -> dict:
        """What the quench consumes."""
        return {"liquid": self.liquid.digest, "minimizer": self.minimizer}

    def folder(self, block: int) -> str:
        return f"{ENSEMBLES}/{self.id}/{block:05d}"

    def measured(self, observable: str) -> str:
        """The file name, without suffix, of an observable, or of a portion of it: its name and a hash of its
        parameters, and of those of the observables that it builds on."""
        name, *portion = observable.split(".")
        chosen, needs = self.observables[name], self.needs(name)
        return ".".join([f"{name}-{digest([chosen, needs] if needs else chosen)[:6]}", *portion])

    def portions(self, observable: str) -> list[str]:
        """The portions that an observable's work on a sample is divided into, as `<observable>.2of4`; none where it is
        not divided."""
        of = self.jobs.get(observable, 1)
        return [f"{observable}.{number}of{of}" for number in range(1, of + 1)] if of > 1 else []

    def chosen(self, observable: str) -> tuple[observables.Observable, observables.System, BaseModel]:
        """An observable, what it is measured on, and its parameters."""
        system, name = observables.System.of(self.model, self.n), whole(observable)
        return observables.load(name), system, observable_parameters(name, self.observables[name])

    def needs(self, observable: str) -> dict[str, dict]:
        """The parameters of the observables that one builds on, by name, each before those that need it."""
        return {name: self.observables[name] for name in observables.needed(whole(observable))}

    def kept(self, observable: str) -> bool:
        """Whether arrays lie beside an observable's table."""
        return bool(observables.load(whole(observable)).kept(self.observables[whole(observable)]))

    def keys(self) -> dict:
        """The key columns that every gathered table repeats on its rows."""
        return {
            "paper": self.paper,
            "group": self.group,
            "ensemble": self.id,
            "model": self.model.name,
            "dimension": self.model.dimension,
            "n": self.n,
            "protocol": self.liquid.protocol.tag,
            "temperature": float("nan") if self.liquid.temperature is None else self.liquid.temperature,
            "rate": float("nan") if self.liquid.rate is None else self.liquid.rate,
        }


def make_liquid(model: Model, n: int, group: Group, point: Point, made: dict[tuple, Liquid] | None = None) -> Liquid:
    """The liquid of a group at one of its points, with those above it.

    Args:
        made: liquids of the group, by n and point: those that are there are taken where they fit, the others come in.
    """
    above, made = None, {} if made is None else made
    for rung in group.protocol.path(n, point):
        known = made.get((n, rung.point))
        if known is None or known.rung != rung or known.above is not above:
            known = made[n, rung.point] = _on(rung, model, n, group, above)
        above = known
    return above


def _on(rung: Rung, model: Model, n: int, group: Group, above: Liquid | None) -> Liquid:
    """The liquid on a rung, whose chains start from the one above."""
    here = model if rung.packing is None else packed(model, rung.packing)
    told = {**rung.consumed, "start": above.digest} if above else dict(rung.consumed)
    resolved = {"model": model_specification(here), "n": n, "protocol": told}
    code, block = digest(resolved), group.block(n, rung.point)
    return Liquid(
        f"{here.name}_N{n}_{rung.name}_{code[:8]}", here, n, group.protocol, rung, block, resolved, code, above
    )


class Prepared:
    """A group's ensembles: what they have in common is found once.

    Attributes:
        watch, chosen: the parameters of what is looked at and of what is measured, resolved, by name.
        jobs: over how many jobs an observable is divided, where it is.
        liquids: those made so far.
    """

    def __init__(self, campaign: Campaign, paper: Paper, name: str):
        self.paper, self.name, self.group = paper.name, name, paper.groups[name]
        self.model = campaign.models[self.group.model]
        given = self.group.observables.items()
        self.watch = {
            key: watcher_parameters(key, each).model_dump(mode="json") for key, each in sorted(self.group.watch.items())
        }
        self.chosen = {key: resolved_parameters(key, each) for key, each in sorted(given)}
        self.jobs = {key: number for key, each in given if (number := divided(each)[0]) > 1}
        self.liquids: dict[tuple, Liquid] = {}

    def ensemble(self, n: int, point: Point, samples: int) -> Ensemble:
        """One ensemble."""
        group = self.group
        liquid = replace(make_liquid(self.model, n, group, point, self.liquids), watch=self.watch)
        stem = liquid.id.rsplit("_", 1)[0]
        code = digest({"liquid": liquid.digest, "minimizer": group.minimizer})[:8]
        identity = f"{stem}_{group.minimizer or 'liquid'}_{code}"
        return Ensemble(
            identity, self.paper, self.name, liquid, group.minimizer, samples, self.chosen, group.evidence, self.jobs
        )


def make_ensemble(campaign: Campaign, paper: Paper, name: str, n: int, point: Point, samples: int) -> Ensemble:
    """One ensemble of a paper's group."""
    return Prepared(campaign, paper, name).ensemble(n, point, samples)


def paper_ensembles(campaign: Campaign, paper: Paper) -> Iterator[Ensemble]:
    """The ensembles of a paper at the campaign's scale, in the order of its files; one that is listed twice comes once,
    with the larger number of samples."""
    found: dict[tuple[str, str], Ensemble] = {}
    for name, lines in paper.grids.items():
        prepared = Prepared(campaign, paper, name)
        for grid in lines:
            group = prepared.group
            for point in grid.points(group.protocol):
                samples = group.samples(grid.n, point, grid.samples)
                ensemble = prepared.ensemble(grid.n, point, samples)
                key = (name, ensemble.id)
                if key not in found or found[key].samples < ensemble.samples:
                    found[key] = ensemble
    return iter(found.values())
