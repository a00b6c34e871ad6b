"""Pair energies: their derivatives, their cutoff, their known numbers."""

from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Literal

import numpy as np
import pytest

from glassworks.configurations import Box, Configuration, force_state
from glassworks.liquids import initial_configuration
from glassworks.liquids.dynamics import Runner, equilibrate_dynamics, run_dynamics, start_dynamics
from glassworks.minimize import minimize
from glassworks.minimize.methods import METHODS
from glassworks.models import load_model, mixtures, model_names, pair_energy, pair_length, pair_terms
from glassworks.models.mixtures.binary import binary_mixing
from glassworks.models.potentials import FILES, NUMBERS, Mixing, interaction
from glassworks.models.potentials.inverse_power import smoothing_coefficients
from glassworks.models.potentials.sticky_spheres import UNIT, sticky_coefficients
from glassworks.vibrations import bonds

STICKY = {"pss-3d-rc11": 1.1, "pss-3d": 1.2, "pss-3d-rc13": 1.3, "pss-3d-rc15": 1.5, "pss-poly-3d": 1.2}
SMOOTH = ["ipl-2d", "ipl-3d", "ipl-4d", "poly-2d", "poly-3d"]
DENSER = [f"harmonic-2d-phi{fraction}" for fraction in ("086", "095", "100")]
OTHERS = [
    "harmonic-2d",
    *DENSER,
    "harmonic-3d",
    "harmonic-mono-3d",
    "hertzian-3d",
    "ka",
    "lj-2d",
    "lj-mono-3d",
    *STICKY,
]
MODELS = SMOOTH + OTHERS


def made(kind, **declared):
    """The interaction of a pair energy that a model file declares so, of particles of one size."""
    return interaction(FILES[kind].Potential(kind=kind, **declared), Mixing())


def terms_of(interaction, s, length):
    """The five terms for ε_ij = 1."""
    return pair_terms(interaction, s, length, 1.0)


def plain_energy(model, s, length):
    """φ written out from its definition; works for complex s (sticky spheres: whose real part decides the piece)."""
    p = model.potential
    y = s / length**2
    if p.kind == "lennard_jones":

        def bare(x):
            return 4.0 * (x**-12 - x**-6)

        slope = 4.0 * (6.0 * p.cutoff**-7 - 12.0 * p.cutoff**-13)
        return bare(y**0.5) - bare(p.cutoff) - (y**0.5 - p.cutoff) * slope
    if p.kind == "harmonic":
        return 0.5 * (1.0 - y**0.5) ** 2
    if p.kind == "hertzian":
        return 0.4 * (1.0 - y**0.5) ** 2.5
    if p.kind == "sticky_spheres":
        w = y / 2 ** (1 / 3)
        alpha, beta, *c = map(float, sticky_coefficients(p.cutoff_over_minimum))
        outer = alpha * w**-6 - beta * w**-3 + sum(value * w**k for k, value in enumerate(c))
        return w**-6 - 2.0 * w**-3 if np.mean(w).real < 1.0 else outer
    c = smoothing_coefficients(p.exponent, p.smooth_derivatives, p.cutoff)
    return y ** (-p.exponent / 2) + sum(a * y**k for k, a in enumerate(c))


def inside(name):
    """Distances in λ at which a model's pair energy is looked at."""
    cutoff = load_model(name).interaction.cutoff
    return [x for x in (0.7, 0.95, 1.1, 1.18, 1.3) if x < cutoff]


CASES = [(name, x) for name in MODELS for x in inside(name)]


def test_all_models_are_tested():
    assert model_names() == sorted(MODELS)


@pytest.mark.parametrize("name, x", CASES)
@pytest.mark.parametrize("length", [1.0, 1.18, 2.1])
def test_energy_is_that_of_the_definition(name, x, length):
    model = load_model(name)
    s = (x * length) ** 2
    cancelled = 2e-10 if name in STICKY and x > 1.12 else 1e-15  # by the definition, not by `pair_terms`: see below
    expected = float(plain_energy(model, s, length))
    assert terms_of(model.interaction, s, length)[0] == pytest.approx(expected, rel=1e-13, abs=cancelled)


@pytest.mark.parametrize("name, x", CASES)
@pytest.mark.parametrize("length", [1.0, 1.18, 2.1])
def test_four_derivatives_by_cauchy_integral(name, x, length):
    """Each derivative from the definition alone, as a contour integral (exact to rounding)."""
    model = load_model(name)
    s = (x * length) ** 2
    angles = 2 * np.pi * np.arange(64) / 64
    radius = 0.3 * s
    if model.potential.kind == "hertzian":  # which has a branch point at contact
        radius = min(radius, 0.5 * (length**2 - s))
    around = plain_energy(model, s + radius * np.exp(1j * angles), length)
    factorial = 1.0
    for order, value in enumerate(terms_of(model.interaction, s, length)):
        factorial *= max(order, 1)
        expected = factorial * np.mean(around * np.exp(-1j * order * angles)).real / radius**order
        scale = factorial * abs(around).max() / radius**order
        assert abs(value - expected) < 1e-12 * scale


