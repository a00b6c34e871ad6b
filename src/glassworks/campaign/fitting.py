"""Whether the groups of a paper fit their models, and the lines of a scale the groups: a sentence for each that does
not.
"""

from __future__ import annotations

from math import log, sqrt

from glassworks import observables
from glassworks.campaign.declared import Grid, Group
from glassworks.campaign.errors import ConfigurationError, unknown
from glassworks.campaign.paths import Compression, DirectQuench, Point, Stepwise, Trajectories, multiple
from glassworks.campaign.protocols import CHOICES, Protocol, Relaxation, Swap
from glassworks.campaign.reading import parse
from glassworks.choices import MINIMIZERS
from glassworks.models import Model
from glassworks.models.specification import ball_volume

MOST_BLOCKS = 100_000
"""Blocks of an ensemble: their folders' names have five digits."""
MOST_REPLICAS = 1000
"""Temperatures of parallel tempering, which one job holds in memory."""


def group_problems(file: str, key: str, group: Group, model: Model) -> list[str]:
    """Unknown minimizer or observable, parameters that an observable does not take, systems too small for the model."""
    problems = []
    if group.minimizer not in (None, *MINIMIZERS):
        problems.append(unknown(file, f"{key}.minimizer", group.minimizer, "minimizer", MINIMIZERS))
    for name, parameters in group.observables.items():
        if name not in observables.every_name():
            problems.append(unknown(file, f"{key}.observables", name, "observable", observables.every_name()))
            continue
        problems += [
            f"{file}: {key}.observables: {name}: builds on {other}, which is not measured here; allowed: beside it"
            for other in observables.needed(name)
            if other not in group.observables
        ]
        try:
            parse(observables.load(name).parameters, parameters, f"{file}: {key}.observables.{name}")
        except ConfigurationError as error:
            problems += [problem.replace(f"{name}: ", f"{name}.", 1) for problem in error.problems]
    densest = _densest(model, group.protocol)
    for n in group.block_samples:
        if n < densest.smallest_system():
            problems.append(_too_small(file, f"{key}.block_samples", densest, n))
    if isinstance(group.protocol, Trajectories):
        problems += _path_problems(file, f"{key}.protocol", group.protocol, model)
    return problems


def _densest(model: Model, protocol: Protocol) -> Model:
    """The model at the highest density that a protocol takes it to."""
    return packed(model, protocol.end_packing_fraction) if isinstance(protocol, Compression) else model


def _path_problems(file: str, key: str, protocol: Trajectories, model: Model) -> list[str]:
    """A model whose fields are not measured, frames between two steps of molecular dynamics."""
    if model.dimension != 2:
        return [
            f"{file}: {key}.kind: {protocol.kind}: measures stress fields and hexatic order, which {model.name} in "
            f"{model.dimension} dimensions does not have; allowed: models in two dimensions"
        ]
    steps = {model.step(protocol.temperature), model.step(0.0)}
    return [
        f"{file}: {key}.every: {protocol.every:g}: must be a multiple of the molecular-dynamics step, {step:g}"
        for step in sorted(steps)
        if not multiple(protocol.every, step)
    ]


def grid_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, models: dict[str, Model]
) -> list[str]:
    """Points that the protocol does not have, systems too small for the cutoff, samples that do not fill blocks."""
    problems = []
    protocol = group.protocol
    wanted = CHOICES.get(protocol.kind, ())
    for option in ("temperatures", "rates", "times", "packing_fractions"):
        given = getattr(grid, option)
        if given and option not in wanted:
            problems.append(
                f"{file}: {key}.{option}: the group {name} is made by {protocol.kind}, which has no {option} to choose"
                + (f"; allowed: {', '.join(wanted)}" if wanted else "")
            )
        if option == next(iter(wanted), None) and not given:
            problems.append(f"{file}: {key}.{option}: this key is missing")
        if given and len(set(given)) < len(given):
            problems.append(f"{file}: {key}.{option}: the same value is written twice")
        problems += _off_ladder(f"{file}: {key}.{option}", paper_file, protocol, option, given or [])
    model = models[group.model]
    if isinstance(protocol, Swap):
        problems += _tempering_problems(file, f"{key}.n", paper_file, name, protocol, grid)
    if isinstance(protocol, (Stepwise, Compression)):
        problems += [
            problem for rate in grid.rates or [] for problem in _rate_problems(file, key, protocol, model, rate)
        ]
    densest = _densest(model, protocol)
    if grid.n < densest.smallest_system():
        problems.append(_too_small(file, f"{key}.n", densest, grid.n))
    if wanted and not getattr(grid, wanted[0]):
        return problems
    for point in grid.points(protocol):
        problems += _block_problems(file, key, paper_file, name, group, grid, point)
    return list(dict.fromkeys(problems))


