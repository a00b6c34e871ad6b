"""Whether the groups of a paper fit their models, and the lines of a scale the groups: a sentence for each that does
not.
"""

from __future__ import annotations

from glassworks import observables, watching
from glassworks.campaign.declared.errors import ConfigurationError, short, unknown
from glassworks.campaign.declared.reading import parse
from glassworks.campaign.declared.sections import JOBS, Grid, Group, divided
from glassworks.choices import MINIMIZERS
from glassworks.models import Model
from glassworks.models.potentials import smooth_derivatives
from glassworks.models.specification import packed, packing_fraction
from glassworks.protocols import Here, Line, Point, Protocol

ORDINALS = ("", "first", "second", "third", "fourth")
MOST_BLOCKS = 100_000
"""Blocks of an ensemble: their folders' names have five digits."""

UNJAMMED = {2: 0.82, 3: 0.62, 4: 0.43}
"""Packing fractions below which spheres of two sizes are without contacts at rest, by dimension: they jam at 0.84, 0.65
and 0.46 (O'Hern, Silbert, Liu & Nagel, Phys. Rev. E 68, 011306 (2003); Charbonneau et al., Phys. Rev. Lett. 109, 205501
(2012))."""


def group_problems(file: str, key: str, group: Group, model: Model) -> list[str]:
    """Unknown minimizer or observable, parameters that an observable does not take, a model whose masses or
    dimension it does not know, systems too small for the model."""
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
        problems += [
            f"{file}: {key}.observables: {name}: builds on what {other} keeps, which is not kept here; allowed: "
            f"{other} with keep: true"
            for other in observables.load(name).fields
            if other in group.observables and not observables.load(other).kept(group.observables[other])
        ]
        if observables.load(name).unit_masses and not model.unit_masses:
            problems.append(
                f"{file}: {key}.observables: {name}: is for particles of mass one, but {model.name} gives its species "
                "masses; allowed: a model without masses"
            )
        if (there := smooth_derivatives(model.potential)) < (least := observables.load(name).smooth):
            problems.append(
                f"{file}: {key}.observables: {name}: takes the energy's {ORDINALS[least]} derivative, but of "
                f"{model.name} ({model.potential.kind}) the {ORDINALS[there + 1]} is not continuous where pairs touch "
                f"or are cut off; allowed: {_smoother(model, least)}models whose first {least} derivatives are"
            )
        if model.dimension not in (allowed := observables.load(name).dimensions):
            problems.append(
                f"{file}: {key}.observables: {name}: {model.name} has {model.dimension} dimensions; allowed: models in "
                f"{' and '.join(map(str, allowed))}"
            )
        try:
            parse(observables.load(name).parameters, divided(parameters)[1], f"{file}: {key}.observables.{name}")
        except ConfigurationError as error:
            problems += [problem.replace(f"{name}: ", f"{name}.", 1) for problem in error.problems]
        else:
            where = f"{file}: {key}.observables.{name}"
            problems += _division_problems(where, group, name, model) + _size_problems(where, group, name, model)
    problems += _watch_problems(file, key, group, model)
    densest = group.protocol.densest(model)
    problems += _contact_problems(f"{file}: {key}.model", group, densest)
    for n in group.block_samples:
        if n < densest.smallest_system():
            problems.append(_too_small(file, f"{key}.block_samples", densest, n))
    found = group.protocol.model_problems(model)
    return problems + [f"{file}: {key}.protocol.{what}: {problem}" for what, problem in found]


def _smoother(model: Model, least: int) -> str:
    """What else the model's own file may declare, for pair energies that can be declared smoother."""
    smoother = getattr(model.potential, "smoother", None)
    return f"{smoother(least)} in config/models/{model.name}.yaml, or " if smoother else ""


def _contact_problems(where: str, group: Group, model: Model) -> list[str]:
    """Glasses of spheres that push only where they touch, so dilute that they come to rest apart."""
    named = [name for name in group.observables if name in observables.every_name()]
    glasses = group.minimizer and any(observables.load(name).of == observables.GLASSES for name in named)
    found = packing_fraction(model)
    if not glasses or model.interaction.cutoff > 1.0 or found >= UNJAMMED[model.dimension]:
        return []
    return [
        f"{where}: {model.name}: its spheres push only where they touch, and at a packing fraction of {found:.3g} come "
        f"to rest without contacts; allowed: {UNJAMMED[model.dimension]:g} or more"
    ]


def _division_problems(where: str, group: Group, name: str, model: Model) -> list[str]:
    """A number of jobs that the work of an observable on a sample cannot be divided into."""
    given, chosen = group.observables[name], observables.load(name)
    if JOBS not in given:
        return []
    jobs, told = divided(given)
    parameters = chosen.parameters.model_validate(told)
    most = min(chosen.pieces(observables.System.of(model, n), parameters) for n in group.block_samples)
    if chosen.of != observables.GLASSES or most < 2 or chosen.kept(parameters):
        return [f"{where}.{JOBS}: {short(jobs)}: its work on a sample is not divided; allowed: no such key"]
    if type(jobs) is not int or not 1 <= jobs <= most:
        return [f"{where}.{JOBS}: {short(jobs)}: allowed: a whole number from 1 to {most}, its pieces"]
    return []


