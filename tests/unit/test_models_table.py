"""A pair energy as a table: what is interpolated against the formula it was made of, and what is refused."""

import pickle
import re
from functools import cache

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline

from glassworks.campaign.declared.campaign import Campaign
from glassworks.campaign.declared.fitting import group_problems
from glassworks.campaign.declared.sections import Group
from glassworks.campaign.planned.ensembles import model_specification
from glassworks.campaign.planned.finding import _changed_table
from glassworks.configurations import Box, Configuration, check_fit, force_state
from glassworks.elasticity import moduli
from glassworks.liquids import SwapChain, run_dynamics, start_dynamics
from glassworks.liquids.dynamics import Runner
from glassworks.minimize import minimize
from glassworks.models import Model, load_model, pair_terms
from glassworks.models.potentials import FILES, Mixing, interaction, smooth_derivatives
from glassworks.vibrations import hessian

CUTOFF = 2.5


def bare(x):
    return 4.0 * (x**-12 - x**-6)


def shifted_force(x):
    """As `lennard_jones` defines it."""
    slope = 4.0 * (6.0 * CUTOFF**-7 - 12.0 * CUTOFF**-13)
    return bare(x) - bare(CUTOFF) - (x - CUTOFF) * slope


def rows_of(energy, n, first=0.8, last=CUTOFF):
    r = np.linspace(first, last, n)
    return np.column_stack([r, energy(r)]).tolist()


def declared(rows, **more):
    return FILES["table"].Potential.model_validate({"kind": "table", "rows": rows, **more})


def tabulated(name, rows, **more):
    """A model of the campaign, its pair energy as a table."""
    content = load_model(name).model_dump(exclude_none=True)
    return Model.model_validate({**content, "potential": {"kind": "table", "rows": rows, **more}})


@cache
def lennard_jones(n, first=0.8):
    """lj-2d by quintic splines of n rows."""
    return tabulated("lj-2d", rows_of(shifted_force, n, first), spline="quintic", truncation="as_given")


@cache
def glass():
    """A glass of lj-2d, of 100 particles."""
    model = load_model("lj-2d")
    box = Box.of(model, 100)
    start = Configuration(np.random.default_rng(3).random((100, 2)) * box.length, model.diameters(100), box)
    found = minimize(model.interaction, start, "cg", 1e-11)
    assert found.converged
    return found.configuration


def order_of(counts, errors):
    """p of an error that falls as n^−p."""
    return -np.polyfit(np.log(counts), np.log(errors), 1)[0]


@pytest.mark.parametrize(("spline", "degree"), [("cubic", 3), ("quintic", 5)])
def test_errors_of_derivatives_fall_with_their_powers_of_the_spacing(spline, degree):
    """h^{k + 1 − m} for the m-th derivative of splines of degree k, in the middle of the table."""
    exact = interaction(FILES["lennard_jones"].Potential(kind="lennard_jones", cutoff=CUTOFF), Mixing())
    at, errors, counts = np.linspace(1.0, 2.2, 501) ** 2, [], (120, 180, 270, 405, 608, 912)
    expected = np.array([pair_terms(exact, s, 1.0, 1.0) for s in at])
    for n in counts:
        made = interaction(declared(rows_of(shifted_force, n), spline=spline), Mixing())
        found = np.array([pair_terms(made, s, 1.0, 1.0) for s in at])
        errors.append(abs(found - expected).max(axis=0) / abs(expected).max(axis=0))
    for m in range(min(degree, 5)):
        assert order_of(counts, [each[m] for each in errors]) == pytest.approx(degree + 1 - m, abs=0.4), m


@pytest.mark.parametrize(("spline", "degree"), [("cubic", 3), ("quintic", 5)])
def test_derivatives_are_those_of_scipys_spline(spline, degree):
    """Which evaluates B-splines, not polynomials; of rows at unequal distances, and a pair of any length and energy."""
    r = 0.8 + 1.7 * np.linspace(0.0, 1.0, 300) ** 1.4
    rows = np.column_stack([r, shifted_force(r)])
    made = interaction(declared(rows.tolist(), spline=spline, truncation="as_given"), Mixing())
    curve = make_interp_spline(rows[:, 0] ** 2, rows[:, 1], degree)
    for y in np.random.default_rng(1).uniform(0.65, 6.2, 200):
        found = pair_terms(made, y * 1.3**2, 1.3, 0.7)
        for order, value in enumerate(found[: degree + 1]):
            expected = 0.7 * float(curve(y, order)) / 1.69**order
            assert value == pytest.approx(expected, rel=1e-6, abs=1e-9 * 100**order)


