"""Moduli along the axes and the diagonals of a plane, against the energy of springs under such strains."""

from functools import cache

import numpy as np
import pytest
from glasses import glass

from glassworks.elasticity import moduli
from glassworks.elasticity.shears import cross, diagonal, shears
from glassworks.glasses import Glass
from glassworks.observables import WHOLE, Means
from glassworks.observables.relieved_moduli import Parameters, measure
from glassworks.vibrations import Factor, assemble, bonds
from glassworks.vibrations.prestress import relieved

CASES = [("ipl-2d", 150), ("poly-2d", 200), ("ipl-3d", 200)]
STEP = 5e-5


@cache
def subject(name: str, n: int):
    model, configuration = glass(name, n, tolerance=1e-12)
    pairs = bonds(model.interaction, configuration)
    return model, configuration, pairs, Factor(assemble(pairs, n), configuration.positions)


def springs(pairs, gradient: np.ndarray, u: np.ndarray) -> float:
    """Energy to second order in how much longer bonds become, of the strain x → (1 + gradient) x and displacements."""
    r0 = pairs.distances
    force = 2.0 * r0 * pairs.derivatives[:, 1]
    stiffness = 4.0 * r0**2 * pairs.derivatives[:, 2] + 2.0 * pairs.derivatives[:, 1]
    moved = pairs.vectors @ (np.eye(len(gradient)) + gradient).T + u[pairs.first] - u[pairs.second]
    longer = np.linalg.norm(moved, axis=1) - r0
    return float((force * longer + 0.5 * stiffness * longer**2).sum())


def relaxed(pairs, factor, tensor: np.ndarray, n: int) -> np.ndarray:
    """How particles answer to a strain, from the change of their forces by differences, (N, d)."""
    d = len(tensor)

    def forces(s: float) -> np.ndarray:
        r = pairs.vectors @ (np.eye(d) + s * tensor).T
        length, r0 = np.linalg.norm(r, axis=1), pairs.distances
        force = 2.0 * r0 * pairs.derivatives[:, 1]
        stiffness = 4.0 * r0**2 * pairs.derivatives[:, 2] + 2.0 * pairs.derivatives[:, 1]
        pull = ((force + stiffness * (length - r0)) / length)[:, None] * r
        out = np.zeros((n, d))
        np.add.at(out, pairs.first, -pull)
        np.add.at(out, pairs.second, pull)
        return out

    change = (forces(1e-5) - forces(-1e-5)) / 2e-5
    return factor.solve(change.reshape(-1, 1))[:, 0].reshape(n, d)


@pytest.mark.parametrize("name, n", CASES)
def test_moduli_are_second_derivatives_of_the_energy(name, n):
    model, configuration, pairs, factor = subject(name, n)
    d, volume = configuration.box.dimension, configuration.box.volume
    found = shears(pairs, factor, n, volume)
    axes = np.zeros((d, d))
    axes[0, 1] = 1.0
    for tensor, whole, born in (
        (axes, found.simple, found.simple_born), (diagonal(d), found.diagonal, found.diagonal_born),
    ):  # fmt: skip
        u = relaxed(pairs, factor, tensor, n)
        for response, expected in ((u, whole), (0.0 * u, born)):
            low, middle, high = (springs(pairs, s * tensor, s * response) for s in (-STEP, 0.0, STEP))
            assert (low - 2.0 * middle + high) / STEP**2 / volume == pytest.approx(expected, rel=3e-5)
    one, other = (0.5 * (tensor + tensor.T) for tensor in (axes, diagonal(d)))
    u, v = relaxed(pairs, factor, one, n), relaxed(pairs, factor, other, n)
    mixed = sum(
        a * b * springs(pairs, STEP * (a * one + b * other), STEP * (a * u + b * v)) for a in (-1, 1) for b in (-1, 1)
    )
    assert mixed / (4.0 * STEP**2) / volume == pytest.approx(found.coupling, abs=3e-5 * found.simple_born)
    same = moduli(model.interaction, configuration)
    assert found.simple == pytest.approx(same.planes[0], rel=1e-12)
    assert (found.bulk, found.pressure) == pytest.approx((same.bulk, same.pressure), rel=1e-12)
    np.testing.assert_allclose(found.response.reshape(n, d), relaxed(pairs, factor, axes, n), atol=1e-4)


def test_a_plane_turned_by_a_right_angle_has_the_same_moduli():
    """x → y, y → −x turns simple shear of x along y into that of y along x, the diagonals into each other."""
    _, configuration, pairs, _ = subject("ipl-2d", 150)
    turned = pairs.__class__(
        pairs.first, pairs.second, pairs.vectors @ np.array([[0.0, -1.0], [1.0, 0.0]]), pairs.lengths, pairs.derivatives
    )
    factor = Factor(assemble(turned, 150), configuration.positions)
    before = shears(pairs, subject("ipl-2d", 150)[3], 150, configuration.box.volume)
    after = shears(turned, factor, 150, configuration.box.volume)
    assert after.coupling == pytest.approx(before.coupling, rel=1e-9)
    assert after.bulk == pytest.approx(before.bulk, rel=1e-12)
    assert cross(pairs, np.eye(2), np.eye(2)) == pytest.approx(cross(turned, np.eye(2), np.eye(2)), rel=1e-12)


def test_rows_of_a_glass_without_shares_of_its_forces():
    model, configuration, pairs, _ = subject("ipl-2d", 150)
    reliefs = [0.0, 0.1, 1.0]
    found = measure(Glass(model, configuration), Parameters(reliefs=reliefs), Means(None, {}, None, WHOLE))
    assert list(found["relief"]) == reliefs and set(found["status"]) == {"ok"}
    for k, relief in enumerate(reliefs):
        chosen = relieved(pairs, relief)
        matrix = assemble(chosen, 150).toarray()
        squared, modes = np.linalg.eigh(matrix)
        one = shears(chosen, Factor(assemble(chosen, 150), configuration.positions), 150, configuration.box.volume)
        couplings = modes[:, 2:].T @ one.mixed
        assert found["simple"][k] == pytest.approx(one.simple, rel=1e-10)
        assert found["softest"][k] == pytest.approx(squared[2] ** 0.5, rel=1e-8)
        assert found["shear_coupling"][k] == pytest.approx(abs(couplings[0]), rel=1e-6)
        relaxed_by_modes = (couplings**2 / squared[2:]).sum()
        assert found["share"][k] == pytest.approx(couplings[0] ** 2 / squared[2] / relaxed_by_modes, rel=1e-6)
        assert one.simple_born - one.simple == pytest.approx(relaxed_by_modes / configuration.box.volume, rel=1e-8)
    assert found["pressure"][2] == pytest.approx(0.0, abs=1e-12 * found["bulk"][0])


@pytest.mark.parametrize(
    "wrong, said", [([-0.1], "greater than or equal"), ([0.2, 0.1], "ascending"), ([], "at least 1")]
)
def test_shares_that_cannot_be_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Parameters(reliefs=wrong)
