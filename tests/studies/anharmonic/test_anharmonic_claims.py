"""Verdicts on what the paper says, of made-up glasses that are as it says, or are not."""

from pathlib import Path

import pandas as pd
import pytest
import yaml
from anharmonic_tables import HARMONIC, LJ, World, raw_tables

from glassworks.studies import derive, judge
from glassworks.studies.anharmonic.analysis.states import amorphous

PAPER = yaml.safe_load((Path(__file__).parents[3] / "config/papers/anharmonic.yaml").read_text(encoding="utf-8"))
SIZES = ((HARMONIC, 2000, 30), (HARMONIC, 8000, 30), (LJ, 1000, 30), (LJ, 4000, 30))

PRINTED = World(size=0.0, spread=1.5, energy=1e-3, rise=4.0)
OTHER = World(
    level={HARMONIC: 0.2, LJ: 0.05}, slope=-1.0, size=-0.8, with_order=1.5, distance={HARMONIC: 20.0, LJ: 0.02},
    power=2.0, energy=1.0, spread=0.3, rearranged={HARMONIC: 900.0, LJ: 100.0}, growing=0.8, barrier=3.0, places=1000,
    overlap=0.6, falling=0.5, expected=0.9, with_kind=-2.0, pressure=0.06,
    rise=4.0,
)  # fmt: skip
"""All that the paper says is otherwise."""

TRUE = [
    "pressure-harmonic", "pressure-lj", "amorphous", "falls-with-frequency-harmonic", "falls-with-frequency-lj",
    "range-harmonic", "range-lj", "harmonic-more-fragile", "no-correlation-harmonic-order",
    "no-correlation-lj-participation", "phonon-like-quasilocalized", "barrier-quadratic-harmonic",
    "barrier-quadratic-lj", "distance-frequency-harmonic", "distance-orders", "cubic-harmonic", "cubic-lj",
    "same-destination-harmonic", "same-destination-lj", "no-correlation-distance-order", "localized-harmonic",
    "participants-harmonic", "participants-lj", "participants-more-lj", "weak-overlap", "overlap-of-localized",
    "expansion-too-large-harmonic", "expansion-too-large-lj", "expansion-correlates-order",
]  # fmt: skip
"""What thirty glasses of each size decide."""
FALSE = [
    "pressure-harmonic", "falls-with-frequency-harmonic", "falls-with-frequency-lj", "range-harmonic",
    "size-independent-harmonic", "harmonic-more-fragile", "no-correlation-harmonic-order",
    "barrier-quadratic-harmonic", "distance-range-harmonic", "distance-orders", "energy-range-harmonic",
    "cubic-harmonic", "no-correlation-distance-order", "participants-size-harmonic", "weak-overlap",
    "overlap-of-localized", "expansion-too-large-harmonic", "expansion-correlates-order", "localized-harmonic",
]  # fmt: skip


def verdicts(world: World):
    return judge(PAPER, derive(PAPER, raw_tables(2, SIZES, world))).set_index("claim")


@pytest.fixture(scope="module")
def printed():
    return verdicts(PRINTED)


def test_what_is_true_is_reproduced(printed):
    shown = ["measured", "low", "high", "verdict", "scope"]
    assert (printed.loc[TRUE, "verdict"] == "reproduced").all(), printed.loc[TRUE, shown][
        printed.loc[TRUE, "verdict"] != "reproduced"
    ].to_string()


def test_what_larger_glasses_would_tell_is_out_of_reach(printed):
    lacking = {"lower-end-harmonic", "lower-end-lj", "far-field", "crystal", "jump-together", "onset-harmonic-512000"}
    assert (printed.loc[list(lacking), "verdict"] == "out of reach").all()
    assert "512000 are needed" in printed.loc["lower-end-harmonic", "scope"]


def test_what_is_false_is_contradicted():
    found = verdicts(OTHER)
    shown = ["measured", "low", "high", "verdict", "scope"]
    assert (found.loc[FALSE, "verdict"] == "contradicted").all(), found.loc[FALSE, shown][
        found.loc[FALSE, "verdict"] != "contradicted"
    ].to_string()


def test_glasses_that_crystallized_are_left_out_and_said():
    found = verdicts(World(cluster=0.2))
    assert found.loc["amorphous", "verdict"] == "contradicted"
    assert found.loc["range-harmonic", "verdict"] == "out of reach"


def test_every_claim_has_a_verdict(printed):
    assert len(printed) == len(PAPER["claims"]) == 70 and printed["verdict"].notna().all()


def test_where_a_glass_crystallized_tables_without_samples_stay():
    """As the evidence of liquids, which is of all samples of an ensemble."""
    place = {"ensemble": "lj-mono-3d_N1000", "model": "lj-mono-3d", "protocol": "md"}
    crystals = pd.DataFrame({**place, "sample": [0, 1], "cluster": [500.0, 3.0], "n": 1000})
    evidence = pd.DataFrame({**place, "passed": [True]})
    found = amorphous({"crystals": crystals, "equilibrium": evidence}, pd.DataFrame())
    assert list(found["crystals"]["sample"]) == [1] and found["equilibrium"].equals(evidence)
