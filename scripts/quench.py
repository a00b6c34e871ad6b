"""Quenches one block of an ensemble: results/ensembles/<ensemble>/<block>/glass.h5 and glasses.parquet.

Example: python scripts/quench.py poly-3d_N1000_swap_T1.500_cg_89b7efa2 00000
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("ensemble", help="name of an ensemble (see `glassworks status`)")
    options.add_argument("block", type=block)
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("quench", given.seed)
        ensemble = job.ensemble(given.ensemble)
        job.check(planned.quench(ensemble, given.block, job.seed), given.expect)
        ensure(ensemble.model, "quench", ensemble.minimizer)
        quench(job, ensemble, given.block)

    run(work, f"quench {given.ensemble} {given.block}")
