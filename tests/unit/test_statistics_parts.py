"""Raw tables dealt into disjoint parts: nothing is lost, nothing is in two of them, and no chain is torn."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

from glassworks.statistics.parts import FEWEST, MOST, deal, most_parts, owners
from glassworks.studies.pinching import RAW

NAMES = ["group", "ensemble", "sample"]


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    """Chains of four samples in the group parents; no table tells those of the groups large and blobs."""
    return synthetic.campaign(samples=24, temperatures=(0.4, 0.9)).frames()


def table(group: str, chains: list[int], protocol: str = "swap", sweeps: float = 100.0) -> pd.DataFrame:
    """Liquids of one ensemble of a group, a sample each."""
    return pd.DataFrame({
        "group": group, "ensemble": f"{group}-1", "protocol": protocol, "sample": np.arange(len(chains)),
        "chain": chains, "sweeps_between": sweeps, "status": "ok",
    })  # fmt: skip


def with_liquids(*tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {**{name: pd.DataFrame() for name in RAW}, "liquids": pd.concat(tables, ignore_index=True)}


@pytest.mark.parametrize("parts", [2, 3])
def test_parts_are_disjoint_and_together_the_whole(raw, parts):
    dealt = deal(raw, parts)
    for name, frame in dealt.whole.items():
        if "sample" in frame:
            joined = pd.concat([part[name] for part in dealt.parts])
            pd.testing.assert_frame_equal(joined.sort_index(), frame)


def test_no_chain_is_in_two_parts(raw):
    chains = [set(map(tuple, part["liquids"][["ensemble", "chain"]].to_numpy())) for part in deal(raw, 2).parts]
    assert all(chains) and not chains[0] & chains[1]
    counts = [part["liquids"].groupby("ensemble")["chain"].nunique() for part in deal(raw, 2).parts]
    assert all((each == 3).all() for each in counts)


def test_all_tables_follow_the_chains(raw):
    first = deal(raw, 2).parts[0]
    samples = set(map(tuple, first["liquids"][NAMES].to_numpy()))
    for name in ("glasses", "moduli", "modes", "dipoles"):
        rows = first[name]
        assert set(map(tuple, rows[rows["group"] == "parents"][NAMES].to_numpy())) == samples


def test_evidence_goes_to_every_part(raw):
    dealt = deal(raw, 2)
    for part in dealt.parts:
        pd.testing.assert_frame_equal(part["equilibrium"], dealt.whole["equilibrium"])


def test_what_cannot_be_dealt_is_in_no_part_and_named(raw):
    dealt = deal(raw, 2)
    assert {group for group, _ in dealt.left_out} == {"large", "blobs"}
    assert set(dealt.left_out.values()) == {"no table tells its chains"}
    assert not any((frame["group"] == "large").any() for frame in dealt.whole.values() if len(frame))
    one = deal(with_liquids(table("single", [0] * 6), table("double", [0, 0, 1, 1])), 2)
    assert one.left_out == {("single", "single-1"): "has 1 chain"}
    assert [list(part["liquids"]["chain"]) for part in one.parts] == [[0, 0], [1, 1]]


def test_trajectories_are_dealt_one_by_one_and_alike_wherever_they_start():
    """Twenty that start from one liquid at one rate, and the first ten of these at another: the same number is in the
    same part."""
    fast = table("fast", [0] * 20, "step", np.nan)
    slow = table("slow", [0] * 10, "step", np.nan)
    dealt = deal(with_liquids(fast, slow), 2)
    for number, part in enumerate(dealt.parts):
        rows = part["liquids"]
        assert (rows["sample"] % 2 == number).all() and list(rows["group"].value_counts()) == [10, 5]


def test_more_than_two_parts_want_five_owners_each():
    given = with_liquids(table("many", list(range(15))), table("few", list(range(14))))
    assert deal(given, 3).left_out == {("few", "few-1"): "has 14 chains"} and FEWEST == 5
    assert deal(given, 2).left_out == {}
    assert most_parts(with_liquids(table("many", list(range(15))))) == 3
    assert most_parts(with_liquids(table("many", list(range(99))))) == MOST == 4
    assert most_parts(with_liquids(table("few", [0, 1]))) == most_parts({"liquids": pd.DataFrame()}) == 2


def test_what_failed_is_told_in_one_part_and_deals_nothing():
    rows = table("single", [0, 0, 1, 1])
    rows.loc[2:, "status"] = "not converged"
    assert deal(with_liquids(rows), 2).left_out == {("single", "single-1"): "has 1 chain"}
    rows = table("single", [0, 1, 2, 3])
    rows.loc[3, "status"] = "not converged"
    parts = deal(with_liquids(rows), 2).parts
    assert [list(part["liquids"]["sample"]) for part in parts] == [[0, 2, 3], [1]]


def test_owners_are_numbers_of_chains_or_samples(raw):
    found = owners(raw).groupby(["group", "kind"])["owner"].nunique()
    assert found["parents", "chain"] == 6 and found["spectra-3d", "sample"] == 24


def test_one_part_is_refused(raw):
    with pytest.raises(ValueError, match="parts: 1: nothing to compare"):
        deal(raw, 1)
