"""Clustered weights: the interval of a mean over correlated samples covers the truth as often as it says."""

import numpy as np
import pandas as pd

from glassworks.statistics.resampling import interval, mean_draws, weights
from glassworks.statistics.tables import clusters


def test_samples_of_a_cluster_share_their_weight():
    drawn = weights(6, 3, clusters=np.array([0, 0, 1, 1, 2, 2]))
    assert np.array_equal(drawn[:, 0::2], drawn[:, 1::2])
    assert np.allclose(drawn.mean(axis=1), 1.0) and (drawn[0] == 1).all()


def test_clustered_intervals_cover_where_independent_ones_fail():
    """Pairs of equal values: 200 trials; 95 % nominal, fewer than 86 % has a false-alarm rate below 1e-6."""
    generator = np.random.default_rng(4)
    covered = {True: 0, False: 0}
    for trial in range(200):
        values = np.repeat(generator.normal(size=40), 4)
        for clustered in covered:
            found = interval(
                mean_draws(values, weights(160, trial, 400, np.repeat(np.arange(40), 4) if clustered else None))
            )
            covered[clustered] += found.low <= 0.0 <= found.high
    assert covered[True] > 172
    assert covered[False] < 160


def test_clusters_span_two_relaxation_times_of_a_chain():
    liquids = pd.DataFrame({"sample": range(8), "chain": [0] * 4 + [1] * 4, "sweeps_between": 100.0})
    equilibrium = pd.DataFrame({"relaxation_sweeps": [100.0]})
    found = clusters(liquids, equilibrium, np.arange(8))
    assert [len(set(found[k : k + 2])) for k in (0, 2, 4, 6)] == [1, 1, 1, 1] and len(set(found)) == 4
    assert len(set(clusters(liquids, equilibrium.assign(relaxation_sweeps=40.0), np.arange(8)))) == 8
    assert len(set(clusters(liquids, pd.DataFrame(), np.arange(8)))) == 8
    independent = liquids.assign(chain=range(8), sweeps_between=np.nan)
    assert len(set(clusters(independent, equilibrium, np.arange(8)))) == 8
