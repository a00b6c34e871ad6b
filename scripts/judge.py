"""Judges a paper's claims by its tables: results/<scale>/tables/<paper>/claims.parquet.

Example: python scripts/judge.py pinching --scale desk
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run
from glassworks.campaign.jobs.results import judge_paper

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("judge", None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        job.kind = paper.name
        judge_paper(job, paper)

    run(work, of_results(given, "judge", given.paper))
