"""Writes the index of all papers that have been judged: results/<scale>/report.html, and claims.parquet.

Example: python scripts/report.py --scale desk
"""

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run
from glassworks.campaign.jobs.pages import write_report

if __name__ == "__main__":
    options = parser(__doc__)
    add_scale(options)
    given = options.parse_args()

    def work() -> None:
        write_report(Job("report", None, scale=given.scale, tables=given.tables))

    run(work, of_results(given, "report"))
