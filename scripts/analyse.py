"""Derives a paper's tables (fits, lengths, intervals) from its raw ones: results/<scale>/tables/<paper>/.

Example: python scripts/analyse.py pinching --scale desk
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run
from glassworks.campaign.jobs.results import analyse_paper

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("analyse", None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        job.kind = paper.name
        analyse_paper(job, paper)

    run(work, of_results(given, "analyse", given.paper))
