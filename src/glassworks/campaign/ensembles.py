"""From declarations to ensembles, blocks and the paths of their files.

A **liquid** is what a protocol prepares: model, number of particles, protocol, temperature or cooling rate. An
**ensemble** is a liquid with the minimizer that quenches it. Both are named by something readable and eight digits of
the hash of exactly what their preparation consumes, so scales and papers that declare the same thing share its files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

from glassworks import observables
from glassworks.campaign.config import Campaign, Paper, resolved_parameters
from glassworks.campaign.declared import Group
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.fitting import packed, packing_fraction
from glassworks.campaign.paths import Point, Rung, Stepwise, Trajectories
from glassworks.campaign.protocols import (
    LIQUID_STAGES,
    RELAXATION_TABLES,
    STEP_TABLES,
    TAGS,
    Cooling,
    MolecularDynamics,
    Protocol,
    Relaxation,
    Swap,
)
from glassworks.campaign.seeds import digest
from glassworks.models import Model

LIQUIDS, ENSEMBLES = "results/liquids", "results/ensembles"
PATHS = ("step", "direct", "press")
"""How liquids along paths are called."""


def model_specification(model: Model) -> dict:
    """What of a model changes its glasses: everything but its prose."""
    return model.model_dump(mode="json", exclude={"description", "sources"})


@dataclass(frozen=True)
class Liquid:
    """All samples that one protocol prepares at one point.

    Attributes:
        temperature: parent temperature (None where cooled at a constant rate), or that of a rung of a path.
        rate: rate of cooling or compression (None where there is none).
        waited: time that its chains have had at its temperature and density when it is measured, where protocols differ
            by it (paths, and liquids that are watched); else NaN.
        specification: exactly what the preparation consumes.
        above: the liquid whose last configurations start these chains (the next rung up the ladder), or None.
    """

    id: str
    model: Model
    n: int
    protocol: Protocol
    temperature: float | None
    rate: float | None
    block_samples: int
    specification: dict = field(repr=False, hash=False, compare=False)
    digest: str = field(repr=False)
    above: Liquid | None = field(repr=False, hash=False, compare=False, default=None)
    waited: float = field(repr=False, hash=False, compare=False, default=nan)

    @property
    def packing(self) -> float:
        """Packing fraction: the volume of balls of diameters λ_i over that of the box."""
        return round(packing_fraction(self.model), 12)

    @property
    def starts_together(self) -> int:
        """Trajectories that start from one equilibrated liquid, one after another."""
        return self.protocol.starts_of(self.n) if isinstance(self.protocol, Trajectories) else 1

    @property
    def samples_per_chain(self) -> int:
        return self.protocol.left_by_chain(self.temperature) if isinstance(self.protocol, Swap) else 1

    @property
    def chains_per_block(self) -> int:
        return self.block_samples // self.samples_per_chain

    def chains(self, block: int) -> range:
        """The chains that a block holds."""
        return range(block * self.chains_per_block, (block + 1) * self.chains_per_block)

    @property
    def stage(self) -> str:
        """The stage that prepares it."""
        return LIQUID_STAGES.get(self.protocol.kind, "equilibrate")

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of each block."""
        more = {"step": STEP_TABLES, "relax": RELAXATION_TABLES}
        return ("liquids", *more.get(self.stage, ()))

    def folder(self, block: int) -> str:
        return f"{LIQUIDS}/{self.id}/{block:05d}"

    def block_above(self, block: int) -> int:
        """The block of the next rung up that holds this block's chains."""
        return block * self.chains_per_block // self.above.chains_per_block

    @property
    def tempered(self) -> bool:
        """Whether parallel tempering makes it."""
        return "tempering" in self.specification["protocol"]

    @property
    def relaxation_sweeps(self) -> float:
        """Declared relaxation time of a swap chain, or of a replica where tempered, in sweeps."""
        return self.specification["protocol"]["relaxation_sweeps"]

    def starts(self, block: int) -> list[tuple[Liquid, int]]:
        """The blocks of other liquids that a block starts from, warmest first: the next rung up, and more where
        tempered.
        """
        if self.above is None:
            return []
        count = self.specification["protocol"]["tempering"]["rungs"] if self.tempered else 1
        return list(self.above.ladder(self.block_above(block)))[-count:]

    def ladder(self, block: int) -> Iterator[tuple[Liquid, int]]:
        """This block and those that it starts from, from the top of the ladder down."""
        if self.above:
            yield from self.above.ladder(self.block_above(block))
        yield self, block

    @property
    def evidence(self) -> str:
        """The table with the evidence of its equilibrium."""
        return f"{LIQUIDS}/{self.id}/equilibrium.parquet"