@pytest.mark.parametrize("s", [1.21, 1.47])
@pytest.mark.parametrize("name", MODELS)
def test_derivatives_by_finite_differences(name, s):
    interaction = load_model(name).interaction
    length, h = 1.05, 1e-3
    stencil = np.array([terms_of(interaction, s + k * h, length) for k in (-2, -1, 1, 2)])
    slope = (stencil[0] - 8 * stencil[1] + 8 * stencil[2] - stencil[3]) / (12 * h)
    np.testing.assert_allclose(slope[:4], terms_of(interaction, s, length)[1:], rtol=1e-7)


@pytest.mark.parametrize("name", SMOOTH)
def test_energy_and_three_derivatives_vanish_at_the_cutoff(name):
    interaction = load_model(name).interaction
    terms = terms_of(interaction, interaction.cutoff**2 * 1.3**2, 1.3)
    size = terms_of(interaction, 1.3**2, 1.3)
    assert all(abs(term) < 1e-14 * abs(reference) for term, reference in zip(terms[:4], size[:4], strict=True))
    assert abs(terms[4]) > 1e-3


@pytest.mark.parametrize("name", ["ka", "lj-2d", "harmonic-2d", "harmonic-3d", *STICKY])
def test_energy_and_force_vanish_at_the_cutoff(name):
    """And for sticky spheres the second derivative. On Hertzian contacts see below."""
    interaction = load_model(name).interaction
    terms = terms_of(interaction, (interaction.cutoff * 1.3) ** 2, 1.3)
    assert abs(terms[0]) < 1e-14 and abs(terms[1]) < 1e-14
    assert (abs(terms[2]) < 1e-10) == (name in STICKY)
    assert abs(terms[3]) > 1e-5


def hertzian_derivatives(s, h):
    """φ and its four derivatives with respect to s at λ = 1: central differences of ⅖ (1 − √s)^{5/2} in 60 digits."""
    with localcontext() as context:
        context.prec = 60
        h = Decimal(h)
        around = [Decimal("0.4") * (1 - (Decimal(s) + k * h).sqrt()) ** Decimal("2.5") for k in range(-3, 4)]
        stencils = [
            ([0, 0, 0, 1, 0, 0, 0], 1), ([-1, 9, -45, 0, 45, -9, 1], 60), ([2, -27, 270, -490, 270, -27, 2], 180),
            ([1, -8, 13, 0, -13, 8, -1], 8), ([-1, 12, -39, 56, -39, 12, -1], 6),
        ]  # fmt: skip
        sums = [sum(w * f for w, f in zip(weights, around, strict=True)) / over for weights, over in stencils]
        return [float(each / h**order) for order, each in enumerate(sums)]


@pytest.mark.parametrize("s", [0.01, 0.25, 0.7, 0.95, 0.999, 0.999999])
def test_hertzian_derivatives_keep_their_digits_towards_contact(s):
    """1 − x loses a digit for each of its zeros; the fourth derivative has one and a half times as many."""
    found = terms_of(load_model("hertzian-3d").interaction, s, 1.0)
    np.testing.assert_allclose(found, hertzian_derivatives(s, "1e-10"), rtol=1e-13 + 1e-15 / (1.0 - s**0.5))


def test_hertzian_singularities_at_contact_are_finite_and_one_sided():
    """φ'' ~ z^{1/2}, φ''' ~ z^{−1/2}, φ'''' ~ z^{−3/2} of z = 1 − x; from contact on zero, never NaN."""
    interaction = load_model("hertzian-3d").interaction
    for z in (1e-4, 1e-8, 1e-12):
        terms = terms_of(interaction, (1.0 - z) ** 2, 1.0)
        expected = [0.4 * z**2.5, -0.5 * z**1.5, 0.375 * z**0.5, -3 / 32 * z**-0.5, -3 / 128 * z**-1.5]
        np.testing.assert_allclose(terms, expected, rtol=2e-3)
    last = np.nextafter(1.0, 0.0)
    assert np.isfinite(terms_of(interaction, last, 1.0)).all()
    for s in (1.0, np.nextafter(1.0, 2.0), 1.5, 100.0):
        assert not np.any(terms_of(interaction, s, 1.0))


