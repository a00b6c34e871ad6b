"""Other systems than the main one: where they percolate, how long-ranged their stress is, and the verdicts on both."""

import numpy as np
import pandas as pd
import pytest
from test_solidity_analysis import AMPLITUDE, SAMPLES, THRESHOLD, TRANSITION, UNITS, trajectories

from glassworks.studies import derive, judge, make
from glassworks.studies.solidity import RAW
from glassworks.studies.solidity.columns import COLUMNS

RATE = 1e-6
TEMPERATURES = np.round(np.arange(1, 25, 2) * 1e-4, 12)
LEAST_DENSE = 0.78


def told_as(tables: dict[str, pd.DataFrame], shift: float = 0.0, **keys) -> dict[str, pd.DataFrame]:
    """Tables of an ensemble under other keys; all of f lies higher by `shift`."""
    out = {}
    for name, frame in tables.items():
        out[name] = frame.assign(ensemble=f"{keys['group']} {frame['temperature'].iloc[0]:g}", **keys)
        if name == "network":
            out[name]["fraction"] += shift
    return out


def raw_of(shift: float = 0.0) -> dict[str, pd.DataFrame]:
    """The main group, one at another packing fraction, and one that is compressed: φ rises where T would fall."""
    rng = np.random.default_rng(8)
    each = []
    for t in TEMPERATURES:
        each.append(told_as(trajectories(rng, 512, t, RATE), group="cooled"))
        each.append(told_as(trajectories(rng, 512, t, RATE), shift, group="other-100", model="harmonic-2d-phi100"))
        pressed = told_as(trajectories(rng, 512, t, RATE), group="compressed", protocol="press", temperature=1e-3)
        packing = LEAST_DENSE + 100 * (TEMPERATURES[-1] - t)
        pressed["liquids"] = pressed["liquids"].assign(packing=packing)
        for frame in pressed.values():
            frame["ensemble"] = f"compressed {packing:.4f}"
        each.append(pressed)
    empty = {name: pd.DataFrame() for name in RAW}
    return empty | {name: pd.concat([tables[name] for tables in each], ignore_index=True) for name in each[0]}


@pytest.fixture(scope="module")
def derived():
    return derive(UNITS, raw_of())


def test_systems_are_told_apart(derived):
    """The main group alone fills the tables of the main text; each system passes P = 1/2 where it was put."""
    assert set(derived["transitions"]["group"]) == set(derived["correlations"]["group"]) == {"cooled"}
    assert set(derived["summary"]["group"]) == {"cooled", "other-100", "compressed"}
    rows = derived["systems"].set_index("group")
    assert {*rows, "group"} == set(COLUMNS["systems"]) and len(rows) == 3
    assert dict(rows["control"]) == {"cooled": "temperature", "other-100": "temperature", "compressed": "packing"}
    # T_g to a tenth of a step, as in the tests of transitions; a step in φ is 0.02, and T_g = 1.5e-3 stands at 0.86
    assert rows.loc["cooled", "transition"] == pytest.approx(TRANSITION[RATE] / 1e-3, abs=0.1)
    pressed = LEAST_DENSE + 100 * (TEMPERATURES[-1] - TRANSITION[RATE])
    assert rows.loc["compressed", "transition"] == pytest.approx(pressed, abs=0.01)
    assert np.allclose(rows["half"], THRESHOLD, atol=0.015) and (rows["samples"] == SAMPLES).all()


def test_amplitudes_at_both_ends(derived):
    """Six intervals of twice the 95 %: a false alarm in thousands of runs, and the seed is fixed."""
    truth = AMPLITUDE * (TRANSITION[RATE] - TEMPERATURES[0]) / 1e-3
    for row in derived["systems"].itertuples():
        assert abs(row.solid - truth) < row.solid_high - row.solid_low
        assert abs(row.fluid) < row.fluid_high - row.fluid_low


def test_verdicts_on_generality(derived):
    verdicts = judge(UNITS, derived).set_index("claim")
    assert verdicts.loc["other-systems-network", "verdict"] in ("reproduced", "inconclusive")
    assert verdicts.loc["other-systems-stress", "verdict"] == "reproduced"
    assert "compressed" in verdicts.loc["other-systems-network", "scope"]
    apart = judge(UNITS, derive(UNITS, raw_of(0.1))).set_index("claim")
    assert apart.loc["other-systems-network", "verdict"] == "contradicted"
    assert apart.loc["other-systems-network", "measured"] == pytest.approx(0.1, abs=0.02)
    alone = {name: frame[frame["group"] == "cooled"] if len(frame) else frame for name, frame in raw_of().items()}
    lonely = judge(UNITS, derive(UNITS, alone)).set_index("claim")
    assert (lonely.loc[["other-systems-network", "other-systems-stress"], "verdict"] == "out of reach").all()


def test_figures_of_other_systems(derived, tmp_path):
    for name, frame in derived.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    drawn = make(UNITS, "S15", tmp_path)
    assert all(len(axes.get_legend_handles_labels()[1]) == 3 for axes in drawn.axes)
    summary = derived["summary"]
    aged = summary[summary["group"] == "other-100"].assign(protocol="direct", waited=np.geomspace(100, 1e4, 12))
    aged.assign(reduced_temperature=[1.0, 0.1] * 6).to_parquet(tmp_path / "summary.parquet")
    quench = make(UNITS, "S7", tmp_path)
    assert all(len(axes.containers) == 2 for axes in quench.axes)
