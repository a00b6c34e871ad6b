"""What our files hold in other formats: configurations and fields, tables, and sets for learning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from glassworks import hdf5
from glassworks.campaign.products.contents import INPUTS, PROVENANCE
from glassworks.campaign.products.tables import read_table
from glassworks.campaign.samples import Refused, kept
from glassworks.configurations import Configuration
from glassworks.configurations.h5md import OF_PARTICLES
from glassworks.exchange.columns import spread
from glassworks.exchange.writing import write

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
"""Of the chains of a set, what each part gets."""


def export(
    source: Path,
    target: Path,
    sample: int | None = None,
    only: Iterable[str] = (),
    start: Path | None = None,
    form: str | None = None,
    frames: bool = False,
) -> int:
    """One of our files in another format; how many frames were written.

    Args:
        sample: the number of one of them; by default all.
        only: names of fields, or their beginnings; by default all.
        start: a file of the same samples before (liquids of glasses): displacements from there are a field too.
        frames: one frame for each vector field.

    Raises:
        Refused, ValueError: what cannot be written.
    """
    found = kept(source)
    chosen = [k for k, number in enumerate(found.samples) if sample in (None, number)]
    if not chosen:
        raise Refused(f"{source}: there is no sample {sample}; allowed: {_span(found.samples)}")
    told = [_chosen(found.fields[k], tuple(only), source) for k in chosen]
    if start is not None:
        before = kept(start)
        where = dict(zip(before.samples, before.configurations, strict=True))
        for fields, k in zip(told, chosen, strict=True):
            if found.samples[k] not in where:
                raise Refused(f"{start}: there is no sample {found.samples[k]}")
            fields["displacement"] = moved(where[found.samples[k]], found.configurations[k])
    columns = [
        spread(fields, *found.configurations[k].positions.shape, found.held[k])
        for fields, k in zip(told, chosen, strict=True)
    ]
    several = [found.configurations[k] for k in chosen]
    masses = [found.masses(k) for k in chosen]
    write(target, several, columns, masses=masses, units=found.units, form=form, frames=frames)
    return sum(map(len, columns)) if frames else len(several)


def moved(before: Configuration, after: Configuration) -> np.ndarray:
    """Displacements (N, d) through the periodic box, without that of the center.

    Raises:
        Refused: other particles.
    """
    if before.positions.shape != after.positions.shape:
        raise Refused(f"{len(before)} particles before, but {len(after)} after")
    found = after.box.shortest(after.positions - before.positions)
    return found - found.mean(axis=0)


def _chosen(fields: dict[str, np.ndarray], only: tuple[str, ...], source: Path) -> dict[str, np.ndarray]:
    found = {name: each for name, each in fields.items() if not only or name.startswith(only)}
    if only and not found:
        raise Refused(f"{source}: no field {', '.join(only)}; allowed: {', '.join(fields) or 'none is there'}")
    return found if only else {name: each for name, each in found.items() if name not in OF_PARTICLES}


def _span(numbers: list[int]) -> str:
    return f"{min(numbers)} to {max(numbers)}" if numbers else "none"


def export_table(source: Path, target: Path) -> int:
    """A table as CSV, and `<target>.columns.csv`, the unit and definition of each column; the number of rows."""
    import pyarrow.parquet as parquet

    table = read_table(source)
    schema = parquet.read_schema(source)
    told = [
        {"column": each.name}
        | {key: (each.metadata or {}).get(key.encode(), b"").decode() for key in ("unit", "definition")}
        for each in schema
    ]
    table.to_csv(target, index=False)
    pd.DataFrame(told).to_csv(target.with_name(f"{target.name}.columns.csv"), index=False)
    return len(table)


# ---- sets for learning


def export_set(ensemble: Path, target: Path, observable: str | None, seed: int) -> dict[str, int]:
    """All glasses of an ensemble in three files of extended XYZ, train, validation and test; how many are in each.

    Glasses of one chain are alike, so whole chains are drawn, the same ones whenever the seed is the same and more
    glasses or not: a chain's part follows from its number alone. `split.csv` says where each sample went.

    Args:
        observable: whose kept arrays are the particles' fields, as `modes`.

    Raises:
        Refused: no glasses, or none of that observable's arrays.
    """
    blocks = sorted(path for path in ensemble.glob("*/glass.h5"))
    if not blocks:
        raise Refused(f"{ensemble}: holds no glasses; allowed: a folder of results/ensembles")
    parts: dict[str, list[Member]] = {name: [] for name in SHARES}
    rows = []
    for member in (each for path in blocks for each in _set_of(path, observable)):
        part = part_of(member.chain, seed)
        parts[part].append(member)
        rows.append({"sample": member.sample, "chain": member.chain, "part": part})
    target.mkdir(parents=True, exist_ok=True)
    for name, members in parts.items():
        if members:
            several, columns, masses = zip(*((each.here, each.fields, each.masses) for each in members), strict=True)
            write(target / f"{name}.xyz", several, columns, masses=masses)
    pd.DataFrame(rows).to_csv(target / "split.csv", index=False)
    return {name: len(members) for name, members in parts.items()}


class Member(NamedTuple):
    """A glass of a set, its fields on all particles, and their masses (None where every mass is one)."""

    here: Configuration
    fields: dict[str, np.ndarray]
    masses: np.ndarray | None
    sample: int
    chain: int


def _set_of(path: Path, observable: str | None) -> Iterator[Member]:
    """The sound glasses of a block."""
    source = path
    if observable:
        arrays = sorted(path.parent.glob(f"{observable}-*.h5"))
        if not arrays:
            raise Refused(f"{path.parent}: {observable} kept no arrays; allowed: observables with keep: true")
        source = arrays[0]
    found, status = kept(source), read_table(path.parent / "glasses.parquet").set_index("sample")["status"]
    chains = chains_of(path)
    for k, sample in enumerate(found.samples):
        if status[sample] == "ok":
            here = found.configurations[k]
            fields = spread(found.fields[k] if observable else {}, *here.positions.shape, found.held[k])
            yield Member(here, fields, found.masses(k), int(sample), chains[sample])


def chains_of(glasses: Path) -> dict[int, int]:
    """The chain of each sample of a block, as its liquids' table tells, which the glasses' provenance names."""
    record = json.loads(hdf5.read_text(glasses, PROVENANCE))
    table = next(Path(name).parent / "liquids.parquet" for name in record[INPUTS] if name.endswith("liquid.h5"))
    root = glasses.resolve().parents[4]
    rows = read_table(root / table)
    return dict(zip(rows["sample"].astype(int), rows["chain"].astype(int), strict=True))


def part_of(chain: int, seed: int) -> str:
    """The part that a chain belongs to, by its number and the seed alone."""
    place = np.random.default_rng([seed, chain]).random()
    for name, share in SHARES.items():
        if place < share:
            return name
        place -= share
    return name
