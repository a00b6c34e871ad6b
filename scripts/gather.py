"""Joins a paper's blocks into one raw table: results/<scale>/tables/<paper>/<table>.parquet.

Example: python scripts/gather.py pinching moduli --scale desk
"""

from glassworks.campaign.jobs.gather import gather_table
from glassworks.campaign.jobs.of_papers import run_of_paper

if __name__ == "__main__":
    run_of_paper(__doc__, "gather", gather_table, {"table": "liquids, equilibrium, glasses, or an observable"})
