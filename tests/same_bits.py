"""Whether two versions of the library make the same bits, by what each made of the same campaign.

    python tests/same_bits.py BEFORE AFTER [--write PROOF]

Both are folders in which the same scale has run from nothing (`uv run snakemake --config scale=smoke`), each by its own
version, on the same machine. Every product that both have is compared: values, names and types of tables and
configurations, pictures but for the mark of their origin. With --write, each kind of job whose products are all the
same, though its code is not, gets a line in the ledger of this version: the digest of the new code stands for that of
the old, and no product of the old becomes stale. So does each part of a model (its pair energy, its mixture) whose
models' products are all the same. PROOF says in a word what kind of edit it was: moved, added, measured.
"""

from __future__ import annotations

import argparse
import csv
import functools
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pyarrow.parquet as pq

from glassworks.campaign.checked.found import made_of
from glassworks.campaign.declared.campaign import Campaign, stated
from glassworks.campaign.planned.definitions import Library, Unknown
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.stages import (
    LEDGER,
    NOTHING,
    closed,
    code_digest,
    every_part,
    kinds,
    part_digest,
    parts,
)
from glassworks.campaign.products.contents import read_record
from glassworks.campaign.products.marks import read_mark, unmarked

SUFFIXES = (".h5", ".parquet", ".png", ".pdf", ".csv")


def values(path: Path) -> str:
    """A hash of what a product holds, without where it comes from."""
    found = hashlib.sha256()
    if path.suffix == ".h5":
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.update(_dataset(name, item)))
    elif path.suffix == ".parquet":
        table = pq.read_table(path)
        for name in table.column_names:
            column = table[name].to_pandas()
            text = column.dtype.kind not in "biuf"
            found.update(f"{name} {column.dtype}".encode())
            found.update("\0".join(map(str, column)).encode() if text else np.ascontiguousarray(column).tobytes())
    else:
        found.update(unmarked(path.read_bytes(), path.suffix))
    return found.hexdigest()


def _dataset(name: str, item: h5py.Group | h5py.Dataset) -> bytes:
    if not isinstance(item, h5py.Dataset):
        return name.encode()
    return f"{name} {item.dtype} {item.shape}".encode() + np.ascontiguousarray(item[()]).tobytes()


def origin(path: Path) -> tuple[str, str]:
    """The kind of job that made a product, and its digest."""
    if path.suffix in (".png", ".pdf", ".csv"):
        record = read_mark(path.read_bytes(), path.suffix)[0]
        kind = f"{path.parent.name} {path.stem.removeprefix('fig')}"
    else:
        record = read_record(path)
        kind = _kind(path, record)
    return f"{record['stage']} {kind}" if kind in kinds(record["stage"]) else record["stage"], record["stage_digest"]


def _kind(path: Path, record: dict) -> str:
    if record["stage"] in ("measure", "observe", "watch"):
        return path.stem.rpartition("-")[0]
    if record["stage"] in ("analyse", "judge"):
        return path.parent.name
    specification = record["specification"]
    while isinstance(specification, dict) and "protocol" not in specification and "liquid" in specification:
        specification = specification["liquid"]
    protocol = specification.get("protocol", {}) if isinstance(specification, dict) else {}
    return protocol.get("kind", "") if isinstance(protocol, dict) else ""


def compare(before: Path, after: Path) -> dict[str, dict]:
    """By kind of job: how many products were compared, which differ, and the digests that they carry."""
    found: dict[str, dict] = {}
    campaign = functools.cache(lambda seed: load_campaign(stated(seed=seed), every=True))
    for path in sorted((before / "results").rglob("*")):
        name = path.relative_to(before)
        if (
            path.suffix not in SUFFIXES
            or any(part.startswith(".") for part in name.parts)
            or not (after / name).is_file()
        ):
            continue
        job, old = origin(path)
        made_from = parts_of(path, name, campaign)
        same = values(path) == values(after / name)
        for what in (job, *made_from):
            told = found.setdefault(what, {"compared": 0, "differ": [], "old": set()})
            told["compared"] += 1
            told["differ"] += [] if same else [str(name)]
        if all(older_part(part, before) == NOTHING for part in made_from):  # else it is the digest of these, too
            found[job]["old"].add(old)
    return found


def parts_of(path: Path, name: Path, campaign: Callable[[int], Campaign]) -> list[str]:
    """The parts of the model that a product is of; none of what is of many models."""
    if name.parts[1] not in ("liquids", "ensembles"):
        return []
    made = made_of(campaign(read_record(path).get("seed")), name.parts[2])
    return parts(made.model) if made else []


@functools.cache
def older_part(part: str, before: Path) -> str:
    """What a part's digest stood for in an older version; `NOTHING` where that did not know it apart."""
    try:
        digest = part_digest(part, Library(before / "src/glassworks", closed))
    except Unknown:
        return NOTHING
    [ledger] = (before / "src/glassworks/campaign").rglob(LEDGER.name)
    with ledger.open(encoding="utf-8", newline="") as file:
        return {(row["job"], row["digest"]): row["stands_for"] for row in csv.DictReader(file)}.get(
            (part, digest), digest
        )


def write(found: dict[str, dict], before: Path, proof: str) -> list[str]:
    """Adds lines to the ledger; returns the kinds that got one."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    added = []
    for job, told in found.items():
        if job in every_part():
            new, told["old"] = part_digest(job), {older_part(job, before)}
        else:
            stage, _, kind = job.partition(" ")
            new = code_digest(stage, kind or None)
        if told["differ"] or len(told["old"]) != 1 or told["old"] == {new}:
            continue
        rows = [row for row in rows if (row["job"], row["digest"]) != (job, new)]
        rows.append({"job": job, "digest": new, "stands_for": told["old"].pop(), "proof": proof})
        added.append(job)
    with LEDGER.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["job", "digest", "stands_for", "proof"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["job"], row["digest"])))
    return added


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("before", type=Path)
    options.add_argument("after", type=Path)
    options.add_argument("--write", metavar="PROOF", choices=["moved", "added", "measured"])
    given = options.parse_args()
    found = compare(given.before, given.after)
    for job, told in sorted(found.items()):
        print(f"{job}: {told['compared']} products, {len(told['differ'])} differ", *told["differ"][:3])
    if given.write:
        print("written:", ", ".join(write(found, given.before, given.write)) or "nothing")
    sys.exit(any(told["differ"] for told in found.values()))


if __name__ == "__main__":
    main()
