"""Chances and quantiles are bit for bit those of scipy.stats, which is too slow to load at the start of a job."""

import numpy as np
import pytest
from scipy import stats

from glassworks.statistics import chances

VALUES = (0.0, 1e-300, 1e-9, 0.3, 1.0, 2.7, 14.0, 200.0, 1e9, np.inf, np.nan)


@pytest.mark.parametrize("freedom", [-1, 0, 1, 2, 3, 7, 40, 1000])
def test_chi_square(freedom):
    for value in VALUES:
        assert np.array_equal(chances.chi_square_above(value, freedom), stats.chi2.sf(value, freedom), equal_nan=True)
        assert np.array_equal(chances.chi_square_below(value, freedom), stats.chi2.cdf(value, freedom), equal_nan=True)
    assert np.array_equal(chances.chi_square_median(freedom), stats.chi2.median(freedom), equal_nan=True)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.75, 0.975])
def test_quantiles(share):
    assert chances.normal_quantile(share) == stats.norm.ppf(share)
    for freedom in (0, 1, 2, 5, 30, 10**6):
        assert np.array_equal(chances.student_quantile(share, freedom), stats.t.ppf(share, freedom), equal_nan=True)


def test_ranks():
    rng = np.random.default_rng(1)
    values = rng.integers(0, 6, (12, 50)).astype(float)
    values[:, 20:40] = rng.standard_normal((12, 20))
    values[3, 7] = np.nan
    values[2, 9] = np.inf
    found = chances.ranks(values)
    assert np.array_equal(found, stats.rankdata(values, axis=0), equal_nan=True)
    assert np.isnan(found[:, 7]).all() and np.isnan(found).sum() == 12
