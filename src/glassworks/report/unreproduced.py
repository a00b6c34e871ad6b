"""One page of all papers: which claims are not reproduced, and why, as far as that is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glassworks.claims.causes import varied
from glassworks.claims.claim import Claim
from glassworks.claims.measures import Tables
from glassworks.claims.verdicts import CONTRADICTED, INCONCLUSIVE, OUT_OF_REACH
from glassworks.report import frame
from glassworks.report.frame import PAGES, named
from glassworks.report.verdicts import read_claims

OPEN = (INCONCLUSIVE, OUT_OF_REACH)
WIDTH = 100.0
"""Of the pictures' axes, in percent."""


def write(
    papers: Sequence[Mapping],
    products: Path,
    output: Path,
    *,
    what: str,
    provenance: Mapping[str, str] | None = None,
    withheld: str = "",
) -> None:
    """Writes the page to `output`, which belongs beside the index.

    Args:
        papers, products, what, provenance, withheld: see :func:`glassworks.report.index.write`.
    """
    products = Path(products)
    frame.write(
        output,
        "unreproduced.html.j2",
        what=what,
        provenance=dict(provenance or {}),
        withheld=withheld,
        papers=[_section(paper, products) for paper in papers],
    )


def _section(paper: Mapping, products: Path) -> dict:
    """What the page says of one paper."""
    entry = named(paper)
    folder = products / "tables" / entry["name"]
    claims, tables = read_claims(folder), Tables(folder)
    contradicted = claims[claims["verdict"] == CONTRADICTED]
    wanted = set(contradicted["claim"])
    known = {item["id"]: Claim.model_validate(item) for item in paper.get("claims", ()) if item["id"] in wanted}
    page = f"{PAGES}/{entry['name']}.html"
    return {
        **entry,
        "page": page if (products / page).exists() else "",
        "contradicted": [
            _contradicted(row, known[row.claim], tables) for row in contradicted.itertuples() if row.claim in known
        ],
        "open": {name: _plain(claims[claims["verdict"] == name]) for name in OPEN},
    }


def _plain(rows: pd.DataFrame) -> list[dict]:
    return rows[["claim", "statement", "place", "scope"]].to_dict("records")


def _contradicted(row: Any, claim: Claim, tables: Tables) -> dict:
    """A contradicted claim, and each of what was varied as bars over a common axis that shows the tolerance."""
    rows = varied(claim, tables)
    low, high = claim.tolerance
    ends = [each for each in (low, high, row.low, row.high, claim.expected) if each is not None]
    ends += [*rows["low"][np.isfinite(rows["low"])], *rows["high"][np.isfinite(rows["high"])]]
    first, last = min(ends), max(ends)
    margin = 0.05 * (last - first) or 1.0

    def at(value: float | None, open_end: float) -> float:
        """Where a value stands on the axis, in percent."""
        if value is None:
            return open_end
        return round(WIDTH * (value - first + margin) / (last - first + 2 * margin), 2)

    bars = [
        {"begin": at(one.low, 0.0), "end": at(one.high, WIDTH), "at": at(one.measured, 0.0)} | one._asdict()
        for one in rows.itertuples(index=False)
    ]
    own = {"begin": at(row.low, 0.0), "end": at(row.high, WIDTH), "at": at(row.measured, 0.0)}
    own |= {"measured": row.measured, "low": row.low, "high": row.high}
    figures = list(dict.fromkeys(one.figure for one in claim.varied if one.figure))
    return {
        **row._asdict(), "figures": figures, "bars": bars, "own": own,
        "band": (at(low, 0.0), at(high, WIDTH)), "expected_at": at(claim.expected, 0.0),
    }  # fmt: skip
