"""The index of a scale: what was run, and for each paper its verdicts and the way to its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from glassworks.report import frame
from glassworks.report.columns import described
from glassworks.report.frame import PAGES, named
from glassworks.report.verdicts import counted, read_claims, severity

UNREPRODUCED = "unreproduced.html"
"""The page of what was not reproduced, and why, beside the index."""
JOINT = ("claims", "calibration")
"""Tables of all papers, which lie beside the index."""


def write(
    papers: Sequence[Mapping],
    products: Path,
    output: Path,
    *,
    what: str,
    provenance: Mapping[str, str] | None = None,
    withheld: str = "",
) -> None:
    """Writes the index of papers (their files' contents) to `output`, which belongs into the folder of the scale.

    Args:
        products: the folder of a scale, with `tables/<paper>` and `report/<paper>.html`.
        what: the scale, or that the tables are archived.
        provenance: what is common to all papers.
        withheld: why there are no verdicts, where none are promised.
    """
    products = Path(products)
    entries = [_entry(paper, products) for paper in papers]
    tables = [products / f"{name}.parquet" for name in JOINT]
    frame.write(
        output,
        "index.html.j2",
        what=what,
        provenance=dict(provenance or {}),
        withheld=withheld,
        unreproduced=UNREPRODUCED if (products / UNREPRODUCED).exists() else "",
        entries=entries,
        total={verdict: sum(each["tally"][verdict] for each in entries) for verdict in counted(read_claims(products))},
        tables=[described(path, path.name) for path in tables if path.exists()],
    )


def _entry(paper: Mapping, products: Path) -> dict:
    """What the index says of one paper."""
    claims = read_claims(products / "tables" / str(paper["paper"]))
    entry = named(paper)
    pages = {"page": f"{PAGES}/{entry['name']}.html", "tables": f"{PAGES}/{entry['name']}_tables.html"}
    return {
        **entry,
        **{key: path if (products / path).exists() else "" for key, path in pages.items()},
        "figures": len(paper.get("figures", {})),
        "printed": len(paper.get("tables", {})),
        "claims": len(claims),
        "tally": counted(claims),
        "severity": severity(claims),
    }