@pytest.mark.parametrize("lanes", [0, 4])
def test_hertzian_forces_vanish_without_contacts(lanes):
    """Of pairs that are listed and do not touch, some of them exactly at contact; and none is NaN."""
    model = load_model("hertzian-3d")
    points = np.array([[1.0, 1.0, 1.0], [2.2, 1.0, 1.0], [2.2, 2.2, 1.0], [1.0, 1.0, 2.1], [1.0, 2.01, 1.0]])
    sizes = np.array([1.0, 1.4, 1.0, 1.0, 1.0])
    start = Configuration(points, sizes, Box(4.0, 3))
    state = start_dynamics(model, start, 0.003, np.random.default_rng(1))
    runner = Runner(model, state, lanes)
    energy, virial = runner.sum_forces()
    assert energy == virial == 0.0 and not runner.get()[2].any()


def test_hertzian_dynamics_conserves_energy():
    """At the published step over a time of 400: scatter and drift are millionths of T, and half the step quarters the
    scatter."""
    model, rng = load_model("hertzian-3d"), np.random.default_rng(1)
    start = equilibrate_dynamics(model, initial_configuration(model, 200, rng), 0.003, 100.0, rng).state
    scatter = []
    for step in (model.step(0.003), 0.5 * model.step(0.003)):
        _, trace = run_dynamics(model, start, round(400.0 / step), None, step, every=1)
        scatter.append(trace.conserved.std() / 0.003)
        assert abs(trace.conserved[-500:].mean() - trace.conserved[:500].mean()) < 2e-5 * 0.003
        assert trace.energy.std() > 100 * trace.conserved.std()
    assert scatter[0] < 2e-5 and 3.5 < scatter[0] / scatter[1] < 4.5


def test_plain_truncation_shifts_the_energy_alone():
    shift, force = (made("lennard_jones", cutoff=2.5, truncation=how) for how in ("shift", "shifted_force"))
    assert abs(terms_of(shift, 6.25, 1.0)[0]) < 1e-16
    assert terms_of(shift, 6.25, 1.0)[1] == pytest.approx((6 * 2.5**-6 - 12 * 2.5**-12) * 4 / (2 * 6.25), rel=1e-12)
    assert terms_of(shift, 1.5, 1.0)[2] != terms_of(force, 1.5, 1.0)[2]
    assert terms_of(shift, 2 ** (1 / 3), 1.0)[0] == pytest.approx(-1 - 4 * (2.5**-12 - 2.5**-6), rel=1e-14)


STICKY_TABLE = {  # a, b, c0, c2, c4, c6 of the outer part in powers of r/λ, fourteen digits
    1.1: (-2065.3987155595, -6775.7903878297, -25758.833604841, 35758.321007173, -17961.463421784, 3172.8363373045),
    1.2: (-106.99161352665, -304.91846905957, -939.38803799421, 1190.70962256, -541.30013158755, 85.868493691471),
    1.3: (-17.755651387865, -50.373322899081, -138.58271673011, 161.71576064628, -66.725283209876, 9.502830974881),
    1.5: (1.1582440286929, -2.2619482444769, -12.414700446492, 12.584354590303, -4.3205080060503, 0.49862551162881),
}


@pytest.mark.parametrize("cutoff", STICKY_TABLE)
def test_sticky_coefficients_are_the_published_ones(cutoff):
    alpha, beta, *c = map(float, sticky_coefficients(cutoff))
    powers = [4 * alpha, 2 * beta, *(value * 2 ** (-k / 3) for k, value in enumerate(c))]
    np.testing.assert_allclose(powers, STICKY_TABLE[cutoff], rtol=1e-13)


@pytest.mark.parametrize("cutoff", STICKY_TABLE)
def test_sticky_energy_loses_no_digits(cutoff):
    """Against whole-number arithmetic, to 1e-12, where the terms are up to 10⁵ times their sum."""
    alpha, beta, *c = sticky_coefficients(cutoff)
    interaction = made("sticky_spheres", cutoff_over_minimum=cutoff)
    for w in (1 + (Fraction(cutoff) ** 2 - 1) * Fraction(k, 16) for k in range(16)):
        exact = alpha * w**-6 - beta * w**-3 + sum(value * w**k for k, value in enumerate(c))
        slope = -6 * alpha * w**-7 + 3 * beta * w**-4 + sum(k * value * w ** (k - 1) for k, value in enumerate(c))
        terms = terms_of(interaction, float(w) * UNIT, 1.0)
        assert abs(terms[0] - float(exact)) < 1e-12
        assert abs(terms[1] * UNIT - float(slope)) < 3e-12
    assert terms_of(interaction, UNIT * (1 - 1e-12), 1.0)[0] == pytest.approx(-1.0, abs=1e-14)


def test_coefficients_of_the_published_potential():
    c = smoothing_coefficients(10, 3, 1.48)
    np.testing.assert_allclose(c, [-56 * 1.48**-10, 140 * 1.48**-12, -120 * 1.48**-14, 35 * 1.48**-16], rtol=1e-14)


