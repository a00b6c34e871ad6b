"""Measures a portion of one observable on one block of glasses, whose work a group divides over jobs (`jobs`):
results/ensembles/<ensemble>/<block>/<observable>-<hash>.<number>of<jobs>.parquet. The block's measurement joins them.

Example: python scripts/portion.py poly-3d_N1000_swap_T1.500_cg_89b7efa2 00000 dipoles-44136f.2of4
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.portion import portion
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import whole
from glassworks.campaign.planned.finding import parameters_of

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("ensemble", help="name of an ensemble (see `glassworks status`)")
    options.add_argument("block", type=block)
    options.add_argument("portion", help="<observable>-<hash of its parameters>.<number>of<jobs>")
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("portion", given.seed, given.portion.rpartition("-")[0])
        ensemble, observable = parameters_of(job.campaign, given.ensemble, given.portion)
        job.check(planned.portion(ensemble, given.block, observable, job.seed), given.expect)
        ensure(ensemble.model, "measure", whole(observable))
        portion(job, ensemble, given.block, observable)

    run(work, f"portion {given.ensemble} {given.block} {given.portion}")
