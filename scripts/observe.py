"""Measures one observable on one block of liquids: results/ensembles/<ensemble>/<block>/<observable>-<hash>.parquet.

The hash is that of the observable's parameters; `glassworks status` and the workflow's log show the names.

Example: python scripts/observe.py harmonic-2d_N512_step_R1e-06T0.0001_liquid_2ae79f0c 00000 downhill-4f2a10
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.observe import observe
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.finding import parameters_of

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("ensemble", help="name of an ensemble (see `glassworks status`)")
    options.add_argument("block", type=block)
    options.add_argument("observable", help="<observable>-<hash of its parameters>")
    add_planned(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("observe", given.seed, given.observable.rpartition("-")[0])
        ensemble, observable = parameters_of(job.campaign, given.ensemble, given.observable)
        job.check(planned.measure(ensemble, given.block, observable, job.seed), given.expect)
        ensure(ensemble.model, "observe", observable)
        observe(job, ensemble, given.block, observable)

    run(work, f"observe {given.ensemble} {given.block} {given.observable}")
