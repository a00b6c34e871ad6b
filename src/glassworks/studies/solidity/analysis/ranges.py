"""d_PEL against what it is read off: the range of Δr, the size, the temperature that paths start from, the minimizer.

A power law has one exponent wherever it is fitted. The table shows whether paths have, and what moves it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassworks.studies.solidity.analysis.descents import Curve
from glassworks.studies.solidity.analysis.dimensions import law
from glassworks.studies.solidity.analysis.ensembles import told

ENDS = tuple(10.0 ** (k / 2) for k in range(-6, 1))
"""Ends of the ranges of Δr, in λ, half a decade apart; the last range of a temperature ends where its paths begin."""


def range_rows(curves: list[Curve]) -> Iterator[dict]:
    """A row for each ensemble, method and range: from each of the ends half a decade on, a decade on, and to where the
    paths begin."""
    for curve in curves:
        if not len(curve.x):
            continue
        begins = float(np.exp(curve.x[-1]))
        for k, low in enumerate(ENDS):
            for kind, high in (("half", ENDS[k + 1 : k + 2]), ("decade", ENDS[k + 2 : k + 3]), ("whole", [begins])):
                exponent = law([curve], low, high[0]).exponent if high and high[0] <= begins * 1.001 else None
                if exponent is None or not np.isfinite(exponent[0]):
                    continue
                yield {
                    **curve.ensemble.head(), "method": curve.method, "samples": len(curve.ensemble.samples),
                    "range": kind, "nearest": low, "farthest": high[0], **told("exponent", exponent),
                }  # fmt: skip
