"""Prepares one block of a liquid: results/liquids/<liquid>/<block>/liquid.h5 and its tables.

Example: python scripts/prepare.py poly-3d_N1000_swap_T1.500_43f6a12d 00000
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.simulation import SIMULATION

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("liquid", help="name of a liquid (see `glassworks status`)")
    options.add_argument("block", type=block)
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("prepare", given.seed)
        liquid = job.liquid(given.liquid)
        job.check(planned.equilibrate(liquid, given.block, job.seed), given.expect)
        ensure(liquid.model, *SIMULATION[liquid.stage].compiles(liquid, ""))
        prepare(job, liquid, given.block)

    run(work, f"prepare {given.liquid} {given.block}")
