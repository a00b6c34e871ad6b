"""Names, seeds and specifications of everything that any scale plans are those that they were: products made by any
version since are found again.

`identities.csv` holds a line for each liquid, ensemble and observable of each scale: how many blocks, and a hash over
the digests of the specifications that its jobs consume. `python tests/dag/test_identities.py` writes it anew; only
what is new may differ then.
"""

import csv
import hashlib
import os
import sys
from pathlib import Path

import pytest

from glassworks.campaign.declared.campaign import scale_names
from glassworks.campaign.planned.dag import Plan

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("identities.csv")
FIELDS = ("scale", "stage", "name", "blocks", "digest")


def identities(scale: str) -> list[dict[str, str]]:
    """The lines of one scale."""
    plan = Plan({"scale": scale, "tables": "computed"}, check=False)
    found: dict[tuple[str, str], list[str]] = {}
    for stage, made, block, observable in plan.jobs():
        name = f"{made.id} {made.measured(observable)}" if observable else made.id
        found.setdefault((stage, name), []).append(f"{block} {plan.expected(stage, made, block, observable)}")
    return [
        dict(zip(FIELDS, (scale, stage, name, str(len(told)), _hash(told)), strict=True))
        for (stage, name), told in found.items()
    ]


def _hash(told: list[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


@pytest.mark.parametrize("scale", scale_names(ROOT))
def test_what_is_planned_is_what_was_planned(scale):
    with FILE.open(newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["scale"] == scale]
    found = identities(scale)
    assert len(kept) > 20
    new = {tuple(row.values()) for row in found}
    assert [row for row in kept if tuple(row.values()) not in new] == []


if __name__ == "__main__":
    os.chdir(ROOT)
    with FILE.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for scale in scale_names(ROOT) for row in identities(scale))
    print(f"{FILE.name}: {sum(1 for _ in FILE.open()) - 1} lines", file=sys.stderr)
