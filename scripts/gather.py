"""Joins a paper's blocks into one raw table: results/<scale>/tables/<paper>/<table>.parquet.

Example: python scripts/gather.py pinching moduli --scale desk
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.gather import gather_table
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    options.add_argument("table", help="liquids, equilibrium, glasses, or an observable")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("gather", None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        gather_table(job, paper, given.table)

    run(work, of_results(given, "gather", given.paper, given.table))
