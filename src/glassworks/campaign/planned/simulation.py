"""The stages of the simulation: one record each of what its jobs are of, read, make, cost, are called and compile.

Rules, plan, costs, status, adoption, verification and compiling ask these. What code a stage's jobs run, and its
digest, is told by `glassworks.campaign.planned.stages`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from glassworks import observables, watching
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Ensemble, Liquid, whole
from glassworks.protocols import STAGES

if TYPE_CHECKING:
    import numpy as np

    from glassworks.campaign.declared.laws import Disk
    from glassworks.models import Model

LIQUIDS, GLASSES = "liquids", "glasses"
"""The tables beside configurations."""
TABLE = 5000
"""Bytes of a table without rows."""
WIDTHS = {"float64": 8, "float32": 4, "int32": 4}
"""Bytes of a number in an array that is kept."""


class Stage:
    """What all stages share.

    Attributes:
        of_liquids: whether a job's first word is the name of a liquid, not of an ensemble.
        of_blocks: whether a job makes one block, not something of them all.
        one_observable: whether a job makes one observable, which its name tells; of glasses one job makes all.
    """

    of_liquids = of_blocks = True
    one_observable = False

    def __init__(self, name: str):
        self.name = name

    def specification(self, made: Liquid | Ensemble, block: int, observable: str, seed: int) -> dict:
        """What a job consumes."""
        raise NotImplementedError

    def inputs(self, made: Liquid | Ensemble, block: int) -> list[str]:
        """The products that a job reads."""
        raise NotImplementedError

    def products(self, made: Liquid | Ensemble, block: int, observable: str) -> list[str]:
        """All files that a job makes of an observable, or of what it makes; the last one is a table."""
        raise NotImplementedError

    def kind(self, made: Liquid | Ensemble, observable: str) -> str | None:
        """Which kind of the stage's jobs it is, where their code differs."""
        return None

    def compiles(self, made: Liquid | Ensemble, observable: str) -> tuple[str, str]:
        """The stage and what of it, by which kernels are compiled that the job runs."""
        return self.name, self.kind(made, observable)

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        """The work on the smallest system of a model."""
        raise NotImplementedError

    # ---- cost

    def law(self, made: Liquid | Ensemble, observable: str) -> str:
        """The name of the law of a job in `config/costs.yaml`."""
        return self.name

    def amount(self, made: Liquid | Ensemble, observable: str, weight: float) -> float:
        """What the law is multiplied with; `weight` is how much more work is in the dimension of the model."""
        return made.block_samples

    def again(self, made: Liquid | Ensemble, observable: str) -> str:
        """The stage whose work a job does once more beside its own, where there is one."""
        return ""

    def working(self, made: Liquid | Ensemble, measured: Iterable[str]) -> float:
        """MB that a job takes beside its law and configurations; of a job that measures these observables, or all."""
        return 0.0

    def disk(self, made: Liquid | Ensemble, observable: str, disk: Disk) -> float:
        """Bytes of a job's products."""
        return TABLE + made.block_samples * disk.row

    # ---- names

    def place(self, made: Liquid | Ensemble, block: int, observable: str) -> str:
        """Where a job's log and benchmark are below the stage's folder."""
        parts = [made.id, *([f"{block:05d}"] if self.of_blocks else [])]
        return "/".join([*parts, *([made.measured(observable)] if self.one_observable else [])])

    def job(self, made: Liquid | Ensemble, block: int, observable: str) -> str:
        """What a job calls itself in its heartbeat."""
        parts = [self.called, made.id, *([str(block)] if self.of_blocks else [])]
        return " ".join([*parts, *([made.measured(observable)] if self.one_observable else [])])

    @property
    def called(self) -> str:
        return self.name


class OfLiquids(Stage):
    """What is done to liquids differs by their protocol."""

    def kind(self, made: Liquid, observable: str) -> str:
        return made.protocol.prepared_by()

    def law(self, made: Liquid, observable: str) -> str:
        return made.protocol.law


class Prepare(OfLiquids):
    """Liquids, of the protocols that have this stage."""

    called = "prepare"

    def specification(self, made: Liquid, block: int, observable: str, seed: int) -> dict:
        return planned.equilibrate(made, block, seed)

    def inputs(self, made: Liquid, block: int) -> list[str]:
        return [f"{rung.folder(index)}/liquid.h5" for rung, index in made.starts(block)]

    def products(self, made: Liquid, block: int, observable: str) -> list[str]:
        names = ("liquid.h5", *(f"{table}.parquet" for table in made.tables))
        return [f"{made.folder(block)}/{name}" for name in names]

    def amount(self, made: Liquid, observable: str, weight: float) -> float:
        return made.protocol.work(made.here, made.block_samples, weight)

    def disk(self, made: Liquid, observable: str, disk: Disk) -> float:
        size = _frame(made, disk, 3 if made.protocol.goes_on else 1)  # velocities and forces too
        return made.block_samples * (size + made.protocol.rows * disk.row)

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        from glassworks import preparing

        preparing.load(what).tiny(model, rng)


