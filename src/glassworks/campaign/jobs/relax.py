"""Watches one block of liquids in equilibrium at one temperature of their ladder."""

from __future__ import annotations

from glassworks import liquids
from glassworks.campaign.checkpoints import Within, checkpoint
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import OK, Job
from glassworks.campaign.jobs.states import Block, Start, crystal_status, read_starts
from glassworks.campaign.progress import heartbeat
from glassworks.campaign.seeds import generator
from glassworks.dynamics.relaxation import COLUMNS, View, Watch, watch_liquid
from glassworks.liquids.memory import Memory

TABLES = {"relaxation": COLUMNS}


def relax(job: Job, liquid: Liquid, block: int) -> None:
    """Writes `liquid.h5` and the tables of a block; a chain that fails or crystallizes is named in its rows, and is not
    run at lower temperatures.

    The block's checkpoint holds the chains that are finished and the state of the one that is not.
    """
    job.model = liquid.model
    name, specification = f"relax {liquid.id} {block}", planned.equilibrate(liquid, block, job.seed)
    with checkpoint(name, job.key(specification)) as kept:
        made, inner = kept.recall() or (Block(TABLES), None)
        with heartbeat(name, liquid.block_samples - len(made.states)) as progress:
            above = {} if liquid.above is None else read_starts(*liquid.starts(block)[0])
            for sample in liquid.chains(block)[len(made.states) :]:
                memory = Within(kept, lambda part: (made, part), inner)
                extend(made, liquid, sample, above.get(sample), job.seed, memory)
                inner = None
                kept.offer(lambda: (made, None))
                progress.advance()
        made.write(job, liquid, block)


def watch(liquid: Liquid) -> Watch:
    """When the chains of a liquid are watched."""
    told = liquid.specification["protocol"]
    unit = told["relaxation_time"] / liquid.model.step(liquid.temperature)
    before, span, longest = (max(1, round(told[name] * unit)) for name in ("before", "span", "longest"))
    return Watch(before, told["parts"], span, longest, told["origins"])


def extend(made: Block, liquid: Liquid, sample: int, start: Start | None, seed: int, memory: Memory) -> None:
    """Add one chain to a block; one without a start begins at random points."""
    if start is None:
        rng = generator(seed, liquid.digest, sample)
        random = liquids.initial_configuration(liquid.model, liquid.n, rng)
        start = Start(liquids.start_dynamics(liquid.model, random, liquid.temperature, rng))
    if start.status != OK:
        made.leave_out(sample, start.state, start.status)
        return
    views = [View(**view) for view in liquid.specification["protocol"]["views"]]
    try:
        record = watch_liquid(liquid.model, start.state, liquid.temperature, watch(liquid), views, memory)
    except ArithmeticError as error:
        made.leave_out(sample, start.state, str(error))
        return
    tables = {"liquids": [{"energy": record.energy, "pressure": record.pressure}], "relaxation": record.rows}
    made.add(sample, record.state, tables, crystal_status(record.hexatic))
