"""Writes a paper's pages, results/<scale>/report/<paper>.html and, of its tables, <paper>_tables.html beside it;
and the index of what there is so far.

Example: python scripts/page.py pinching --scale desk
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run
from glassworks.campaign.jobs.pages import show_so_far, write_page

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("page", None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        write_page(job, paper)
        show_so_far(Job("report", None, scale=given.scale, tables=given.tables))

    run(work, of_results(given, "page", given.paper))
