"""Makes all of a paper that is made from its raw tables: derived tables, figures, printed tables, verdicts and pages
below results/<scale>, and the index of what there is so far. What is whole and made from what is planned is left alone.

Examples: python scripts/results.py pinching --scale desk
          python scripts/results.py pinching --tables archive
"""

from glassworks.campaign.jobs.making import make
from glassworks.campaign.jobs.of_papers import run_of_paper

if __name__ == "__main__":
    run_of_paper(__doc__, "results", make)
