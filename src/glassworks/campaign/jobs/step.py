"""One rung of a path (cooled stepwise, quenched at once, or compressed): runs a block's trajectories on from the rung
above, and measures them on the way."""

from __future__ import annotations

from glassworks import liquids
from glassworks.campaign.checkpoints import Within, checkpoint
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job
from glassworks.campaign.jobs.states import Block, Start, crystal_status, read_starts
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import generator
from glassworks.configurations import Box
from glassworks.dynamics.states import brought_to, compressed
from glassworks.liquids import DynamicsState
from glassworks.liquids.memory import Memory
from glassworks.stills import Still
from glassworks.trajectories import TABLES, Schedule, run_step

MAPPED = 25
"""Trajectories whose stress correlations are kept as maps, which are a picture; curves are measured on all."""


def step(job: Job, liquid: Liquid, block: int) -> None:
    """Writes `liquid.h5` and the tables of a block; a trajectory that fails or crystallizes is kept as it is then,
    named in the `status` of its rows, and is not run on below.

    The block's checkpoint holds the trajectories that are finished and the state of the one that is not.
    """
    job.model = liquid.model
    name, specification = f"step {liquid.id} {block}", planned.equilibrate(liquid, block, job.seed)
    with checkpoint(name, job.key(specification)) as kept:
        made, inner = kept.recall() or (Block(TABLES), None)
        with heartbeat(name, liquid.block_samples - len(made.states)) as progress:
            above = {} if liquid.above is None else read_starts(*liquid.starts(block)[0])
            for sample in liquid.chains(block)[len(made.states) :]:
                memory = Within(kept, lambda part: (made, part), inner)
                start = above.get(sample) if liquid.above else made.last if together(liquid, sample) else None
                extend(made, liquid, sample, start, job.seed, memory)
                inner = None
                kept.offer(lambda: (made, None))
                progress.advance()
        made.write(job, liquid, block)


def together(liquid: Liquid, sample: int) -> bool:
    """Whether a trajectory of a top goes on from the one before, because both start from one equilibrated liquid."""
    return liquid.above is None and sample % liquid.starts_together > 0


def schedule(liquid: Liquid, sample: int) -> Schedule:
    """When a trajectory of a liquid is looked at."""
    step, told = liquid.model.step(liquid.temperature), liquid.specification["protocol"]
    duration = told["between" if together(liquid, sample) else "duration"]
    times = (duration, told["every"], told["window"], told["apart"])
    return Schedule(*(round(time / step) for time in times), told["snapshots"], round(told.get("redraw", 0) / step))


def begun(liquid: Liquid, state: DynamicsState) -> DynamicsState:
    """A state of the rung above as it begins here: in the box of this density, and, where the path says so, brought at
    once to this temperature."""
    if state.box != Box.of(liquid.model, liquid.n):
        state = compressed(liquid.model, state)
    return brought_to(state, liquid.temperature) if "rescaled" in liquid.specification["protocol"] else state


def still(liquid: Liquid, sample: int) -> Still | None:
    """What the end of a trajectory's step is looked at for more closely: pictures are of the first trajectories."""
    if "still" not in liquid.specification["protocol"]:
        return None
    return Still(particles=sample < 1, maps=sample < MAPPED)


def extend(made: Block, liquid: Liquid, sample: int, start: Start | None, seed: int, memory: Memory) -> None:
    """Add one trajectory to a block; one without a start begins at random points."""
    rng = generator(seed, liquid.digest, sample)
    if start is None:
        random = liquids.initial_configuration(liquid.model, liquid.n, rng)
        start = Start(liquids.start_dynamics(liquid.model, random, liquid.temperature, rng))
    state = begun(liquid, start.state)
    if start.status != OK:
        made.leave_out(sample, state, start.status)
        return
    try:
        look = still(liquid, sample)
        record = run_step(liquid.model, state, liquid.temperature, schedule(liquid, sample), memory, look, rng)
    except ArithmeticError as error:
        made.leave_out(sample, state, str(error))
        return
    tables = {"liquids": [{"energy": record.energy, "pressure": record.pressure}], **record.tables}
    made.add(sample, record.state, tables, crystal_status(record.hexatic))
