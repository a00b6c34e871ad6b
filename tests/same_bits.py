"""Whether two versions of the library make the same bits, by what each made of the same campaign.

    python tests/same_bits.py BEFORE AFTER [--write PROOF]

Both are folders in which the same scale has run from nothing (`uv run snakemake --config scale=smoke`), each by its own
version, on the same machine. Every product that both have is compared: values, names and types of tables and
configurations, pictures but for the mark of their origin. With --write, each kind of job whose products are all the
same, though its code is not, gets a line in the ledger of this version: the digest of the new code stands for that of
the old, and no product of the old becomes stale. PROOF says in a word what kind of edit it was: moved, added, measured.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

import h5py
import numpy as np
import pyarrow.parquet as pq

from glassworks.campaign.contents import read_record
from glassworks.campaign.marks import read_mark, unmarked
from glassworks.campaign.stages import LEDGER, code_digest, kinds

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
    if record["stage"] in ("measure", "observe"):
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
    for path in sorted((before / "results").rglob("*")):
        name = path.relative_to(before)
        if (
            path.suffix not in SUFFIXES
            or any(part.startswith(".") for part in name.parts)
            or not (after / name).is_file()
        ):
            continue
        job, old = origin(path)
        told = found.setdefault(job, {"compared": 0, "differ": [], "old": set()})
        told["compared"] += 1
        told["old"].add(old)
        if values(path) != values(after / name):
            told["differ"].append(str(name))
    return found


def write(found: dict[str, dict], proof: str) -> list[str]:
    """Adds lines to the ledger; returns the kinds that got one."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    added = []
    for job, told in found.items():
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
        print("written:", ", ".join(write(found, given.write)) or "nothing")
    sys.exit(any(told["differ"] for told in found.values()))


if __name__ == "__main__":
    main()