def _off_ladder(where: str, paper_file: str, protocol: Protocol, option: str, given: list[float]) -> list[str]:
    """Points that the protocol does not pass."""
    if option == "temperatures" and isinstance(protocol, DirectQuench):
        return [
            f"{where}: {t:g}: is no quench from {protocol.temperature:g}; allowed: temperatures below it"
            for t in given
            if t >= protocol.temperature
        ]
    ladders = {
        "temperatures": getattr(protocol, "reached", None) or getattr(protocol, "ladder", None),
        "times": getattr(protocol, "waiting_times", None),
        "packing_fractions": getattr(protocol, "ladder", None),
    }
    ladder = ladders.get(option)
    if ladder is None or option not in CHOICES.get(protocol.kind, ()):
        return []
    what = "one of the waiting_times" if option == "times" else "on the ladder"
    allowed = ", ".join(f"{each:g}" for each in ladder)
    return [f"{where}: {x:g}: not {what} in {paper_file}; allowed: {allowed}" for x in given if x not in ladder]


def _rate_problems(file: str, key: str, protocol: Stepwise | Compression, model: Model, rate: float) -> list[str]:
    """A rate that leaves no time for a step of molecular dynamics, or for the window."""
    duration, step = protocol.step / rate, max(model.step(protocol.temperature), model.step(0.0))
    what = "temperature step" if isinstance(protocol, Stepwise) else "step in packing fraction"
    start = f"{file}: {key}.rates: {rate:g}: a {what} of {protocol.step:g} lasts {duration:g}"
    if duration < step:
        return [
            f"{start}, less than one molecular-dynamics step of {step:g}; "
            f"allowed: up to {protocol.step / max(protocol.window, step):g}"
        ]
    if protocol.duration(rate) < protocol.window:
        return [f"{start}, but its window {protocol.window:g}; allowed: up to {protocol.step / protocol.window:g}"]
    return []


def _tempering_problems(file: str, key: str, paper_file: str, name: str, protocol: Swap, grid: Grid) -> list[str]:
    """A ladder of replicas that is too long; its rungs are about √(N c/2) ln(warmest/coldest)."""
    tempering = protocol.tempering
    if tempering is None or grid.n > (tempering.largest or grid.n):
        return []
    replicas = sqrt(0.5 * grid.n * tempering.heat_capacity) * log(tempering.warmest / protocol.ladder[-1])
    if replicas <= MOST_REPLICAS:
        return []
    return [
        f"{file}: {key}: {grid.n}: parallel tempering would take about {replicas:.2g} replicas with the heat_capacity, "
        f"{tempering.heat_capacity:g}, of groups.{name}.protocol.tempering in {paper_file}; "
        f"allowed: up to {MOST_REPLICAS}"
    ]


def _block_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, point: Point
) -> list[str]:
    """A size (or rate) without a block, samples that do not fill whole blocks."""
    block = group.block(grid.n, point)
    where = f"groups.{name}.block_samples in {paper_file}"
    if grid.n not in group.block_samples:
        sizes = ", ".join(str(n) for n in sorted(group.block_samples))
        return [f"{file}: {key}.n: {grid.n}: {where} lacks this size; allowed: {sizes}"]
    if block is None and isinstance(group.protocol, (Swap, Relaxation)):
        return []  # hotter than the ladder's top, which is said elsewhere
    if block is None:
        rates = ", ".join(f"{rate:g}" for rate in group.block_samples[grid.n])
        rate = point[0] if isinstance(point, tuple) else point
        return [f"{file}: {key}.rates: {rate:g}: {where} lacks this rate at n = {grid.n}; allowed: {rates}"]
    samples = group.samples(grid.n, point, grid.samples)
    if samples > MOST_BLOCKS * block:
        start = f"{file}: {key}.samples: {grid.samples}: makes more than {MOST_BLOCKS} blocks of {block}"
        return [f"{start}; allowed: up to {MOST_BLOCKS * block}"]
    if samples % block:
        below, above = block * (grid.samples // block), block * (grid.samples // block + 1)
        near = f"{below} or {above}" if below else f"{above}"
        start = f"{file}: {key}.samples: {grid.samples}: must be a multiple of the group's block of {block}"
        return [f"{start}; allowed: {near}, ..."]
    return []


def packed(model: Model, packing: float) -> Model:
    """The same model at another packing fraction: the volume of balls of diameters λ_i over that of the box."""
    ball = ball_volume(model.dimension) * model.mixture.moment(model.dimension)
    return model.model_copy(update={"density": packing / ball})


def packing_fraction(model: Model) -> float:
    """A model's packing fraction."""
    return model.density * ball_volume(model.dimension) * model.mixture.moment(model.dimension)


def _too_small(file: str, key: str, model: Model, n: int) -> str:
    """Why a system is refused: particles would meet their own periodic images."""
    edge, needed = model.box_length(n), 2.0 * model.range
    density = n / needed**model.dimension
    return (
        f"{file}: {key}: {n}: at density {model.density:g} of {model.name} the box is {edge:.2f} wide, "
        f"but the cutoff needs more than {needed:.2f}, or particles overlap with their images; "
        f"allowed: n of {model.smallest_system()} or more "
        f"(or, in config/models/{model.name}.yaml, a density below {density:.3g})"
    )
