"""Draws one figure of a paper from its tables: results/<scale>/figures/<paper>/fig<number>.pdf and .png; or one of the
tables that it prints: results/<scale>/tables/<paper>/table<number>.csv and .png.

Examples: python scripts/draw.py pinching S2 --scale desk
          python scripts/draw.py mine table1 --scale desk
"""

from glassworks.campaign.config import Paper
from glassworks.campaign.declared import TABLE
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.of_papers import run_of_paper
from glassworks.campaign.jobs.results import draw_figure, print_table


def draw(job: Job, paper: Paper, number: str) -> None:
    (print_table if number.startswith(TABLE) else draw_figure)(job, paper, number)


if __name__ == "__main__":
    run_of_paper(__doc__, "draw", draw, {"number": None})
