"""Draws one figure of a paper from its tables: results/<scale>/figures/<paper>/fig<number>.pdf and .png; or one of the
tables that it prints: results/<scale>/tables/<paper>/table<number>.csv and .png.

Examples: python scripts/draw.py pinching S2 --scale desk
          python scripts/draw.py mine table1 --scale desk
"""

from glassworks.campaign.config import chosen_papers
from glassworks.campaign.declared import TABLE
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run
from glassworks.campaign.jobs.results import draw_figure, print_table

if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("paper")
    options.add_argument("number")
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        job = Job("draw", None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        job.kind = f"{paper.name} {given.number}"
        (print_table if given.number.startswith(TABLE) else draw_figure)(job, paper, given.number)

    run(work, of_results(given, "draw", given.paper, given.number))
