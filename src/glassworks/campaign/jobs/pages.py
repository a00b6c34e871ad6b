"""Pages of a scale: a paper's, of its own products alone, and the index of all that have been judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from glassworks.campaign.declared.campaign import Paper
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.results import context, record, withheld
from glassworks.campaign.planned.results import Item, Results
from glassworks.campaign.products import files
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.contents import sound, sound_table
from glassworks.campaign.products.marks import marked, read_mark
from glassworks.campaign.products.places import CALIBRATED, UNREPRODUCED
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import read_provenance, read_table, write_table
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.studies import tables_in


def write_page(job: Job, made: Results, item: Item, consumed: object) -> None:
    """Writes a paper's page and that of its tables, and the index of what there is so far.

    Raises ConfigurationError where something that it shows is damaged, or a table has a column that nothing defines.
    """
    from glassworks import report

    shown = [*tables_in(Path(made.tables)), _calibrated(job)]
    _check_tables(shown)
    _check_columns(shown)
    _check_figures(map(Path, made.drawn_paths))
    told, (page, columns) = (context(made.paper), Path(made.out)), item.products
    with _page(page, record(job, made, consumed)) as path:
        report.write_paper(
            *told, path, costs=cost_rows(made.raw_paths), provenance=_common(job), withheld=withheld(job)
        )  # fmt: skip
    with _page(columns, record(job, made, consumed)) as path:
        words = {name: columns_of(name) for name in made.raw}
        report.write_tables(*told, path, words=words, provenance=_common(job))
    show_so_far(job.part("report", None))


def write_report(job: Job) -> None:
    """Writes the claims of all papers as one table, the index, and the page of what was not reproduced, of every paper
    that has been judged at this scale; raises ConfigurationError where one of what it shows is damaged.
    """
    judged = _judged(job)
    claims = [read_table(_claims(job, paper)) for paper in judged]
    table = pd.concat(claims, ignore_index=True) if claims else pd.DataFrame()
    write_table(f"{job.campaign.products}/claims.parquet", table, _index_record(job, judged), CLAIMS)
    _write_index(job, judged)


def show_so_far(job: Job) -> None:
    """Writes the index of the papers that have been judged so far, for whoever looks before the last one is done.

    It is no product yet: the job that comes last makes it anew. Where something of another paper is damaged it stays as
    it is, and that job says so.
    """
    with suppress(ConfigurationError):
        _check_tables([Path(f"{job.campaign.products}/claims.parquet")])
        _write_index(job, _judged(job))


def _judged(job: Job) -> list[Paper]:
    """The papers that have been judged; raises ConfigurationError where the verdicts of one, or the calibration, are
    damaged."""
    judged = [paper for paper in job.campaign.papers.values() if _claims(job, paper).is_file()]
    _check_tables([*(_claims(job, paper) for paper in judged), _calibrated(job)])
    return judged


def _claims(job: Job, paper: Paper) -> Path:
    return Path(f"{job.campaign.products}/tables/{paper.name}/claims.parquet")


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


def _check_tables(paths: Iterable[Path]) -> None:
    """Raises ConfigurationError where one of those tables that are there is damaged."""
    for path in filter(Path.is_file, paths):
        sound_table(path)


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


def cost_rows(tables: Iterable[str]) -> list[dict]:
    """What a paper's raw tables cost where they were made: a row a table."""
    rows = []
    for path in map(Path, tables):
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