class Watch(OfLiquids):
    """What is looked at while a trajectory runs; one job runs it once more, for all that a block lacks."""

    def specification(self, made: Liquid, block: int, observable: str, seed: int) -> dict:
        return planned.watch(made, block, observable, seed)

    def inputs(self, made: Liquid, block: int) -> list[str]:
        return [*_block_of(made, block), *(f"{rung.folder(index)}/liquid.h5" for rung, index in made.starts(block))]

    def products(self, made: Liquid, block: int, observable: str) -> list[str]:
        return [f"{made.folder(block)}/{name}" for name in self.names(made, observable)]

    def names(self, made: Liquid, observable: str) -> list[str]:
        """Arrays, where they are kept, and the table."""
        name = made.measured(observable)
        return [*([f"{name}.h5"] if made.keeps(observable) else []), f"{name}.parquet"]

    def kind(self, made: Liquid, observable: str) -> str:
        return observable

    def compiles(self, made: Liquid, observable: str) -> tuple[str, str]:
        return self.name, observable

    def law(self, made: Liquid, observable: str) -> str:
        return watching_law(observable)

    def again(self, made: Liquid, observable: str) -> str:
        return made.stage if observable == next(iter(made.watch)) else ""

    def amount(self, made: Liquid, observable: str, weight: float) -> float:
        chosen, run, parameters = made.watcher(observable)
        return made.block_samples * weight * len(chosen.schedule(parameters, run))

    def working(self, made: Liquid, measured: Iterable[str]) -> float:
        return sum(self._memory(made, name) for name in measured or made.watch)

    def _memory(self, made: Liquid, observable: str) -> float:
        """MB of a watcher, and of the arrays that it keeps: as they come, joined, and in the file that is made."""
        chosen, run, parameters = made.watcher(observable)
        law, kept = chosen.law, 3e-6 * made.block_samples * chosen.bytes(run, parameters)
        return law.memory * (made.n / 1000.0) ** law.rising + kept

    def disk(self, made: Liquid, observable: str, disk: Disk) -> float:
        chosen, run, parameters = made.watcher(observable)
        rows = chosen.rows(run, parameters) * disk.row
        return TABLE + made.block_samples * (rows + chosen.bytes(run, parameters))

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        from glassworks import liquids
        from glassworks.watching._audience import Audience

        start, chosen = _random(model, rng), watching.load(what)
        step, watchers = model.step(1e-3), {what: (what, chosen.chosen(chosen.tiny))}
        state, audience = liquids.start_dynamics(model, start, 1e-3, rng), Audience(model, len(start), watchers)
        audience.begin(40, step, 1e-3, 1e-3)
        liquids.run_dynamics(model, state, 40, 1e-3, onlooker=audience)
        audience.found(what)


class Evidence(OfLiquids):
    """Tests of equilibrium."""

    of_blocks = False

    def specification(self, made: Liquid, block: int, observable: str, seed: int) -> dict:
        return planned.evidence(made, seed)

    def inputs(self, made: Liquid, block: int) -> list[str]:
        return _block_of(made, 0)

    def products(self, made: Liquid, block: int, observable: str) -> list[str]:
        return [made.evidence]

    def compiles(self, made: Liquid, observable: str) -> tuple[str, str]:
        return made.stage, made.protocol.prepared_by()

    def amount(self, made: Liquid, observable: str, weight: float) -> float:
        return made.protocol.tested(made.here, made.block_samples, weight)


class Quench(Stage):
    """Glasses."""

    of_liquids = False

    def specification(self, made: Ensemble, block: int, observable: str, seed: int) -> dict:
        return planned.quench(made, block, seed)

    def inputs(self, made: Ensemble, block: int) -> list[str]:
        return _block_of(made.liquid, block)

    def products(self, made: Ensemble, block: int, observable: str) -> list[str]:
        return [f"{made.folder(block)}/{name}" for name in ("glass.h5", f"{GLASSES}.parquet")]

    def compiles(self, made: Ensemble, observable: str) -> tuple[str, str]:
        return self.name, made.minimizer

    def disk(self, made: Ensemble, observable: str, disk: Disk) -> float:
        return made.block_samples * _frame(made, disk, 1)

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        _glass(model, what, rng)


