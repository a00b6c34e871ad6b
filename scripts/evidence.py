"""Tests the equilibrium of a liquid: results/liquids/<liquid>/equilibrium.parquet.

Example: python scripts/evidence.py poly-3d_N1000_swap_T1.500_43f6a12d
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.evidence import evidence
from glassworks.campaign.jobs.main import add_planned, parser, run
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.simulation import SIMULATION

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("liquid", help="name of a liquid (see `glassworks status`)")
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("evidence", given.seed)
        liquid = job.liquid(given.liquid)
        job.check(planned.evidence(liquid, job.seed), given.expect)
        ensure(liquid.model, *SIMULATION["evidence"].compiles(liquid, ""))
        evidence(job, liquid)

    run(work, f"evidence {given.liquid}")
