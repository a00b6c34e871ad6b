"""Copies a paper's raw tables from results/archive/<paper> to results/from-archive/tables/<paper>.

Example: python scripts/restore.py pinching --tables archive
"""

from glassworks.campaign.jobs.gather import restore
from glassworks.campaign.jobs.of_papers import run_of_paper

if __name__ == "__main__":
    run_of_paper(__doc__, "restore", lambda job, paper: restore(job.campaign, paper), tables="archive")
