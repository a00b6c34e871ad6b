"""Derivatives of the energy along fields, against finite differences of energies and forces, and on plane waves."""

import numpy as np
import pytest

from glassworks.configurations import force_state
from glassworks.glasses import Glass
from glassworks.minimize import minimize
from glassworks.models import load_model
from glassworks.preparing.random import scattered
from glassworks.vibrations.expansion import along, contractions, third_derivatives
from glassworks.vibrations.hessian import bonds

SIZES = {"ipl-2d": 144, "ipl-3d": 343, "ipl-4d": 700}


@pytest.fixture(scope="module", params=list(SIZES))
def glass(request):
    model = load_model(request.param)
    start = scattered(model, SIZES[request.param], np.random.default_rng(7))
    return Glass(model, minimize(model.interaction, start, "cg").configuration)


def field(glass, seed=1):
    """A random field with the weight on one particle and what is near it, normalized."""
    rng = np.random.default_rng(seed)
    place = glass.configuration.positions
    away = np.linalg.norm(glass.configuration.box.shortest(place - place[int(rng.integers(len(place)))]), axis=1)
    z = rng.normal(size=place.shape) * np.exp(-away)[:, None]
    z -= z.mean(axis=0)
    return z / np.linalg.norm(z)


def forces(glass, moved):
    box, place = glass.configuration.box, glass.configuration.positions
    return force_state(glass.model.interaction, glass.configuration.moved(box.wrap(place + moved))).forces


# coefficients of central differences of eighth order for the first, second and third derivative, at steps −4 … 4
FIRST = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
SECOND = np.array([-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560])
THIRD = np.array([-7 / 240, 3 / 10, -169 / 120, 61 / 30, 0.0, -61 / 30, 169 / 120, -3 / 10, 7 / 240])


def test_contractions_are_the_derivatives_of_the_forces(glass):
    """F(x + s z) = F − M·z s − U₃:zz s²/2 − U₄:.zzz s³/6: pairs whose fourth derivative jumps at the cutoff are none
    that a step of 1e-3 takes across it, or their share is below the tolerance."""
    z, step = field(glass), 2e-3
    found = contractions(glass.bonds, z)
    sampled = np.array([forces(glass, s * step * z) for s in range(-4, 5)])
    for coefficients, order, exact in (
        (FIRST, 1, found.of_second), (SECOND, 2, found.of_third), (THIRD, 3, found.of_fourth),
    ):  # fmt: skip
        numeric = -np.tensordot(coefficients, sampled, axes=1) / step**order
        scale = np.linalg.norm(exact)
        assert np.linalg.norm(numeric - exact) < (1e-8, 1e-6, 1e-3)[order - 1] * scale, order
        assert abs(exact.sum(axis=0)).max() < 1e-10 * scale


def test_scalars_are_fields_contracted_once_more(glass):
    z = field(glass, 2)
    found = contractions(glass.bonds, z)
    for scalar, each in ((found.second, found.of_second), (found.third, found.of_third)):
        assert scalar == pytest.approx((each * z).sum(), rel=1e-12)
    assert found.second == pytest.approx(z.ravel() @ (glass.hessian @ z.ravel()), rel=1e-10)
    assert third_derivatives(glass.bonds, z[None])[0] == pytest.approx(found.third, rel=1e-12)


def test_polynomials_are_the_contractions_everywhere_on_the_line(glass):
    z, p = field(glass, 3), field(glass, 4)
    found = along(glass.bonds, z, p)
    for s in (-1.3, 0.0, 0.4, 2.0):
        exact = contractions(glass.bonds, z + s * p)
        for coefficients, value in zip(found, (exact.second, exact.third, exact.fourth), strict=True):
            assert np.polynomial.polynomial.polyval(s, coefficients) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_long_waves_have_no_anharmonicity(dimension):
    """Of a transverse wave across bonds of a random lattice M:zz falls as k² and U₄::zzzz as k⁴ (Kapteijns 2021,
    App. 3.C): both follow from w = (r·∇)z, which is exact for k → 0, to (k r)² corrections."""
    rng = np.random.default_rng(dimension)
    model = load_model(f"ipl-{dimension}d")
    configuration = scattered(model, SIZES[f"ipl-{dimension}d"], rng)
    pairs = bonds(model.interaction, configuration)
    place, unit = configuration.positions, 2 * np.pi / configuration.box.edges[0]
    ratios = []
    for k in (1e-3, 2e-3):  # waves need not fit into the box: differences across bonds are taken through it
        across = pairs.vectors[:, 0] * k * unit
        phase = place[pairs.first, 0] * k * unit
        w = np.zeros_like(pairs.vectors)
        w[:, 1] = np.sin(phase) - np.sin(phase - across)
        z = np.zeros((2 * len(pairs), dimension))  # each bond by itself, so that its difference is w
        z[: len(pairs)] = w
        alone = type(pairs)(
            np.arange(len(pairs), dtype=np.int32), np.arange(len(pairs), 2 * len(pairs), dtype=np.int32),
            pairs.vectors, pairs.lengths, pairs.derivatives,
        )  # fmt: skip
        found = contractions(alone, z)
        ratios.append((found.second, found.fourth))
    (second, fourth), (second_twice, fourth_twice) = ratios
    assert second_twice / second == pytest.approx(4.0, rel=1e-3)
    assert fourth_twice / fourth == pytest.approx(16.0, rel=1e-3)
