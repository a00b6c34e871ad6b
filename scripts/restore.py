"""Copies a paper's raw tables from results/archive/<paper> to results/from-archive/tables/<paper>.

Example: python scripts/restore.py pinching --tables archive
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.gather import restore
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("restore", None, scale=given.scale, tables="archive")
        [paper] = chosen_papers(job.campaign, [given.paper])
        restore(job.campaign, paper)

    run(work, of_results(given, "restore", given.paper))