@dataclass(frozen=True)
class Ensemble:
    """All glasses of one liquid and one minimizer, in one paper's group.

    Attributes:
        minimizer: None where the liquid is measured as it is and nothing is quenched.
        samples: how many the scale asks for; a multiple of the block.
        observables: the parameters of each, resolved, by name.
    """

    id: str
    paper: str
    group: str
    liquid: Liquid
    minimizer: str | None
    samples: int
    observables: dict[str, dict] = field(hash=False, compare=False)
    evidence: bool

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
        """The file name, without suffix, of an observable: its name and a hash of its parameters, and of those of the
        observables that it builds on."""
        chosen, needs = self.observables[observable], self.needs(observable)
        return f"{observable}-{digest([chosen, needs] if needs else chosen)[:6]}"

    def needs(self, observable: str) -> dict[str, dict]:
        """The parameters of the observables that one builds on, by name, each before those that need it."""
        return {name: self.observables[name] for name in observables.needed(observable)}

    def kept(self, observable: str) -> bool:
        """Whether arrays lie beside an observable's table."""
        return bool(observables.load(observable).kept(self.observables[observable]))

    def keys(self) -> dict:
        """The key columns that every gathered table repeats on its rows."""
        return {
            "paper": self.paper,
            "group": self.group,
            "ensemble": self.id,
            "model": self.model.name,
            "dimension": self.model.dimension,
            "n": self.n,
            "protocol": TAGS[self.liquid.protocol.kind],
            "temperature": float("nan") if self.liquid.temperature is None else self.liquid.temperature,
            "rate": float("nan") if self.liquid.rate is None else self.liquid.rate,
        }


def _number(value: float, style: str) -> str:
    """A number in a name: in the given style where that is exact, else in full."""
    text = format(value, style)
    return text if float(text) == value else repr(value)


def make_liquid(model: Model, n: int, group: Group, point: Point) -> Liquid:
    """The liquid of a group at one of its points."""
    protocol, block = group.protocol, group.block(n, point)
    if isinstance(protocol, Swap):
        return _swap_liquid(model, n, group, point)
    if isinstance(protocol, Trajectories):
        return _path_liquid(model, n, group, point)
    if isinstance(protocol, Relaxation):
        return _relaxed_liquid(model, n, group, point)
    if isinstance(protocol, Cooling):
        specification = {**protocol.model_dump(mode="json", exclude={"samples_per_chain"}), "rate": point}
        name = f"cooling_R{_number(point, '.0e')}"
        return _liquid(model, n, protocol, name, specification, block, rate=point)
    specification = protocol.model_dump(mode="json", exclude={"samples_per_chain"})
    name = f"md_T{_number(protocol.temperature, '.3f')}"
    return _liquid(model, n, protocol, name, specification, block, temperature=protocol.temperature)


