"""Model files: known numbers, mixtures, and refusals."""

import numpy as np
import pytest
from pydantic import ValidationError

from glassworks.configurations import Box
from glassworks.models import Model, load_model

KNOWN = {  # dimension, density, cutoff, smallest and largest size
    "ipl-2d": (2, 0.86, 1.48, 1.0, 1.40),
    "ipl-3d": (3, 0.82, 1.48, 1.0, 1.40),
    "ipl-4d": (4, 0.80, 1.48, 1.0, 1.40),
    "poly-3d": (3, 0.58, 1.40, 1.0, 2.22),
    "poly-2d": (2, None, 1.40, 1.0, 2.22),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_numbers(name):
    model = load_model(name)
    dimension, density, cutoff, smallest, largest = KNOWN[name]
    assert model.dimension == dimension
    assert density is None or model.density == density
    assert model.potential.cutoff == cutoff
    assert model.potential.exponent == 10 and model.potential.smooth_derivatives == 3
    sizes = model.diameters(4000)
    assert smallest <= sizes.min() < smallest * 1.001 and largest * 0.995 < sizes.max() <= largest
    assert Box.of(model, 1000).volume == pytest.approx(1000 / model.density)


def test_power_law_sizes_have_the_declared_distribution():
    """For p(λ) ∝ λ⁻³ on [a, b] the mean is 2ab/(a + b) and the median √2 ab/√(a² + b²)."""
    a, b = 1.0, 2.22
    sizes = load_model("poly-3d").diameters(200_000)
    assert sizes.mean() == pytest.approx(2 * a * b / (a + b), rel=1e-6)
    assert np.median(sizes) == pytest.approx(np.sqrt(2) * a * b / np.hypot(a, b), rel=1e-5)
    assert (np.diff(sizes) >= 0).all()


def test_binary_sizes_are_half_and_half():
    sizes = load_model("ipl-2d").diameters(101)
    assert set(sizes) == {1.0, 1.4} and abs((sizes == 1.4).sum() - 50) <= 1


@pytest.mark.parametrize("name", KNOWN)
def test_smallest_system_holds_its_range(name):
    model = load_model(name)
    n = model.smallest_system()
    assert model.box_length(n) >= 2 * model.range > model.box_length(n - 1)


def test_unknown_model_names_those_that_exist():
    with pytest.raises(ValueError, match=r"no model 'ipl-5d'.*ipl-2d.*poly-3d"):
        load_model("ipl-5d")


@pytest.mark.parametrize(
    "key, value", [("density", -1.0), ("dimension", 5), ("desnity", 1.0), ("mixture", {"kind": "one"})]
)
def test_impossible_models_are_refused(key, value):
    good = load_model("ipl-3d").model_dump()
    with pytest.raises(ValidationError, match=key):
        Model(**(good | {key: value}))