def _size_problems(where: str, group: Group, name: str, model: Model) -> list[str]:
    """Parameters that an observable does not take in systems of the group's sizes."""
    chosen = observables.load(name)
    parameters = chosen.parameters.model_validate(divided(group.observables[name])[1])
    model = group.protocol.densest(model)
    return [
        f"{where}.{parameter}: {problem}"
        for n in group.block_samples
        for parameter, problem in chosen.problems(observables.System.of(model, n), parameters)
    ]


def _watch_problems(file: str, key: str, group: Group, model: Model) -> list[str]:
    """Unknown watchers, what they do not take, and spaces and protocols in which there is nothing for them to see."""
    problems = []
    for name, parameters in group.watch.items():
        where = f"{file}: {key}.watch"
        if name not in watching.every_name():
            problems.append(unknown(file, f"{key}.watch", name, "watcher", watching.every_name()))
            continue
        chosen = watching.load(name)
        if not group.protocol.dynamics:
            problems.append(
                f"{where}: {name}: watches molecular dynamics, but {group.protocol.kind} runs none; "
                "allowed: groups whose liquids are made by molecular dynamics"
            )
        if model.dimension not in chosen.dimensions:
            allowed = " and ".join(str(d) for d in chosen.dimensions)
            problems.append(
                f"{where}: {name}: {model.name} has {model.dimension} dimensions; allowed: models in {allowed}"
            )
        if name in group.protocol.tables_in(model.dimension):
            problems.append(f"{where}: {name}: is measured by {group.protocol.kind} anyway; allowed: other watchers")
        try:
            parse(chosen.parameters, parameters, f"{where}.{name}")
        except ConfigurationError as error:
            problems += [problem.replace(f"watch.{name}: ", f"watch.{name}.", 1) for problem in error.problems]
    return problems


def grid_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, models: dict[str, Model]
) -> list[str]:
    """Points that the protocol does not have, systems too small for the cutoff, samples that do not fill blocks."""
    problems = []
    protocol = group.protocol
    wanted = protocol.choices
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
    model, line = models[group.model], Line(grid, f"groups.{name}", paper_file)
    problems += [f"{file}: {key}.{what}: {problem}" for what, problem in protocol.line_problems(line, model)]
    densest = protocol.densest(model)
    if grid.n < densest.smallest_system():
        problems.append(_too_small(file, f"{key}.n", densest, grid.n))
    if wanted and not getattr(grid, wanted[0]):
        return problems
    for point in grid.points(protocol):
        found = _block_problems(file, key, paper_file, name, group, grid, point)
        problems += found or _run_problems(paper_file, name, group, model, grid.n, point)
    return list(dict.fromkeys(problems))


def _run_problems(paper_file: str, name: str, group: Group, model: Model, n: int, point: Point) -> list[str]:
    """Watchers whose looks do not fit into the trajectory that leads to a point, or keep more than a file may hold."""
    if not group.watch:
        return []
    rung = group.protocol.path(n, point)[-1]
    here = model if rung.packing is None else packed(model, rung.packing)
    run = group.protocol.run(Here(here, n, rung.temperature, rung.consumed))
    problems, of = [], f"of {n} particles at {rung.name}"
    for key, given in group.watch.items():
        where, chosen = f"{paper_file}: groups.{name}.watch.{key}", watching.load(key)
        parameters = chosen.chosen(given)
        if run is None:
            problems.append(f"{where}: {group.protocol.kind} tells of no trajectory; allowed: other protocols")
            continue
        try:
            chosen.schedule(parameters, run)
        except ValueError as error:
            problems.append(f"{where}.{error} ({of})")
            continue
        bytes_kept = group.block(n, point) * chosen.bytes(run, parameters)
        if bytes_kept > watching.LARGEST:
            problems.append(
                f"{where}: keeps {bytes_kept:.2g} bytes of a block {of}; allowed: up to {watching.LARGEST:.2g}: "
                "fewer frames, or fewer samples in a block"
            )
    return problems


def _off_ladder(where: str, paper_file: str, protocol: Protocol, option: str, given: list[float]) -> list[str]:
    """Points that the protocol does not pass."""
    offered = protocol.offers(option)
    if offered is None or option not in protocol.choices:
        return []
    what, ladder = offered
    allowed = ", ".join(f"{each:g}" for each in ladder)
    return [f"{where}: {x:g}: not {what} in {paper_file}; allowed: {allowed}" for x in given if x not in ladder]


def _block_problems(
    file: str, key: str, paper_file: str, name: str, group: Group, grid: Grid, point: Point
) -> list[str]:
    """A size (or rate) without a block, samples that do not fill whole blocks."""
    block = group.block(grid.n, point)
    where = f"groups.{name}.block_samples in {paper_file}"
    if grid.n not in group.block_samples:
        sizes = ", ".join(str(n) for n in sorted(group.block_samples))
        return [f"{file}: {key}.n: {grid.n}: {where} lacks this size; allowed: {sizes}"]
    if block is None:
        lacking = group.protocol.lacking(group.block_samples[grid.n], point)
        return [f"{file}: {key}.{lacking.format(where=where, n=grid.n)}"] if lacking else []
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
