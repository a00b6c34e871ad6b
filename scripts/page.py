"""Writes a paper's pages, results/<scale>/report/<paper>.html and, of its tables, <paper>_tables.html beside it;
and the index of what there is so far.

Example: python scripts/page.py pinching --scale desk
"""

from glassworks.campaign.config import Paper
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.of_papers import run_of_paper
from glassworks.campaign.jobs.pages import show_so_far, write_page


def write(job: Job, paper: Paper) -> None:
    write_page(job, paper)
    show_so_far(Job("report", None, scale=job.campaign.scale, tables=job.campaign.tables))


if __name__ == "__main__":
    run_of_paper(__doc__, "page", write)
