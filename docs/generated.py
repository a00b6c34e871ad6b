"""Pages of the site that are computed: what did not reproduce, and which errors were found in the papers, from their
files and the verdicts of the archived tables.

A hook of MkDocs. `uv run snakemake figures --config tables=archive` makes the verdicts; without them the page says so.
"""

from pathlib import Path

import pandas as pd
import yaml
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
VERDICTS = ROOT / "results/from-archive/claims.parquet"
CONTRADICTED, OPEN = "contradicted", ("inconclusive", "out of reach")

HEAD = """# What did not reproduce

Computed from the archived tables: a claim is *contradicted* where the 95 % interval of what is measured lies outside
what the paper's number allows.
`results/from-archive/unreproduced.html` shows beside each what was varied to find out why.

"""
NOTHING = (
    HEAD
    + """The verdicts are not computed in this copy; `uv run snakemake figures --config tables=archive` takes a minute.
"""
)

ERRATA = """# Errors found in the papers

What a paper prints and cannot mean, found while it was remade; it stands under `errata` in the paper's file. A verdict
in brackets is of the archived tables.

"""


def on_files(files: Files, config) -> Files:
    """Add the computed pages."""
    files.append(File.generated(config, "unreproduced.md", content=page(VERDICTS)))
    papers = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "config/papers").glob("*.yaml"))
    ]
    files.append(File.generated(config, "errata.md", content=errata(papers, VERDICTS)))
    return files


def page(path: Path) -> str:
    """The page, in Markdown, of a table of claims."""
    if not path.is_file():
        return NOTHING
    claims = pd.read_parquet(path)
    parts = [HEAD]
    for paper, rows in claims.groupby("paper", sort=False):
        counts = rows["verdict"].value_counts()
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        parts.append(f"## {paper}\n\n{len(rows)} claims: {told}.\n\n")
        wrong = rows[rows["verdict"] == CONTRADICTED]
        if len(wrong):
            parts.append("| claim | place | published | measured | on what |\n|---|---|---|---|---|\n")
            parts += [_row(row) for row in wrong.itertuples()]
            parts.append("\n")
    return "".join(parts)


def errata(papers: list[dict], path: Path) -> str:
    """The page of errors, in Markdown, from the papers' files and a table of claims."""
    verdicts = {}
    if path.is_file():
        verdicts = {(row.paper, row.claim): row.verdict for row in pd.read_parquet(path).itertuples()}
    parts = [ERRATA]
    for paper in papers:
        found = paper.get("errata", {})
        if found:
            parts.append(f"## {paper['title']}\n\n{paper['authors']}. {paper['reference']}.\n\n")
            parts.append("| where | printed | right | because | claims |\n|---|---|---|---|---|\n")
        for each in found.values():
            claims = [(claim, verdicts.get((paper["paper"], claim))) for claim in each.get("claims", ())]
            shown = ", ".join(f"`{claim}`{f' ({verdict})' if verdict else ''}" for claim, verdict in claims)
            parts.append(_cells([each["place"], each["printed"], each["right"], each["because"], shown]))
        parts.append("\n" if found else "")
    return "".join(parts)


def _row(row) -> str:
    """One contradicted claim as a row of a table."""
    measured = f"{row.measured:.3g} [{row.low:.3g}, {row.high:.3g}]"
    return _cells([row.statement, row.place, row.published, measured, row.scope])


def _cells(cells: list) -> str:
    """A row of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