def _swap_liquid(model: Model, n: int, group: Group, temperature: float) -> Liquid:
    protocol: Swap = group.protocol
    rungs = protocol.rungs(temperature)
    above = _swap_liquid(model, n, group, rungs[-2]) if len(rungs) > 1 else None
    specification = {
        "kind": "swap",
        "temperature": temperature,
        "relaxation_sweeps": protocol.relaxation_sweeps[temperature],
        "before": protocol.before,
        "between": protocol.spacing(temperature),
        "samples_per_chain": protocol.left_by_chain(temperature),
        "swap_fraction": protocol.swap_fraction,
        "start": above.digest if above else "random",
    }
    tempering = protocol.tempering
    if tempering and temperature <= tempering.at_or_below and n <= (tempering.largest or n):
        from glassworks.liquids.tempering import filled_ladder  # loads kernels, which most jobs do without

        specification["relaxation_sweeps"] = tempering.relaxation_sweeps[temperature]
        replicas = rungs[rungs.index(tempering.warmest) :]
        specification["tempering"] = {
            "rungs": len(replicas) - 1,
            "temperatures": filled_ladder(replicas, n, tempering.heat_capacity, tempering.exchange_rate),
            "exchange_sweeps": tempering.exchange_sweeps,
        }
    name = f"swap_T{_number(temperature, '.3f')}"
    block = group.block(n, temperature)
    return _liquid(model, n, protocol, name, specification, block, temperature=temperature, above=above)


def _relaxed_liquid(model: Model, n: int, group: Group, temperature: float) -> Liquid:
    """The liquid at one temperature of a ladder in equilibrium, with those above it."""
    protocol: Relaxation = group.protocol
    above = None
    for here in protocol.rungs(temperature):
        specification = {
            **protocol.model_dump(mode="json", exclude={"samples_per_chain", "relaxation_times"}),
            "temperature": here,
            "relaxation_time": protocol.relaxation_times[here],
            "start": above.digest if above else "random",
        }
        name, block = f"relax_T{_number(here, 'g')}", group.block(n, here)
        waited = protocol.before * protocol.relaxation_times[here]
        above = _liquid(model, n, protocol, name, specification, block, here, above=above, waited=waited)
    return above


def _path_liquid(model: Model, n: int, group: Group, point: Point) -> Liquid:
    """The liquid at one point of a path, with those above it."""
    protocol: Trajectories = group.protocol
    above = None
    for rung in protocol.path(point):
        here = model if rung.packing is None else packed(model, rung.packing)
        specification = _rung_specification(protocol, n, rung) | {"start": above.digest if above else "random"}
        name = f"{rung.tag}_" + "".join(
            f"{letter}{_number(x, '.0e' if letter == 'R' else 'g')}" for letter, x in rung.name
        )
        block = group.block(n, rung.point)
        above = _liquid(here, n, protocol, name, specification, block, rung.temperature, rung.rate, above, rung.waited)
    return above


def _rung_specification(protocol: Trajectories, n: int, rung: Rung) -> dict:
    found = {
        "kind": "stepwise",
        "temperature": rung.temperature,
        "duration": rung.duration,
        "window": protocol.window,
        "every": protocol.every,
        "snapshots": protocol.snapshots,
        "apart": protocol.apart,
    }
    if rung.point[0] is None and protocol.starts_of(n) > 1:
        found |= {"starts": protocol.starts_of(n), "between": protocol.between}
    if rung.rescaled:
        found["rescaled"] = True
    if rung.redraw:
        found["redraw"] = rung.redraw
    if isinstance(protocol, Stepwise) and rung.temperature in protocol.stills and not rung.rescaled:
        found["still"] = True
    return found


def _liquid(
    model, n, protocol, name, specification, block, temperature=None, rate=None, above=None, waited=nan
) -> Liquid:
    resolved = {"model": model_specification(model), "n": n, "protocol": specification}
    code = digest(resolved)
    identity = f"{model.name}_N{n}_{name}_{code[:8]}"
    return Liquid(identity, model, n, protocol, temperature, rate, block, resolved, code, above, waited)


def make_ensemble(campaign: Campaign, paper: Paper, name: str, n: int, point: Point, samples: int) -> Ensemble:
    """One ensemble of a paper's group."""
    group: Group = paper.groups[name]
    liquid = make_liquid(campaign.models[group.model], n, group, point)
    chosen = {key: resolved_parameters(key, given) for key, given in sorted(group.observables.items())}
    stem = liquid.id.rsplit("_", 1)[0]
    code = digest({"liquid": liquid.digest, "minimizer": group.minimizer})[:8]
    identity = f"{stem}_{group.minimizer or 'liquid'}_{code}"
    return Ensemble(identity, paper.name, name, liquid, group.minimizer, samples, chosen, group.evidence)


