"""Watches the trajectories of one block of liquids: results/liquids/<liquid>/<block>/<watcher>-<hash>.parquet.

They are run once more from where they started and must end in the liquids that lie there. The hash is that of the
watcher's parameters; the workflow's log shows the names. Watchers whose file is there, whole and made from what is
planned are left alone; delete a file to have it made again.

Example: python scripts/watch.py ipl-3d_N400_md_T2.000_1f9a0c31 00000 trajectory-4f2a10
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_planned, block, parser, run
from glassworks.campaign.jobs.warm import ensure
from glassworks.campaign.jobs.watch import watch
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.finding import watched_of
from glassworks.campaign.planned.simulation import SIMULATION

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("liquid", help="name of a liquid (see `glassworks status`)")
    options.add_argument("block", type=block)
    options.add_argument("watchers", nargs="+", help="<watcher>-<hash of its parameters>")
    add_planned(options, each="+")
    given = options.parse_args()

    def work() -> None:
        job = Job("watch", given.seed)
        chosen = [watched_of(job.campaign, given.liquid, name) for name in given.watchers]
        for (liquid, watcher), expected in zip(chosen, given.expect or [None] * len(chosen), strict=True):
            job.check(planned.watch(liquid, given.block, watcher, job.seed), expected)
        for liquid, watcher in chosen:
            ensure(liquid.model, *SIMULATION[liquid.stage].compiles(liquid, ""))
            ensure(liquid.model, "watch", watcher)
        watch(job, chosen, given.block)

    run(work, f"watch {given.liquid} {given.block}")
