"""From raw tables to derived tables, figures and verdicts: thin calls of the library, whole files.

Each function makes an item of a paper's results (`planned/results.py`) from what it consumes, which its provenance
tells; `making.py` has compared what is read with its content hash before.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from glassworks import studies
from glassworks.campaign.declared.campaign import Paper
from glassworks.campaign.declared.sections import TABLE
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.planned.checks import check_claims
from glassworks.campaign.planned.results import Item, Results
from glassworks.campaign.products.marks import marked
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import write_table
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.studies import derived_tables


def context(paper: Paper) -> dict:
    """A paper file as the library reads it: plain values, and each unit as {model: number}."""
    content = paper.content.model_dump(mode="json")
    content["units"] = {name: dict.fromkeys(unit.models, unit.value) for name, unit in paper.content.units.items()}
    return content


def record(job: Job, made: Results, consumed: object) -> dict:
    """Provenance of a result."""
    return job.provenance(consumed, scale=job.campaign.scale, paper=made.name)


def analyse_paper(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes every derived table; raises RuntimeError where the library's list of them is not the workflow's."""
    study, expected = studies.find(made.room), derived_tables(made.room)
    derived = studies.analyse(context(made.paper), Path(made.tables), made.raw)
    if set(derived) != set(expected):
        raise RuntimeError(
            f"derived tables {sorted(derived)} are not those that the workflow expects, {sorted(expected)}"
        )
    told = record(job, made, consumed)
    for name, frame in derived.items():
        write_table(made.table(name), frame, told, study.columns.get(name, {}))


def draw(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes one figure, or one table that the paper prints."""
    (print_table if item.what.startswith(TABLE) else draw_figure)(job, made, item, consumed)


def draw_figure(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes one figure as PDF and PNG, each marked with its origin."""
    with tempfile.TemporaryDirectory() as scratch:
        studies.draw(context(made.paper), item.what, Path(made.tables), Path(scratch) / f"fig{item.what}")
        _keep(job, made, item, consumed, Path(scratch))


def print_table(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes one table that the paper prints, `table<number>`, as CSV and PNG, each marked with its origin."""
    with tempfile.TemporaryDirectory() as scratch:
        number = item.what.removeprefix(TABLE)
        studies.tabulate(context(made.paper), number, Path(made.tables), Path(scratch) / item.what)
        _keep(job, made, item, consumed, Path(scratch))


def _keep(job: Job, made: Results, item: Item, consumed: object, scratch: Path) -> None:
    """Marks the files that were drawn in a folder and puts them where they belong."""
    told = record(job, made, consumed)
    for target in map(Path, item.products):
        content = (scratch / target.name).read_bytes()
        with product(target) as path:
            path.write_bytes(marked(content, target.suffix, told))


def judge_paper(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes a paper's verdicts; raises ConfigurationError where a claim says what it cannot mean."""
    check_claims(made.paper)
    claims = studies.judge(context(made.paper), Path(made.tables), withheld(job))
    write_table(made.claims_path, claims, record(job, made, consumed), CLAIMS)


def withheld(job: Job) -> str:
    """Why no verdict is given, where the scale promises none."""
    return "" if job.campaign.verdicts else f"scale {job.campaign.scale} promises no verdict"
