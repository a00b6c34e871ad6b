"""Watches one block of liquids in equilibrium at one temperature: results/liquids/<liquid>/<block>/.

Example: python scripts/relax.py harmonic-2d_N512_relax_T0.003_43f6a12d 00000
"""

from glassworks.campaign.jobs import planned
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.relax import relax
from glassworks.campaign.jobs.warm import ensure

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("liquid", help="name of a liquid (see `glassworks status`)")
    options.add_argument("block", type=block)
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("relax", given.seed)
        liquid = job.liquid(given.liquid)
        job.check(planned.equilibrate(liquid, given.block, job.seed), given.expect)
        ensure(liquid.model, "relax", liquid.protocol.kind)
        relax(job, liquid, given.block)

    run(work, f"relax {given.liquid} {given.block}")
