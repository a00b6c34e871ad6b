"""The same pulls in polydisperse glasses along the parent temperature, and how near to soft spots they lead (beyond the
paper).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from glassworks.statistics.measured import ends
from glassworks.statistics.resampling import mean_draws, median_draws
from glassworks.statistics.tables import KEYS, good, of, owners_of
from glassworks.studies.anharmonic import ANNEALED
from glassworks.studies.anharmonic.analysis.modes import modes, transitions
from glassworks.studies.anharmonic.analysis.populations import Population


def annealed(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a parent temperature: medians of A_c and N_rearr, distinct destinations over pulls, nearness to soft spots.

    Glasses whose liquids were not in equilibrium are left out; those of one chain share their weight.
    """
    each = modes(raw, pd.DataFrame(), _annealed)
    distinct = transitions(raw, _annealed)
    spots = _annealed(raw["destination_spots"])
    rows = []
    for ensemble in dict.fromkeys(each["ensemble"]) if len(each) else ():
        mine = each[(each["ensemble"] == ensemble) & each["pulled"] & ~each["censored"]]
        evidence = of(raw["equilibrium"], ANNEALED, ensemble)
        if mine.empty or (len(evidence) and not bool(evidence["passed"].iloc[0])):
            continue
        samples = mine["sample"].unique()
        chains = pd.Series(owners_of(of(raw["liquids"], ANNEALED, ensemble), evidence, samples), samples)
        pulled = _by_chain(mine, chains)
        row = {name: mine[name].iloc[0] for name in KEYS if name in mine}
        row |= {"samples": len(samples), "modes": len(mine)}
        row |= ends("amplitude", median_draws(pulled.column("amplitude"), pulled.row_weights()))
        strain = pulled.column("frequency") * pulled.column("amplitude")
        row |= ends("strain", median_draws(strain, pulled.row_weights()))
        there = _by_chain(distinct[distinct["ensemble"] == ensemble], chains)
        row |= ends("rearranged", median_draws(there.column("rearranged"), there.row_weights()))
        counts = [there.weight @ there.sums(values) for values in (np.ones(len(there)), there.column("hits"))]
        row |= ends("distinct", counts[0] / counts[1])
        near = good(spots[spots["ensemble"] == ensemble]) if len(spots) else spots
        draws = np.full(1001, np.nan)
        if len(near):
            found = _by_chain(near, chains)
            draws = mean_draws(found.column("nearer"), found.row_weights())
        rows.append(row | ends("nearer", draws))
    return pd.DataFrame(rows)


def _by_chain(rows: pd.DataFrame, chains: pd.Series) -> Population:
    """Rows of glasses that were pulled, those of one chain as of one."""
    rows = rows[rows["sample"].isin(chains.index)]
    return Population(rows.assign(sample=rows["sample"].map(chains)))


def _annealed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["group"] == ANNEALED] if len(frame) else frame
