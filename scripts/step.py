"""Runs one block of a stepwise cooling on at one temperature: results/liquids/<liquid>/<block>/liquid.h5 and tables.

Example: python scripts/step.py harmonic-2d_N1024_step_R1e-06T0.0012_43f6a12d 00000
"""

from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.step import step
from glassworks.campaign.jobs.warm import ensure

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("liquid", help="name of a liquid (see `glassworks status`)")
    options.add_argument("block", type=block)
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("step", given.seed)
        liquid = job.liquid(given.liquid)
        job.check(planned.equilibrate(liquid, given.block, job.seed), given.expect)
        ensure(liquid.model, "step", liquid.protocol.kind)
        step(job, liquid, given.block)

    run(work, f"step {given.liquid} {given.block}")