def test_a_finely_tabulated_glass_is_that_of_the_formula():
    """Energy, forces, Hessian and shear modulus of a glass of Lennard-Jones, and the minimum found from beside it; the
    error of 2,000 rows is rounding's, and that of fewer falls by the spline's sixth, fifth and fourth power."""
    model, here = load_model("lj-2d"), glass()
    energy, matrix = force_state(model.interaction, here).energy, hessian(model.interaction, here).toarray()
    exact = moduli(model.interaction, here)
    counts, errors = (200, 300, 450, 2000), []
    for n in counts:
        made = lennard_jones(n).interaction
        state, stiff = force_state(made, here), hessian(made, here).toarray()
        errors.append([abs(state.energy - energy), abs(state.forces).max(), abs(stiff - matrix).max()])
    errors = np.array(errors)
    assert (errors[-1] < [1e-10, 1e-9, 1e-6]).all(), errors
    orders = [order_of(counts[:3], errors[:3, k]) for k in range(3)]
    assert (np.array(orders) > [5.0, 4.3, 3.3]).all(), orders
    found = minimize(made, here.moved(here.positions + np.random.default_rng(1).normal(0, 1e-3, here.positions.shape)))
    assert found.converged
    apart = found.configuration.positions - here.positions
    apart -= here.box.length * np.round(apart / here.box.length)
    assert abs(apart - apart.mean(axis=0)).max() < 1e-7
    again = moduli(made, found.configuration)
    assert again.shear == pytest.approx(exact.shear, rel=1e-6) and again.bulk == pytest.approx(exact.bulk, rel=1e-6)


def test_a_hessian_is_the_slope_of_forces():
    made, here = lennard_jones(450).interaction, glass()
    matrix, h = hessian(made, here).toarray(), 1e-5
    for number in (0, 7, 101, 150):
        step = np.zeros(200)
        step[number] = h
        ends = [force_state(made, here.moved(here.positions + sign * step.reshape(-1, 2))).forces for sign in (1, -1)]
        slope = -(ends[0] - ends[1]).ravel() / (2 * h)
        np.testing.assert_allclose(matrix[number], slope, atol=1e-6 * abs(matrix).max())


def test_dynamics_conserves_energy_and_registers_see_what_a_plain_list_sees():
    """Half the step leaves a quarter of the scatter of the conserved energy."""
    model = lennard_jones(2000, 0.7)
    state = start_dynamics(model, glass(), 0.3, np.random.default_rng(1))
    state, _ = run_dynamics(model, state, 400, 0.3)
    plain, vectors = (Runner(model, state, lanes) for lanes in (0, 4))
    sums = np.array([plain.sum_forces(), vectors.sum_forces()])
    np.testing.assert_allclose(sums[0], sums[1], rtol=1e-12)
    np.testing.assert_allclose(plain.get()[2], vectors.get()[2], atol=1e-10)
    scatter = []
    for step in (0.004, 0.002):
        _, trace = run_dynamics(model, state, round(4.0 / step), None, step, every=1)
        scatter.append(trace.conserved.std())
        assert trace.energy.std() > 100 * trace.conserved.std()
    assert scatter[0] / scatter[1] == pytest.approx(4.0, abs=0.5)


def test_swap_monte_carlo_keeps_the_energy_that_it_sums():
    """Of polydisperse particles, and the energies are those of the inverse power law that was tabulated."""
    formula = load_model("poly-2d")
    made = formula.interaction
    r = np.linspace(0.5, made.cutoff, 1500)
    rows = [[x, pair_terms(made, x * x, 1.0, 1.0)[0]] for x in r]
    model = tabulated("poly-2d", rows, spline="quintic", truncation="as_given")
    box = Box.of(model, 100)
    start = Configuration(np.random.default_rng(1).random((100, 2)) * box.length, model.diameters(100), box)
    start = minimize(made, start, "fire", 1e-4).configuration
    chain = SwapChain(model, start, 0.3, np.random.default_rng(2))
    chain.advance(20)
    chain.settle()
    assert chain.counts[3] > 0
    assert chain.energy == pytest.approx(force_state(made, chain.configuration).energy, rel=1e-9)