def paper_ensembles(campaign: Campaign, paper: Paper) -> Iterator[Ensemble]:
    """The ensembles of a paper at the campaign's scale, in the order of its files; one that is listed twice comes once,
    with the larger number of samples."""
    found: dict[tuple[str, str], Ensemble] = {}
    for name, lines in paper.grids.items():
        for grid in lines:
            group = paper.groups[name]
            for point in grid.points(group.protocol):
                samples = group.samples(grid.n, point, grid.samples)
                ensemble = make_ensemble(campaign, paper, name, grid.n, point, samples)
                key = (name, ensemble.id)
                if key not in found or found[key].samples < ensemble.samples:
                    found[key] = ensemble
    return iter(found.values())


NAME = re.compile(r"_N(?P<n>\d+)_(?P<kind>swap|md|cooling|relax|step|direct|press)_(?P<letter>[TRW])(?P<point>[^_]+)_")


def liquid_stage(identity: str) -> str:
    """The stage that prepares the liquid of a name."""
    named = NAME.search(identity)
    kinds = {tag: kind for kind, tag in TAGS.items()}
    return LIQUID_STAGES.get(kinds[named["kind"]], "equilibrate") if named else "equilibrate"


def find(campaign: Campaign, identity: str) -> Liquid | Ensemble:
    """The liquid or ensemble of a name, at whatever scale.

    The name tells size and point; its hash proves that the configuration still means the same thing.
    Raises ConfigurationError where no group of any paper makes it.
    """
    named = NAME.search(identity)
    if named:
        for paper, name, point in _candidates(campaign, named):
            group = paper.groups[name]
            ensemble = make_ensemble(campaign, paper, name, int(named["n"]), point, group.block(int(named["n"]), point))
            for made in (ensemble, ensemble.liquid, ensemble.liquid.above):
                if made and made.id == identity:
                    return made
    raise ConfigurationError(
        [
            f"{identity}: no group of the campaign's papers makes this; "
            "the configuration may have changed since it was named",
            *campaign.passed_over,
        ]
    )


def _candidates(campaign: Campaign, named: re.Match) -> Iterator[tuple[Paper, str, Point]]:
    for paper in campaign.likely(named.string[: named.start()]):  # the name of its model
        for name, group in paper.groups.items():
            if not named.string.startswith(f"{group.model}_N"):
                continue
            for point in _points(group.protocol, named):
                if group.block(int(named["n"]), point):
                    yield paper, name, point


def _points(protocol: Protocol, named: re.Match) -> list[Point]:
    """The points of a protocol that a name can mean: one, or none."""
    if isinstance(protocol, Trajectories):
        if named["kind"] not in PATHS:
            return []
        first, _, second = re.sub("[TF]", " ", named["point"]).rpartition(" ")
        found = protocol.point_of(named["kind"], float(first) if first else None, float(second))
        return [] if found is None else [found]
    if TAGS[protocol.kind] != named["kind"]:
        return []
    if isinstance(protocol, MolecularDynamics):
        return [None]
    point = float(named["point"])
    return [point] if isinstance(protocol, Cooling) or point in protocol.ladder else []


def parameters_of(campaign: Campaign, identity: str, measured: str) -> tuple[Ensemble, str]:
    """The ensemble and observable behind the file name `<observable>-<hash>` of an ensemble."""
    named = NAME.search(identity)
    observable = measured.rpartition("-")[0]
    for paper, name, point in _candidates(campaign, named) if named else ():
        group = paper.groups[name]
        if observable not in group.observables:
            continue
        n = int(named["n"])
        ensemble = make_ensemble(campaign, paper, name, n, point, group.block(n, point))
        if ensemble.id == identity and ensemble.measured(observable) == measured:
            return ensemble, observable
    raise ConfigurationError(f"{identity}: {measured}: no group of the campaign's papers measures this")