@pytest.mark.parametrize("exponent", [6, 10, 12])
@pytest.mark.parametrize("smooth", [0, 1, 2, 3])
def test_any_exponent_and_smoothness(exponent, smooth):
    interaction = made("inverse_power", exponent=exponent, smooth_derivatives=smooth, cutoff=1.4)
    terms = terms_of(interaction, 1.4**2, 1.0)
    assert all(abs(term) < 1e-13 * exponent**4 for term in terms[: smooth + 1])
    assert abs(terms[smooth + 1]) > 1e-4


def test_impossible_potentials_are_refused():
    for exponent, smooth, cutoff in [(9, 3, 1.4), (0, 3, 1.4), (10, 4, 1.4), (10, 3, -1.0)]:
        with pytest.raises(ValueError):
            made("inverse_power", exponent=exponent, smooth_derivatives=smooth, cutoff=cutoff)
    with pytest.raises(ValueError):
        made("lennard_jones", cutoff=0.0)
    with pytest.raises(ValueError):
        made("sticky_spheres", cutoff_over_minimum=1.0)


def test_every_file_is_called_as_the_kind_that_it_declares():
    """And the first four keep their numbers."""
    for folder, declared in ((FILES, "Potential"), (mixtures.FILES, "Mixture")):
        for kind, file in folder.items():
            assert getattr(file, declared).model_fields["kind"].annotation == Literal[kind]
    assert list(NUMBERS.items())[:4] == [
        ("inverse_power", 0), ("lennard_jones", 1), ("sticky_spheres", 2), ("harmonic", 3),
    ]  # fmt: skip
    assert sorted(NUMBERS.values()) == list(range(len(FILES)))


def test_binary_lengths_are_the_printed_three():
    model = load_model("ipl-3d")
    small, large = model.diameters(10)[[0, -1]]
    mixing = model.interaction.nonadditivity
    lengths = [pair_length(mixing, a, b) for a, b in [(small, small), (small, large), (large, large)]]
    np.testing.assert_allclose(lengths, [1.0, 1.18, 1.40], rtol=1e-15)


def test_polydisperse_lengths_follow_the_nonadditive_rule():
    interaction = load_model("poly-3d").interaction
    assert pair_length(interaction.nonadditivity, 1.0, 2.0) == pytest.approx(1.5 * 0.9)
    assert pair_length(interaction.nonadditivity, 2.0, 1.0) == pytest.approx(1.5 * 0.9)


def test_kob_andersen_pairs_are_the_published_three():
    model = load_model("ka")
    b, a = np.unique(model.diameters(1000))
    assert (model.diameters(1000) == a).sum() == 800
    pairs = [(a, a), (a, b), (b, a), (b, b)]
    lengths = [pair_length(model.interaction.nonadditivity, *pair) for pair in pairs]
    energies = [pair_energy(model.interaction, *pair) for pair in pairs]
    np.testing.assert_allclose(lengths, [1.0, 0.8, 0.8, 0.88], rtol=1e-14)
    np.testing.assert_allclose(energies, [1.0, 1.5, 1.5, 0.5], rtol=1e-14)


def test_any_three_lengths_and_energies_are_met():
    rng = np.random.default_rng(5)
    for _ in range(20):
        small, large = np.sort(rng.uniform(0.5, 2.0, 2))
        wanted, energies = (small, rng.uniform(0.4, large), large), tuple(rng.uniform(0.2, 3.0, 3))
        mixing = binary_mixing(wanted, energies)
        pairs = [(small, small), (small, large), (large, large)]
        np.testing.assert_allclose([pair_length(mixing.nonadditivity, *pair) for pair in pairs], wanted, rtol=1e-12)
        np.testing.assert_allclose([pair_energy(mixing, *pair) for pair in pairs], energies, rtol=1e-10)


def random_liquid(name):
    model = load_model(name)
    n = model.smallest_system()
    return model, initial_configuration(model, n, np.random.default_rng(1))


@pytest.mark.parametrize("lanes", [0, 4])
def test_dynamics_refuses_a_kind_without_a_formula(lanes):
    """Instead of taking one formula for whatever it does not know."""
    model, start = random_liquid("harmonic-2d")
    runner = Runner(model, start_dynamics(model, start, 0.003, np.random.default_rng(1)), lanes)
    runner.sum_forces()
    unknown = runner.layout.interaction._replace(kind=len(NUMBERS))
    runner.layout = runner.layout._replace(interaction=unknown)
    with pytest.raises(ValueError, match="kind is none of inverse_power"):
        runner.sum_forces()


@pytest.mark.parametrize("work", [force_state, bonds, *(partial(minimize, method=name) for name in METHODS)])
def test_a_kind_without_a_formula_is_refused(work):
    model, start = random_liquid("harmonic-2d")
    work(model.interaction, start)
    with pytest.raises(ValueError, match="kind is none of inverse_power"):
        work(model.interaction._replace(kind=-1), start)
