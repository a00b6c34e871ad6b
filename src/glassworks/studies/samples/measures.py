"""What claims about one's own samples may name."""

from __future__ import annotations

from glassworks.claims.measures import Measurement, Measures

MEASURES = Measures()


@MEASURES.register
def mean(tables, group: str, quantity: str) -> Measurement:
    """The mean of a column of the summary over the glasses of a group's first ensemble, with its interval."""
    row = tables.rows("summary", group=group).iloc[0]
    ends = (row[f"{quantity}_low"], row[f"{quantity}_high"])
    return Measurement(row[quantity], *ends, int(row["samples"]), f"{row['samples']} glasses")
