"""Model files: known numbers, mixtures, and refusals."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

from glassworks.configurations import Box
from glassworks.models import Model, load_model, make_model, pair_terms
from glassworks.models.library import config_folder

MINIMUM = 2 ** (1 / 6)
BALLS = 0.5 * np.array([1 + 1.4**2, 1 + 1.4**3])  # ⟨σ²⟩ and ⟨σ³⟩ of sizes 1 and 1.4
KNOWN = {  # dimension, density, cutoff, smallest and largest size
    "ipl-2d": (2, 0.86, 1.48, 1.0, 1.40),
    "ipl-3d": (3, 0.82, 1.48, 1.0, 1.40),
    "ipl-4d": (4, 0.80, 1.48, 1.0, 1.40),
    "poly-3d": (3, 0.58, 1.40, 1.0, 2.22),
    "poly-2d": (2, None, 1.40, 1.0, 2.22),
    "ka": (3, 1.2, 2.5, 0.88, 1.0),
    "lj-2d": (2, 0.61, 2.5, 1.0, 1.4),
    "pss-3d-rc11": (3, 0.6, 1.1 * MINIMUM, 1.0, 1.4),
    "pss-3d": (3, 0.6, 1.2 * MINIMUM, 1.0, 1.4),
    "pss-3d-rc13": (3, 0.6, 1.3 * MINIMUM, 1.0, 1.4),
    "pss-3d-rc15": (3, 0.6, 1.5 * MINIMUM, 1.0, 1.4),
    "hertzian-3d": (3, 0.938, 1.0, 1.0, 1.4),
    "harmonic-2d": (2, pytest.approx(0.91 / (np.pi / 4 * BALLS[0])), 1.0, 1.0, 1.4),
    "harmonic-3d": (3, pytest.approx(0.7 / (np.pi / 6 * BALLS[1])), 1.0, 1.0, 1.4),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_numbers(name):
    model = load_model(name)
    dimension, density, cutoff, smallest, largest = KNOWN[name]
    assert model.dimension == dimension
    assert density is None or model.density == density
    assert model.interaction.cutoff == cutoff
    if model.potential.kind == "inverse_power":
        assert model.potential.exponent == 10 and model.potential.smooth_derivatives == 3
    sizes = model.diameters(4000)
    assert smallest <= sizes.min() < smallest * 1.001 and largest * 0.995 < sizes.max() <= largest
    assert Box.of(model, 1000).volume == pytest.approx(1000 / model.density)


def test_power_law_sizes_have_the_declared_distribution():
    """For p(λ) ∝ λ⁻³ on [a, b] the mean is 2ab/(a + b) and the median √2 ab/√(a² + b²)."""
    a, b = 1.0, 2.22
    model = load_model("poly-3d")
    sizes = model.diameters(200_000)
    assert [model.mixture.moment(k) for k in (1, 2, 3)] == pytest.approx(
        [(sizes**k).mean() for k in (1, 2, 3)], rel=1e-5
    )
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
    "right, wrong, said",
    [
        ("density: 0", "desnity: 0", "desnity: unknown key (did you mean density?); allowed: density, "),
        ("cutoff:", "cutof:", "potential.cutof: unknown key (did you mean cutoff?); allowed: cutoff, "),
        ("inverse_power,", "inverse_powr,", "potential.kind: inverse_powr: unknown (did you mean inverse_power?)"),
        ("dimension: 3", "dimension: 5", "dimension: 5: input should be less than or equal to 4"),
    ],
)
def test_a_file_that_is_no_model_is_named_with_its_key(tmp_path, right, wrong, said):
    """As the workflow names it."""
    good, file = (config_folder() / "models/ipl-3d.yaml").read_text(), tmp_path / "models/mine.yaml"
    file.parent.mkdir()
    file.write_text(good)
    assert load_model("mine", tmp_path).density == load_model("ipl-3d").density
    file.write_text(good.replace(right, wrong))
    with pytest.raises(ValueError, match=re.escape(f"{file}: {said}")):
        load_model("mine", tmp_path)


@pytest.mark.parametrize("content, said", [(b"- 1\n", "a mapping"), (b"a: [\n", "line 2"), (b"a: \xe9\n", "UTF-8")])
def test_a_file_that_is_no_mapping_is_named(tmp_path, content, said):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/mine.yaml").write_bytes(content)
    with pytest.raises(ValueError, match=rf"mine\.yaml: (.|\n)*{said}"):
        load_model("mine", tmp_path)


@pytest.mark.parametrize(
    "key, value",
    [
        ("density", -1.0),
        ("dimension", 5),
        ("desnity", 1.0),
        ("mixture", {"kind": "one"}),
        ("packing_fraction", 0.7),
        ("potential", {"kind": "hard"}),
    ],
)
def test_impossible_models_are_refused(key, value):
    good = load_model("ipl-3d").model_dump()
    with pytest.raises(ValidationError, match=key):
        Model(**(good | {key: value}))


def test_energies_of_pairs_need_two_sizes():
    energies = {"small_small": 1.0, "small_large": 2.0, "large_large": 1.0}
    given = load_model("poly-3d").model_dump()
    given["potential"] = {"kind": "lennard_jones", "cutoff": 2.5, "energies": energies}
    with pytest.raises(ValidationError, match="binary mixture"):
        Model(**given)
    given["mixture"] = {"kind": "binary", "small_small": 1.0, "small_large": 1.5, "large_large": 1.4}
    with pytest.raises(ValidationError, match="small_large"):
        Model(**given)


# ---- by hand


def test_a_model_by_hand_is_that_of_a_file_with_the_same_numbers():
    file = load_model("ipl-3d")
    hand = make_model(
        {"kind": "inverse_power", "exponent": 10, "smooth_derivatives": 3, "cutoff": 1.48},
        {"kind": "binary", "small_small": 1.0, "small_large": 1.18, "large_large": 1.40, "large_fraction": 0.5},
        density=0.82,
    )
    assert (hand.potential, hand.mixture, hand.density, hand.dimension) == (
        file.potential, file.mixture, file.density, file.dimension,
    )  # fmt: skip
    assert hand.interaction == file.interaction


def test_a_table_by_hand_has_the_energies_of_its_rows():
    rows = [[r, 4.0 * (r**-12 - r**-6)] for r in np.linspace(0.8, 2.5, 400).tolist()]
    model = make_model({"kind": "table", "rows": rows, "spline": "quintic"}, {"kind": "monodisperse"}, density=1.0)
    energy = pair_terms(model.interaction, 1.1**2, 1.0, 1.0)[0]
    expected = 4.0 * (1.1**-12 - 1.1**-6) - rows[-1][1]
    np.testing.assert_allclose(energy, expected, rtol=1e-8)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"density": None}, "by-hand: density: this key is missing, or packing_fraction in its place"),
        ({"potential": {"kind": "none"}}, "by-hand: potential.kind: none"),
        ({"dimension": 5}, "by-hand: dimension: 5"),
        ({"packing_fraction": 0.5}, "density and packing_fraction exclude each other"),
    ],
)
def test_what_a_model_by_hand_cannot_mean_is_refused(change, said):
    given = {"potential": {"kind": "harmonic"}, "mixture": {"kind": "monodisperse"}, "density": 1.0} | change
    with pytest.raises(ValueError, match=said):
        make_model(**given)
