"""Pages of a scale: a paper's, of its own products alone, and the index of all that have been judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from glassworks.campaign import files
from glassworks.campaign.columns import columns_of
from glassworks.campaign.config import Paper
from glassworks.campaign.contents import sound, sound_table, table_record
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.results import context, folder, withheld
from glassworks.campaign.marks import marked, read_mark
from glassworks.campaign.products import CALIBRATED, UNREPRODUCED, drawn, pages
from glassworks.campaign.sums import product
from glassworks.campaign.tables import read_provenance, read_table, write_table
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.studies import derived_tables, tables_in


def write_page(job: Job, paper: Paper) -> None:
    """Writes a paper's page and that of its tables; raises ConfigurationError where one of its products is damaged, or
    a table has a column that nothing defines.
    """
    from glassworks import report

    campaign, tables = job.campaign, folder(job, paper)
    shown = [*tables_in(tables), _calibrated(job)]
    sources = {name: each.get("specification_hash", "") for name, each in _records(shown).items()}
    _check_columns(shown)
    _check_figures(Path(path) for name in paper.content.drawn for path in drawn(campaign.products, paper.name, name))
    record = job.provenance({"paper": paper.name, "tables": sources}, scale=campaign.scale, paper=paper.name)
    told = context(paper), Path(campaign.products)
    page, columns = pages(campaign.products, paper.name)
    with _page(page, record) as path:
        report.write_paper(
            *told, path, costs=cost_rows(tables), provenance=_common(job), withheld=withheld(job)
        )  # fmt: skip
    with _page(columns, record) as path:
        words = {table.stem: columns_of(table.stem) for table in _raw(tables)}
        report.write_tables(*told, path, words=words, provenance=_common(job))


def write_report(job: Job) -> None:
    """Writes the claims of all papers as one table, the index, and the page of what was not reproduced, of every paper
    that has been judged at this scale; raises ConfigurationError where one of what it shows is damaged.
    """
    judged = _judged(job)
    claims = [read_table(folder(job, paper) / "claims.parquet") for paper in judged]
    table = pd.concat(claims, ignore_index=True) if claims else pd.DataFrame()
    write_table(f"{job.campaign.products}/claims.parquet", table, _index_record(job, judged), CLAIMS)
    _write_index(job, judged)


def show_so_far(job: Job) -> None:
    """Writes the index of the papers that have been judged so far, for whoever looks before the last one is done.

    It is no product yet: the job that comes last makes it anew. Where something of another paper is damaged it stays as
    it is, and that job says so.
    """
    with suppress(ConfigurationError):
        _records([Path(f"{job.campaign.products}/claims.parquet")])
        _write_index(job, _judged(job))


def _judged(job: Job) -> list[Paper]:
    """The papers that have been judged; raises ConfigurationError where the verdicts of one, or the calibration, are
    damaged."""
    judged = [paper for paper in job.campaign.papers.values() if (folder(job, paper) / "claims.parquet").is_file()]
    for path in [*(folder(job, paper) / "claims.parquet" for paper in judged), _calibrated(job)]:
        _records([path])
    return judged


def _calibrated(job: Job) -> Path:
    return Path(job.campaign.products) / CALIBRATED


def _index_record(job: Job, judged: list[Paper]) -> dict:
    return job.provenance({"papers": [paper.name for paper in judged]}, scale=job.campaign.scale)


def _write_index(job: Job, judged: list[Paper]) -> None:
    from glassworks import report

    products, papers = Path(job.campaign.products), [context(paper) for paper in judged]
    told = {"what": _what(job), "provenance": _common(job), "withheld": withheld(job)}
    for name, write in ((UNREPRODUCED, report.write_unreproduced), ("report.html", report.write_index)):
        with _page(f"{products}/{name}", _index_record(job, judged)) as path:
            write(papers, products, path, **told)


@contextmanager
def _page(path: str, record: dict) -> Iterator[Path]:
    """A page that is being written, which then gets its mark."""
    with product(path) as temporary:
        yield temporary
        temporary.write_bytes(marked(temporary.read_bytes(), ".html", record))


def _records(paths: Iterable[Path]) -> dict[str, dict]:
    """The provenance of those tables that are there, by name; raises ConfigurationError where one is damaged."""
    return {path.stem: table_record(sound_table(path).schema) for path in paths if path.is_file()}


def _check_columns(paths: Iterable[Path]) -> None:
    """Raises ConfigurationError where a table has a column whose unit and definition nobody gave."""
    for path in filter(Path.is_file, paths):
        if lacking := [field.name for field in pq.read_schema(path) if b"definition" not in (field.metadata or {})]:
            raise ConfigurationError(
                f"{path}: {', '.join(lacking)}: has no unit and no definition; allowed: tables that jobs have written"
            )


def _check_figures(paths: Iterable[Path]) -> None:
    """Raises ConfigurationError where a figure or printed table that a page shows is damaged."""
    for path in filter(Path.is_file, paths):
        with sound(path):
            if not read_mark(path.read_bytes(), path.suffix)[1]:
                raise ValueError("it holds something else than was written")


def _raw(tables: Path) -> list[Path]:
    """A paper's raw tables."""
    others = (*derived_tables(tables.name), "claims")
    return [path for path in tables_in(tables) if path.stem not in others]


def cost_rows(tables: Path) -> list[dict]:
    """What a paper's raw tables cost where they were made: a row a table."""
    rows = []
    for path in _raw(tables):
        if sources := read_provenance(path).get("sources"):
            rows.append({
                "table": path.stem,
                "jobs": sources["parts"],
                "core_hours": sources["wall_time"] / 3600,
                "peak_memory_in_MB": sources["peak_memory"],
            })  # fmt: skip
    return rows


def _what(job: Job) -> str:
    """What the index shows."""
    return "archived tables" if job.campaign.tables == "archive" else f"scale {job.campaign.scale}"


def _common(job: Job) -> dict[str, str]:
    """What is common to all papers of a scale."""
    machine, record = files.machine(), job.provenance({})
    tables = "from the archive" if job.campaign.tables == "archive" else f"simulated at scale {job.campaign.scale}"
    return {
        "tables": tables,
        "seed": str(job.seed),
        "version": record["packages"]["glassworks"],
        "git commit": record["git_commit"] or "none",
        "reported on": f"{machine['processor']}, {machine['cores']} cores",
        "date": record["date"],
    }
