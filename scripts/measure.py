"""Measures observables on one block of glasses: results/ensembles/<ensemble>/<block>/<observable>-<hash>.parquet.

The hash is that of the observable's parameters; `glassworks status` and the workflow's log show the names. Observables
whose file is there, whole and made from what is planned are left alone; delete a file to have it made again.

Example: python scripts/measure.py poly-3d_N1000_swap_T1.500_cg_89b7efa2 00000 modes-4f2a10 moduli-44136f
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.finding import parameters_of

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("ensemble", help="name of an ensemble (see `glassworks status`)")
    options.add_argument("block", type=block)
    options.add_argument("observables", nargs="+", help="<observable>-<hash of its parameters>")
    add_planned(options, each="+")
    given = options.parse_args()

    def work() -> None:
        job = Job("measure", given.seed)
        chosen = [parameters_of(job.campaign, given.ensemble, name) for name in given.observables]
        for (ensemble, observable), expected in zip(chosen, given.expect or [None] * len(chosen), strict=True):
            job.check(planned.measure(ensemble, given.block, observable, job.seed), expected)
        for ensemble, observable in chosen:
            ensure(ensemble.model, "measure", observable)
        measure(job, chosen, given.block)

    run(work, f"measure {given.ensemble} {given.block}")
