"""Derives a paper's tables (fits, lengths, intervals) from its raw ones: results/<scale>/tables/<paper>/.

Example: python scripts/analyse.py pinching --scale desk
"""

from glassworks.campaign.jobs.of_papers import run_of_paper
from glassworks.campaign.jobs.results import analyse_paper

if __name__ == "__main__":
    run_of_paper(__doc__, "analyse", analyse_paper)