class Measure(Stage):
    """Observables of glasses."""

    of_liquids = False

    def specification(self, made: Ensemble, block: int, observable: str, seed: int) -> dict:
        return planned.measure(made, block, observable, seed)

    def inputs(self, made: Ensemble, block: int) -> list[str]:
        portions = (portion for name in made.observables for portion in made.portions(name))
        return [
            *QUENCH.products(made, block, ""),
            *(f"{made.folder(block)}/{made.measured(each)}.parquet" for each in portions),
        ]

    def products(self, made: Ensemble, block: int, observable: str) -> list[str]:
        return [f"{made.folder(block)}/{name}" for name in self.names(made, observable)]

    def names(self, made: Ensemble, observable: str) -> list[str]:
        """Arrays, where they are kept, and the table."""
        name = made.measured(observable)
        return [*([f"{name}.h5"] if made.kept(observable) else []), f"{name}.parquet"]

    def kind(self, made: Ensemble, observable: str) -> str:
        return whole(observable)

    def law(self, made: Ensemble, observable: str) -> str:
        chosen, *told = made.chosen(observable)
        return chosen.law_key(chosen.law(*told)[0])

    def amount(self, made: Ensemble, observable: str, weight: float) -> float:
        return 0.0 if made.portions(observable) else self.work(made, observable, weight)  # else others have done it

    def work(self, made: Ensemble, observable: str, weight: float) -> float:
        """What the law of an observable is multiplied with, on a block."""
        chosen, *told = made.chosen(observable)
        return made.block_samples * weight * chosen.law(*told)[1]

    def working(self, made: Ensemble, measured: Iterable[str]) -> float:
        here = [name for name in made.observables if stage_of(name) == self.name]
        return max((_working(made, name) for name in measured or here), default=0.0)

    def disk(self, made: Ensemble, observable: str, disk: Disk) -> float:
        chosen, system, parameters = made.chosen(observable)
        arrays = sum(WIDTHS[each.dtype] * each.numbers(system, parameters) for each in chosen.kept(parameters).values())
        return TABLE + made.block_samples * (chosen.rows(system, parameters) * disk.row + arrays)

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        from glassworks.glasses import Glass
        from glassworks.observables._alone import alone

        alone(what, Glass(model, _glass(model, "cg", rng), trusted=True), {})


class Portion(Measure):
    """Portions of observables of glasses, whose work on a sample is divided over jobs."""

    one_observable = True

    def specification(self, made: Ensemble, block: int, observable: str, seed: int) -> dict:
        return planned.portion(made, block, observable, seed)

    def inputs(self, made: Ensemble, block: int) -> list[str]:
        return QUENCH.products(made, block, "")

    def compiles(self, made: Ensemble, observable: str) -> tuple[str, str]:
        return "measure", whole(observable)

    def amount(self, made: Ensemble, observable: str, weight: float) -> float:
        return self.work(made, observable, weight) / made.jobs[whole(observable)]

    def disk(self, made: Ensemble, observable: str, disk: Disk) -> float:
        return TABLE + (super().disk(made, observable, disk) - TABLE) / made.jobs[whole(observable)]


class Observe(Measure):
    """Observables of liquids as they are."""

    one_observable = True

    def inputs(self, made: Ensemble, block: int) -> list[str]:
        return _block_of(made.liquid, block)

    def tiny(self, model: Model, what: str, rng: np.random.Generator) -> None:
        from glassworks.observables._alone import alone

        alone(what, observables.Snapshot(model, _random(model, rng)), {})


def _block_of(liquid: Liquid, block: int) -> list[str]:
    return [f"{liquid.folder(block)}/{name}" for name in ("liquid.h5", f"{LIQUIDS}.parquet")]


def _frame(made: Liquid | Ensemble, disk: Disk, vectors: int) -> float:
    """Bytes of a configuration with so many vectors a particle."""
    return made.n * (vectors * made.model.dimension + 1) * disk.coordinate


def _working(made: Ensemble, observable: str) -> float:
    """MB that an observable takes beside its job's own, at most."""
    chosen, *told = made.chosen(observable)
    law = chosen.laws[chosen.law(*told)[0]]
    return law.memory * (made.n / 1000.0) ** law.rising


def _random(model: Model, rng: np.random.Generator):
    from glassworks import liquids

    return liquids.initial_configuration(model, max(model.smallest_system(), 64), rng)


def _glass(model: Model, minimizer: str, rng: np.random.Generator):
    from glassworks.minimize import minimize

    return minimize(model.interaction, _random(model, rng), minimizer).configuration


QUENCH = Quench("quench")
SIMULATION: dict[str, Stage] = {
    **{name: Prepare(name) for name in STAGES},
    "watch": Watch("watch"),
    "evidence": Evidence("evidence"),
    "quench": QUENCH,
    "portion": Portion("portion"),
    "measure": Measure("measure"),
    "observe": Observe("observe"),
}
"""The stages of the simulation, in the order of the flow."""


def watching_law(watcher: str) -> str:
    """How `config/costs.yaml` calls the law of a watcher."""
    return f"watch_{watcher}"


def stage_of(observable: str) -> str:
    """The stage that measures an observable, or a portion of one."""
    return "portion" if "." in observable else observables.load(observable).stage