def contact(x):
    return 0.5 * (1.0 - x) ** 2


def inverse_power(x):
    terms = load_model("ipl-3d").interaction
    return np.array([pair_terms(terms, s, 1.0, 1.0)[0] for s in x * x])


@pytest.mark.parametrize(
    ("energy", "last", "truncation", "cubic", "quintic"),
    [
        (bare, CUTOFF, "shift", 0, 0),
        (shifted_force, CUTOFF, "as_given", 1, 1),
        (contact, 1.0, "as_given", 1, 1),
        (inverse_power, 1.48, "as_given", 2, 3),
        (bare, CUTOFF, "smooth", 2, 4),
    ],
)
def test_as_many_derivatives_are_continuous_as_vanish_at_the_end(energy, last, truncation, cubic, quintic):
    rows = rows_of(energy, 800, 0.7, last)
    for spline, expected in (("cubic", cubic), ("quintic", quintic)):
        potential = declared(rows, spline=spline, truncation=truncation)
        assert smooth_derivatives(potential) == expected
        made = interaction(potential, Mixing())
        end, inside = (np.array(pair_terms(made, s, 1.0, 1.0)) for s in (last**2, (0.9 * last) ** 2))
        assert (abs(end[: expected + 1]) < 1e-3 * abs(inside[: expected + 1]) + 1e-9).all()
        if expected < 4:
            assert abs(end[expected + 1]) > 1e-3


def test_below_the_first_row_energy_force_and_stiffness_go_on():
    made = lennard_jones(450).interaction
    above, below, deep = (np.array(pair_terms(made, s, 1.0, 1.0)) for s in (0.64, 0.64 - 1e-9, 0.01))
    np.testing.assert_allclose(below[:3], above[:3], rtol=1e-6)
    assert not below[3:].any() and np.isfinite(deep).all() and deep[1] < above[1] < 0.0 < deep[2]


def test_a_configuration_with_a_nearer_pair_is_refused():
    here = glass()
    check_fit(lennard_jones(450), here)
    positions = here.positions.copy()
    positions[7] = positions[3] + [0.5, 0.0]
    with pytest.raises(
        ValueError, match=r"particles (3 and 7|7 and 3) are nearer than the table of lj-2d begins, 0.8 λ_ij"
    ):
        check_fit(lennard_jones(450), here.moved(positions))


MODEL = """\
description: By rows
dimension: 2
density: 0.61
potential: {kind: table, file: pair.csv}
mixture: {kind: binary, small_small: 1.0, small_large: 1.2, large_large: 1.4}
time_step: {cold: 0.005, hot: 0.002, hot_above: 1.0}
sources: {}
"""


def written(folder, lines, model=MODEL):
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models/mine.yaml").write_text(model)
    if lines is not None:
        (folder / "models/pair.csv").write_text("\n".join(lines) + "\n")
    return load_model("mine", folder)


LINES = [f"{r!r}, {e!r}" for r, e in rows_of(shifted_force, 200)]


def test_a_file_is_the_same_as_its_rows(tmp_path):
    """And as a file of another name with comments; one digit more or less is another table."""
    model = written(tmp_path, ["# r, phi", "", *LINES[:9], LINES[9] + "  # here", *LINES[10:]])
    by_hand = declared(rows_of(shifted_force, 200))
    assert model.potential.model_dump() == by_hand.model_dump()
    dumped = model_specification(model)["potential"]
    assert set(dumped) == {"kind", "spline", "truncation", "energies", "sha256"}
    np.testing.assert_array_equal(model.interaction.coefficients, interaction(by_hand, Mixing()).coefficients)
    r, e = rows_of(shifted_force, 200)[50]
    other = written(tmp_path, [*LINES[:50], f"{r!r} {e * (1 + 1e-15)!r}", *LINES[51:]])
    assert other.potential.sha256 != model.potential.sha256
    back = pickle.loads(pickle.dumps(model))
    assert back == model and back.potential.sha256 == model.potential.sha256
    np.testing.assert_array_equal(back.interaction.coefficients, model.interaction.coefficients)


