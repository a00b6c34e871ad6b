"""What `snakemake figures --config tables=archive` makes, as a manifest for CODECHECK (its configuration file, 1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from glassworks.campaign.declared.campaign import Campaign
from glassworks.campaign.declared.sections import TABLE
from glassworks.campaign.products.places import drawn

FILE = "codecheck.yml"
COMMAND = "uv run snakemake figures --config tables=archive"
NOTE = (
    "# `glassworks codecheck` writes this file. Nobody has checked it yet: a codechecker adds `codechecker`, `report` "
    "and\n"
    "# what else belongs to a certificate. The works whose figures these are stand in CITATION.cff."
)
HEAD = f"""%YAML 1.2
---
{NOTE}
version: https://codecheck.org.uk/spec/config/1.0/

paper:
  title: Glassworks
  authors:
    - name: The Glassworks founders

source: >-
  The tables in results/archive, from which `{COMMAND}`
  makes every file below in a minute or two; report.html leads to the claims with their verdicts.

manifest:
"""


def codecheck(campaign: Campaign) -> str:
    """The text of the file.

    Args:
        campaign: one whose tables are the archive's.
    """
    entries = (
        f"  - file: {path}\n    comment: {json.dumps(said, ensure_ascii=False)}\n" for path, said in made(campaign)
    )
    return HEAD + "".join(entries)


def made(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Each file that a reader compares, and what it is: the PDF of a figure, the numbers of a table."""
    out = campaign.products
    for name, paper in campaign.papers.items():
        for number, figure in paper.content.drawn.items():
            path = drawn(out, name, number)[0]
            called = f"Table {number.removeprefix(TABLE)}" if number.startswith(TABLE) else f"Fig. {number}"
            yield path, f"{name}, {called}: {figure.title}"
    yield f"{out}/claims.parquet", "all claims: published, expected and measured value, 95 % interval, verdict"
    yield f"{out}/report.html", "the index of the report, which leads to a page for each paper"
