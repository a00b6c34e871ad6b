"""Bad declarations are refused with a sentence that names file, key, value and what is allowed."""
# ruff: noqa: E501

from pathlib import Path

import pytest
from toy import write_toy

from glassworks.campaign.config import check_claims, load_campaign
from glassworks.campaign.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
PAPER, DESK, MAIN = "config/papers/pinching.yaml", "config/scales/desk.yaml", "config/config.yaml"
POLY = "config/models/poly-3d.yaml"

BAD = {
    "unknown model": (PAPER, "    model: poly-3d\n    protocol", "    model: poly-33d\n    protocol",
        "groups.parents.model: poly-33d: unknown model (did you mean poly-3d?); allowed: harmonic-2d, harmonic-2d-phi086, "),
    "unknown paper": (MAIN, "papers: [pinching]", "papers: [pinchin]",
        "config/config.yaml: papers: pinchin: unknown paper (did you mean pinching?); allowed: pinching"),
    "unknown paper in a scale": (DESK, "  pinching:", "  pinchin:",
        "config/scales/desk.yaml: papers: pinchin: unknown paper (did you mean pinching?); allowed: pinching"),
    "unknown group in a scale": (DESK, "    parents:", "    parent:",
        "config/scales/desk.yaml: papers.pinching: parent: unknown group (did you mean parents?); allowed: parents, "),
    "unknown observable": (PAPER, "      dipoles: {}", "      dipole: {}",
        "groups.parents.observables: dipole: unknown observable (did you mean dipoles?); allowed: "),
    "unknown parameter": (PAPER, "      modes: {count: 30}", "      modes: {cuont: 3}",
        "groups.parents.observables.modes.cuont: unknown key (did you mean count?); allowed: count"),
    "bad parameter": (PAPER, "      modes: {count: 30}", "      modes: {count: 0}",
        "groups.parents.observables.modes.count: 0: input should be greater than or equal to 1"),
    "unknown minimizer": (PAPER, "minimizer: cg", "minimizer: cgg",
        "groups.parents.minimizer: cgg: unknown minimizer (did you mean cg?); allowed: cg, "),
    "unknown protocol": (PAPER, "      kind: swap\n", "      kind: swop\n",
        "groups.parents.protocol.kind: swop: unknown (did you mean swap?); allowed: swap, molecular_dynamics, cooling"),
    "misspelt key": (PAPER, "      swap_fraction: 0.2", "      swap_fractoin: 0.2",
        "config/papers/pinching.yaml: groups.parents.protocol.swap_fractoin: unknown key (did you mean swap_fraction?); allowed: before, "),
    "missing key": (PAPER, "doi: 10.1/2\n", "", "config/papers/pinching.yaml: doi: this key is missing"),
    "key written twice": (PAPER, "paper: pinching\n", "paper: pinching\npaper: pinching\n", "paper: this key is written twice"),
    "not YAML": (PAPER, "paper: pinching\n", "paper: [pinching\n", "config/papers/pinching.yaml: line "),
    "negative temperature": (PAPER, "ladder: [1.5, ", "ladder: [-1.5, ",
        "groups.parents.protocol.ladder[0]: -1.5: input should be greater than 0"),
    "temperatures that ascend": (PAPER, "ladder: [1.5, 1.3", "ladder: [1.3, 1.5",
        "groups.parents.protocol.ladder: 1.5 after 1.3: temperatures must descend"),
    "relaxation time of no rung": (PAPER, "{1.5: 30, ", "{1.6: 30, ",
        "groups.parents.protocol: relaxation_sweeps lacks the ladder's temperature 1.5"),
    "tempered rung without a time": (PAPER, "relaxation_sweeps: {0.4: 900}", "relaxation_sweeps: {}",
        "groups.parents.protocol: tempering.relaxation_sweeps lacks the ladder's temperature 0.4"),
    "time of a rung that is not tempered": (PAPER, "relaxation_sweeps: {0.4: 900}", "relaxation_sweeps: {0.4: 900, 0.5: 700}",
        "groups.parents.protocol: tempering.relaxation_sweeps: 0.5: not on the ladder; allowed: 0.4"),
    "evidence of a quench": (PAPER, "    observables: {modes: {}}", "    observables: {modes: {}}\n    evidence: true",
        "groups.spectra: evidence: true: a cooled liquid is in no equilibrium to be tested; allowed: false"),
    "temperature that is no rung": (DESK, "temperatures: [1.3, ", "temperatures: [1.31, ",
        "papers.pinching.parents[0].temperatures: 1.31: not on the ladder in config/papers/pinching.yaml; allowed: 1.5, 1.3, "),
    "negative temperature in a scale": (DESK, "temperatures: [1.3, ", "temperatures: [-1.3, ",
        "config/scales/desk.yaml: papers.pinching.parents[0].temperatures[0]: -1.3: input should be greater than 0"),
    "rate of a ladder": (DESK, "{n: 1000, temperatures: [1.3, ", "{n: 1000, rates: [0.1], temperatures: [1.3, ",
        "parents[0].rates: the group parents is made by swap, which has no rates to choose; allowed: temperatures"),
    "part of a block": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 1000, samples: 150,",
        "samples: this key is written twice"),
    "size without a block": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 1001,",
        "papers.pinching.parents[0].n: 1001: groups.parents.block_samples in config/papers/pinching.yaml lacks this size; allowed: 1000, "),
    "too few particles": (DESK, "    parents:\n      - {n: 1000,", "    parents:\n      - {n: 100,",
        "papers.pinching.parents[0].n: 100: at density 0.58 of poly-3d the box is 5.57 wide, but the cutoff needs more than 6.22, or "
        "particles overlap with their images; allowed: n of 140 or more"),
    "too dense": (POLY, "density: 0.58", "density: 5.8",
        "particles overlap with their images; allowed: n of 1394 or more (or, in config/models/poly-3d.yaml, a density below 4.16)"),
    "negative density": (POLY, "density: 0.58", "density: -0.58",
        "config/models/poly-3d.yaml: density: -0.58: input should be greater than 0"),
    "misspelt key of a model": (POLY, "density: 0.58", "densty: 0.58",
        "config/models/poly-3d.yaml: densty: unknown key (did you mean density?); allowed: "),
    "broken block": (PAPER, "      samples_per_chain: 10\n", "      samples_per_chain: 7\n",
        "groups.parents: block_samples.1000: 100: must be a multiple of samples_per_chain, 7"),
    "text for a number": (MAIN, "seed: 7", "seed: many", "config/config.yaml: seed: many: input should be a valid integer"),
    "infinite time": (PAPER, "before: 5.0", "before: .inf", "groups.parents.protocol.before: inf: input should be a finite number"),
    "wrong name inside": (DESK, "scale: desk", "scale: dusk", "config/scales/desk.yaml: scale: dusk: must be the file's own name, desk"),
}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    write_toy(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", BAD)
def test_refused_with_file_key_value_and_what_is_allowed(root, case):
    file, old, new, message = BAD[case]
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(f"{file}: ") or case in ("too dense",)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (120, "parents[0].samples: 120: must be a multiple of the group's block of 100; allowed: 100 or 200, ..."),
        (20, "parents[0].samples: 20: must be a multiple of the group's block of 50; allowed: 50, ..."),
    ],
)
def test_samples_must_fill_blocks(root, samples, message):
    path = root / DESK
    path.write_text(path.read_text().replace("samples: 200", f"samples: {samples}", 1))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert message in str(refusal.value)


def test_missing_campaign(tmp_path):
    with pytest.raises(ConfigurationError, match=r"config/config.yaml: there is no such file"):
        load_campaign({}, tmp_path)


@pytest.mark.parametrize("scale", ["smoke", "desk", "evening", "overnight", "paper"])
def test_declarations_are_good(scale):
    campaign = load_campaign({"scale": scale}, ROOT)
    for paper in campaign.papers.values():
        check_claims(paper)


def test_numbers_with_an_exponent_are_numbers(root):
    assert "1e-2" in (root / DESK).read_text()
    campaign = load_campaign({"scale": "desk"}, root)
    assert campaign.papers["pinching"].grids["spectra"][0].rates == [0.01]


def test_first_problem_does_not_hide_the_second(root):
    path = root / PAPER
    path.write_text(path.read_text().replace("minimizer: cg", "minimizer: cgg", 2))
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "desk"}, root)
    assert len(refusal.value.problems) == 2
