"""Judges a paper's claims by its tables: results/<scale>/tables/<paper>/claims.parquet.

Example: python scripts/judge.py pinching --scale desk
"""

from glassworks.campaign.jobs.of_papers import run_of_paper
from glassworks.campaign.jobs.results import judge_paper

if __name__ == "__main__":
    run_of_paper(__doc__, "judge", judge_paper)
