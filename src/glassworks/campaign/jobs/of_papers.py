"""How every script runs that makes results of one paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glassworks.campaign.declared.campaign import chosen_papers
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.main import add_scale, of_results, parser, run


def run_of_paper(
    description: str,
    stage: str,
    work: Callable[..., None],
    more: Mapping[str, str | None] | None = None,
) -> None:
    """Does a stage's work on the paper that the command names.

    Args:
        work: of the job, the paper, and what else the command names.
        more: what else it must name, each with its help.
    """
    options = parser(description)
    options.add_argument("paper")
    for name, said in (more or {}).items():
        options.add_argument(name, help=said)
    add_scale(options)
    given = options.parse_args()
    named = [getattr(given, name) for name in more or ()]

    def each() -> None:
        job = Job(stage, None, scale=given.scale, tables=given.tables)
        [paper] = chosen_papers(job.campaign, [given.paper])
        job.kind = " ".join([paper.name, *named])
        work(job, paper, *named)

    run(each, of_results(given, stage, given.paper, *named))
