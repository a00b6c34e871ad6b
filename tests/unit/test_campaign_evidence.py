"""The evidence of equilibrium as a job: plain chains, tempered ones, molecular dynamics, and chains that failed."""

import numpy as np
import pytest
from toy import ensembles, write_toy

from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.evidence import evidence
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.tables import read_provenance, read_table, write_table
from glassworks.lanes import processor_lanes

GROUPS = """\
groups:
  parents:
    role: a short ladder of a small system where it relaxes in some 300 sweeps
    model: poly-3d
    protocol:
      kind: swap
      ladder: [2.0, 1.7, 1.4]
      relaxation_sweeps: {2.0: 220, 1.7: 250, 1.4: 300}
      before: 3.0
      between: 0.5
      samples_per_chain: 12
      tempering:
        {at_or_below: 1.4, relaxation_sweeps: {1.4: 300}, warmest: 2.0, exchange_sweeps: 10, heat_capacity: 2.4}
    block_samples: {140: 24}
    evidence: true
  reference:
    role: a hot liquid
    model: ipl-2d
    protocol: {kind: molecular_dynamics, temperature: 2.0, time: 5.0}
    block_samples: {100: 4}
    evidence: true
"""

DESK = """\
scale: desk
purpose: a test
papers:
  pinching:
    parents:
      - {n: 140, temperatures: [1.7, 1.4], samples: 24}
    reference:
      - {n: 100, samples: 4}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Liquids of all three kinds, with the evidence of their equilibrium."""
    root = tmp_path_factory.mktemp("evidence")
    write_toy(root)
    paper = root / "config/papers/pinching.yaml"
    text = paper.read_text()
    paper.write_text(text[: text.index("groups:\n")] + GROUPS + text[text.index("figures:\n") :])
    (root / "config/scales/desk.yaml").write_text(DESK)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        made = {}
        for ensemble in ensembles(root):
            made[ensemble.group, ensemble.liquid.temperature] = ensemble.liquid
            for liquid, block in ensemble.liquid.ladder(0):
                if not (root / liquid.folder(block) / "liquid.h5").is_file():
                    prepare(Job("prepare"), liquid, block)
            evidence(Job("evidence"), ensemble.liquid)
        yield root, made


def test_all_three_kinds_pass(folder):
    """Each |z| exceeds 4 about once in 1,000 for chains this short; the seed is fixed."""
    root, made = folder
    for liquid in made.values():
        row = read_table(root / liquid.evidence).iloc[0]
        assert row["passed"] and row["reason"] == "ok", dict(row)
        assert row["before_ratio"] > 2 and abs(row["agreement_z"]) < 4
        assert set(row.index) <= set(columns_of("equilibrium"))
    assert "tempering" not in made["parents", 1.7].told and "tempering" in made["parents", 1.4].told


def test_products_of_dynamics_tell_how_many_numbers_a_register_held(folder):
    root, made = folder
    for (group, _), liquid in made.items():
        for path in (f"{liquid.folder(0)}/liquid.h5", f"{liquid.folder(0)}/liquids.parquet", liquid.evidence):
            assert read_record(root / path).get("lanes") == (processor_lanes() if group == "reference" else None)


def test_rows_tell_how_the_ladder_mixed(folder):
    root, made = folder
    plain, tempered = (read_table(root / made["parents", t].folder(0) / "liquids.parquet") for t in (1.7, 1.4))
    assert plain[["replica", "exchange_rate", "round_trips"]].isna().all(axis=None)
    assert tempered["exchange_rate"].between(0.05, 0.9).all()
    trips = tempered.groupby("chain")["round_trips"].first()
    found = read_table(root / made["parents", 1.4].evidence).iloc[0]
    assert (trips > 0).all() and found["round_trips"] == trips.sum()
    assert tempered["replica"].nunique() > 2
    assert np.isnan(read_table(root / made["parents", 1.7].evidence)["round_trips"].iloc[0])


def test_a_ladder_that_never_mixed_and_chains_that_failed_are_rows_with_a_reason(folder, monkeypatch):
    root, made = folder
    monkeypatch.chdir(root)
    liquid = made["parents", 1.4]
    path = root / liquid.folder(0) / "liquids.parquet"
    rows, record = read_table(path), read_provenance(path)
    kept = read_table(root / liquid.evidence), read_provenance(root / liquid.evidence)
    for changed, reason in (
        (rows.assign(round_trips=0.0), "no replica went from the warmest rung to the coldest and back"),
        (rows.assign(status="lost"), "every chain of the first block failed"),
    ):
        write_table(path, changed, record)
        evidence(Job("evidence"), liquid)
        row = read_table(root / liquid.evidence).iloc[0]
        assert not row["passed"] and reason in row["reason"]
        assert list(row.index) == list(kept[0].columns)
    write_table(path, rows, record)
    write_table(root / liquid.evidence, *kept)
