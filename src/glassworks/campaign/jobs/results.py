"""From gathered tables to derived tables, figures and verdicts: thin calls of the library, whole files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from glassworks import studies
from glassworks.campaign.config import Paper, check_claims
from glassworks.campaign.contents import sound_table, table_record
from glassworks.campaign.declared import TABLE
from glassworks.campaign.errors import ConfigurationError, unknown
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.marks import marked
from glassworks.campaign.products import drawn
from glassworks.campaign.sums import product
from glassworks.campaign.tables import write_table
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.studies import derived_tables, tables_in


def context(paper: Paper) -> dict:
    """A paper file as the library reads it: plain values, and each unit as {model: number}."""
    content = paper.content.model_dump(mode="json")
    content["units"] = {name: dict.fromkeys(unit.models, unit.value) for name, unit in paper.content.units.items()}
    return content


def folder(job: Job, paper: Paper) -> Path:
    """Where a paper's tables are."""
    return Path(f"{job.campaign.products}/tables/{paper.name}")


def _checked(paths: Iterable[Path]) -> dict[str, dict]:
    """The provenance of those tables that are there, by name.

    Raises ConfigurationError where one is damaged: the library reads tables as they are, so this comes before it.
    """
    return {path.stem: table_record(sound_table(path).schema) for path in paths if path.is_file()}


def _record(job: Job, paper: Paper, tables: Iterable[Path]) -> dict:
    """Provenance of a result: the hashes of the specifications of the tables that it rests on, which are checked."""
    sources = {name: record.get("specification_hash", "") for name, record in _checked(tables).items()}
    return job.provenance({"paper": paper.name, "tables": sources}, scale=job.campaign.scale, paper=paper.name)


def analyse_paper(job: Job, paper: Paper) -> None:
    """Writes every derived table; raises RuntimeError where the library's list of them is not the workflow's."""
    study, tables = studies.find(paper.name), folder(job, paper)
    expected = derived_tables(paper.name)
    raw = [path for path in tables_in(tables) if path.stem not in (*expected, "claims")]
    record = _record(job, paper, raw)
    derived = studies.analyse(context(paper), tables)
    if set(derived) != set(expected):
        raise RuntimeError(
            f"derived tables {sorted(derived)} are not those that the workflow expects, {sorted(expected)}"
        )
    for name, frame in derived.items():
        write_table(tables / f"{name}.parquet", frame, record, study.columns.get(name, {}))


def draw_figure(job: Job, paper: Paper, number: str) -> None:
    """Writes one figure as PDF and PNG; raises ConfigurationError for one that the paper's file does not name."""
    _drawn(job, paper, number, lambda tables, stem: studies.draw(context(paper), number, tables, stem))


def print_table(job: Job, paper: Paper, name: str) -> None:
    """Writes one table that the paper prints, `table<number>`, as CSV and PNG; raises what :func:`draw_figure` does."""
    number = name.removeprefix(TABLE)
    _drawn(job, paper, name, lambda tables, stem: studies.tabulate(context(paper), number, tables, stem))


def _drawn(job: Job, paper: Paper, name: str, draw: Callable[[Path, Path], None]) -> None:
    """Writes what `draw` makes of a folder of tables, each file marked with its origin."""
    if name not in paper.content.drawn:
        raise ConfigurationError(
            unknown("command line", "number", name, f"figure or table of {paper.name}", paper.content.drawn)
        )
    tables, declared = folder(job, paper), paper.content.drawn[name].tables
    record = _record(job, paper, [tables / f"{table}.parquet" for table in declared])
    _checked(tables / f"{table}.parquet" for table in derived_tables(paper.name) if table not in declared)
    targets = [Path(path) for path in drawn(job.campaign.products, paper.name, name)]
    targets[0].parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draw-", dir=targets[0].parent) as scratch:
        draw(tables, Path(scratch) / targets[0].name.removesuffix(targets[0].suffix))
        for target in targets:
            content = (Path(scratch) / target.name).read_bytes()
            with product(target) as path:
                path.write_bytes(marked(content, target.suffix, record))


def judge_paper(job: Job, paper: Paper) -> None:
    """Writes a paper's verdicts; raises ConfigurationError where a claim says what it cannot mean."""
    check_claims(paper)
    tables = folder(job, paper)
    record = _record(job, paper, [tables / f"{name}.parquet" for name in derived_tables(paper.name)])
    write_table(tables / "claims.parquet", studies.judge(context(paper), tables, withheld(job)), record, CLAIMS)


def withheld(job: Job) -> str:
    """Why no verdict is given, where the scale promises none."""
    return "" if job.campaign.verdicts else f"scale {job.campaign.scale} promises no verdict"