def rounded(digits):
    return [f"{r:.6f} {e:.{digits}f}" for r, e in rows_of(shifted_force, 400)]


@pytest.mark.parametrize(
    ("lines", "model", "said"),
    [
        (None, MODEL, "potential: pair.csv: there is no such file; allowed: a text file with two columns"),
        (["r,phi", *LINES], MODEL, "potential: pair.csv: line 1: 'r,phi'; allowed: two numbers, r and φ, or a comm"),
        (["#", "1.0", *LINES], MODEL, "pair.csv: line 2: '1.0'; allowed: two numbers"),
        (LINES[:19], MODEL, "pair.csv: has 19 rows; allowed: 20 or more"),
        ([*LINES[:4], LINES[2], *LINES[4:]], MODEL, "pair.csv: line 5: r = 0.817085 follows 0.825628; allowed: asce"),
        (["0 4", *LINES], MODEL, "pair.csv: line 1: r = 0; allowed: distances above 0"),
        (["0.7 nan", *LINES], MODEL, "pair.csv: line 1: 0.7, nan: not finite; allowed: finite numbers"),
        (LINES[:150], MODEL.replace("csv", "csv, truncation: as_given"), "line 150: -0.0"),
        (rounded(4), MODEL, "without every second row the second derivative differs by"),
        (rounded(9), MODEL.replace("csv", "csv, spline: quintic"), "more digits, or rows that suit a smooth curve (or"),
        ([*LINES[:99], "1.6457286 -0.1", *LINES[100:]], MODEL, "the second derivative differs by"),
        (LINES, MODEL.replace("file: pair.csv", "spline: cubic"), "a table has either a file or rows; allowed: one of"),
        (LINES, MODEL.replace("csv", "csv, spline: linear"), "spline: linear: unknown; allowed: cubic, quintic"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, lines, model, said):
    with pytest.raises(ValueError, match=re.escape(said)) as refusal:
        written(tmp_path, lines, model)
    assert "\n" not in str(refusal.value) and "mine.yaml: potential" in str(refusal.value)


def test_a_mistyped_row_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"pair.csv: line (9[89]|10[012]): r = 1\.6"):
        written(tmp_path, [*LINES[:99], "1.6457286 -0.1", *LINES[100:]])


def test_a_table_that_changed_under_a_campaign_is_named(tmp_path):
    model = written(tmp_path, LINES)
    folder = tmp_path / "results/ensembles/mine_N64"
    folder.mkdir(parents=True)
    planned = model_specification(model)
    text = '{"declared": {}, "specification": {"model": %s}}'
    campaign = Campaign(tmp_path, 1, "desk", "computed", {}, {"mine": model})
    for digits, expected in ((planned["potential"]["sha256"], 0), ("0" * 64, 1)):
        told = f'{{"name": "mine", "potential": {{"sha256": "{digits}"}}}}'
        (folder / "specification.json").write_text(text % told)
        found = list(_changed_table(campaign, "mine_N64"))
        assert len(found) == expected
    assert found[0].startswith("config/models/pair.csv: its table has changed since mine_N64 was begun; allowed: the")


@pytest.mark.parametrize(
    ("spline", "truncation", "said"),
    [("cubic", "smooth", "spline: quintic"), ("quintic", "shift", "truncation: smooth"), ("quintic", "smooth", None)],
)
def test_what_takes_third_derivatives_refuses_a_cubic_table(spline, truncation, said):
    """In a group, before any job; a quintic one that ends with a force is told what to do next."""
    content = {"role": "x", "model": "mine", "protocol": {"kind": "random"}, "minimizer": "fire"}
    group = Group.model_validate({**content, "block_samples": {500: 2}, "observables": {"nonlinear_modes": {}}})
    model = tabulated("lj-2d", rows_of(bare, 800), spline=spline, truncation=truncation)
    found = [each for each in group_problems("x.yaml", "groups.x", group, model) if "derivative" in each]
    if said is None:
        assert found == []
    else:
        [sentence] = found
        assert "takes the energy's third derivative, but of lj-2d (table)" in sentence
        assert f"allowed: {said} in config/models/lj-2d.yaml, or models whose first 3 derivatives are" in sentence
