"""A person's configuration: what cannot be one of the model is refused, what is unlike it is warned of once."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from glasses import expanded, glass, lattice, random_points, sheared

import glassworks as gw
from glassworks.configurations import Box, Configuration, Misfit, check_fit, force_state
from glassworks.glasses import Glass
from glassworks.liquids import SwapChain, start_dynamics
from glassworks.models import load_model
from glassworks.notebook import quench
from glassworks.vibrations import Unstable

DOORS = {"quench": quench, "Glass": Glass}


@pytest.fixture(autouse=True)
def nothing_is_warned_of_in_vain():
    with warnings.catch_warnings():
        warnings.simplefilter("error", Misfit)
        yield


def placed(configuration, particle, *place):
    positions = configuration.positions.copy()
    positions[particle] = place
    return replace(configuration, positions=positions)


def sized(configuration, particle, diameter):
    diameters = configuration.diameters.copy()
    diameters[particle] = diameter
    return replace(configuration, diameters=diameters)


def squeezed(configuration, length):
    return replace(configuration, box=replace(configuration.box, length=length))


REFUSED = {
    "another dimension": (lambda here: random_points("ipl-3d", 150), "has 3 dimensions, but the model ipl-2d has 2"),
    "a coordinate NaN": (lambda here: placed(here, 17, 1.0, np.nan), r"particle 17: its position \[1\.0, nan\] is not"),
    "an infinite one": (lambda here: placed(here, 4, -np.inf, 1.0), "particle 4: its position .* is not finite"),
    "on one spot": (lambda here: placed(here, 90, *here.positions[31]), "particles 31 and 90 stand on one spot"),
    "nearly": (lambda here: placed(here, 3, *here.positions[140] + 3e-7), "particles 3 and 140 stand on one spot"),
    "a diameter NaN": (lambda here: sized(here, 8, np.nan), "particle 8: its diameter nan is not a positive number"),
    "a diameter 0": (lambda here: sized(here, 0, 0.0), r"particle 0: its diameter 0\.0 is not a positive number"),
    "a negative one": (lambda here: sized(here, 149, -1.0), r"particle 149: its diameter -1\.0 is not a positive"),
    "an infinite size": (lambda here: sized(here, 9, np.inf), "particle 9: its diameter inf is not a positive"),
    "a narrow box": (lambda here: squeezed(here, 4.0), r"the box's edge 4 is less than 4\.144, twice the range"),
    "nobody": (lambda here: Configuration(np.empty((0, 2)), [], here.box), "has no particles"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused(what, door):
    model, here = glass("ipl-2d", 150)
    spoil, said = REFUSED[what]
    with pytest.raises(ValueError, match=said):
        DOORS[door](model, spoil(here))


@pytest.mark.parametrize("what", ["another dimension", "a diameter NaN", "a diameter 0", "a narrow box", "nobody"])
def test_liquids_refuse_the_same(what):
    model, here = glass("ipl-2d", 150)
    spoil, said = REFUSED[what]
    for begin in (start_dynamics, SwapChain):
        with pytest.raises(ValueError, match=said):
            begin(model, spoil(here), 1.0, np.random.default_rng(1))


def diluted(here):
    """A third of the large particles made small."""
    diameters = here.diameters.copy()
    diameters[np.flatnonzero(diameters > 1.2)[::3]] = 1.0
    return replace(here, diameters=diameters)


DOUBTED = {
    "other sizes": (lambda here: replace(here, diameters=0.99 * here.diameters), r"150 of its 150 diameters, as 0\.99"),
    "one other size": (lambda here: sized(here, 5, 1.2), r"1 of its 150 diameters, as 1\.2, are none of 1 and 1\.4"),
    "other proportions": (diluted, "50 of its 150 particles are large, not 75"),
    "a larger box": (lambda here: expanded(here, 0.02), r"its density is 0\.\d+, but that of ipl-2d 0\.86"),
    "a smaller box": (lambda here: expanded(here, -0.02), r"its density is 0\.\d+, but that of ipl-2d 0\.86"),
}


@pytest.mark.parametrize("what", DOUBTED)
def test_what_is_unlike_the_model_is_warned_of_once(what):
    model, here = glass("ipl-2d", 150)
    spoil, said = DOUBTED[what]
    with pytest.warns(Misfit) as told:
        made = quench(model, spoil(here))
        made.hessian  # noqa: B018
    assert len(told) == 1 and re.search(said, str(told[0].message)) and told[0].filename == __file__


@pytest.mark.parametrize("name", ["ipl-2d", "ipl-3d"])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_density_may_be_off_by_one_in_a_hundred(name, sign):
    model, here = load_model(name), random_points(name, 300)
    check_fit(model, expanded(here, -np.log(1 + sign * 0.0099) / model.dimension))
    with pytest.warns(Misfit, match=r"its density is 0\.\d+, but that of"):
        check_fit(model, expanded(here, -np.log(1 + sign * 0.0101) / model.dimension))


def test_forces_may_be_off_balance_by_one_in_a_million():
    """So near to the minimum they grow with the distance from it."""
    model, here = glass("ipl-2d", 150)
    moves = np.random.default_rng(0).normal(size=here.positions.shape)

    def moved(size):
        return here.moved(here.positions + size * moves)

    unit = 1e-6 / force_state(model.interaction, moved(1e-9)).residual * 1e-9
    below, above = (force_state(model.interaction, moved(part * unit)).residual for part in (0.97, 1.03))
    assert 0.9e-6 < below < 1e-6 < above < 1.1e-6
    Glass(model, moved(0.97 * unit))
    with pytest.warns(Misfit, match=re.escape("its forces do not balance, max|F|/⟨f⟩ = 1.0e-06")):
        Glass(model, moved(1.03 * unit))


def test_sizes_beyond_a_range_are_warned_of():
    model, here = load_model("poly-3d"), random_points("poly-3d", 300)
    check_fit(model, here)
    with pytest.warns(Misfit, match="1 of its 300 diameters, as 2.3, lie outside 1 to 2.22"):
        check_fit(model, sized(here, 7, 2.3))


@pytest.mark.parametrize("name, n", [("ipl-2d", 151), ("ipl-3d", 300), ("poly-3d", 300), ("ka", 301), ("ipl-4d", 300)])
def test_what_fits_is_taken_without_a_word(name, n):
    """Also sheared, in single precision, and with one particle more of a kind than the fraction says."""
    model, here = load_model(name), random_points(name, n)
    single = replace(here, diameters=here.diameters.astype(np.float32))
    for fitting in (here, sheared(here, 0.2), single, replace(here, diameters=np.roll(here.diameters, 7))):
        check_fit(model, fitting)


def test_a_glass_that_does_not_balance_is_warned_of():
    model, here = glass("ipl-2d", 150)
    assert Glass(model, here).moduli().shear > 0
    moves = np.random.default_rng(0).normal(size=here.positions.shape)
    residual = force_state(model.interaction, here.moved(here.positions + 1e-4 * moves)).residual
    with pytest.warns(Misfit, match=re.escape(f"max|F|/⟨f⟩ = {residual:.1e}: quench it first")) as told:
        near = Glass(model, here.moved(here.positions + 1e-4 * moves))
        assert near.moduli().shear > 0
    assert len(told) == 1
    quench(model, near.original)  # a liquid need not balance
    Glass(model, here.moved(here.positions + 1e-4 * moves), trusted=True)


def test_what_is_no_minimum_is_unstable_and_says_what_to_do():
    model, here = glass("ipl-2d", 150)
    far = here.moved(here.positions + 0.3 * np.random.default_rng(0).normal(size=here.positions.shape))
    with pytest.warns(Misfit, match="quench it first"):
        sample = Glass(model, far)
    with pytest.raises(Unstable, match="not positive definite; the configuration may be no minimum: quench it first"):
        sample.factor  # noqa: B018
    with pytest.raises(Unstable) as plain:
        Glass(model, far, trusted=True).factor  # noqa: B018
    assert "quench" not in str(plain.value)


def test_coincidence_is_told_across_the_boundary_and_in_a_crystal():
    model, crystal = lattice(3, 3)
    crystal = replace(crystal, diameters=np.resize([1.0, 1.4], len(crystal)))
    length = crystal.box.length
    with pytest.raises(ValueError, match="particles 2 and 11 stand on one spot"):
        check_fit(model, placed(placed(crystal, 2, 0.0, 1.0, 1.0), 11, length - 1e-8, 1.0, 1.0))


def test_a_model_is_taken_from_its_own_density_and_box():
    """A liquid of the model's own recipe, made and quenched as in a notebook."""
    model = load_model("ipl-2d")
    sample = quench(model, gw.make_liquid(model, n=60, temperature=2.0, sweeps=5, seed=1))
    assert sample.modes(count=3).frequencies.shape == (3,)
    with pytest.raises(ValueError, match="sweeps must be 0 or more, not -1"):
        gw.make_liquid(model, n=60, temperature=2.0, sweeps=-1, seed=1)
    assert Box.of(model, 60).length == sample.original.box.length
