"""What the simulation jobs share."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from glassworks import hdf5
from glassworks.campaign.declared.campaign import Campaign, stated
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.ensembles import Ensemble, Liquid
from glassworks.campaign.planned.finding import find
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.planned.stages import stage_digest
from glassworks.campaign.products.contents import INPUTS, KEY, PROVENANCE, compare, frames_hash, seal_frames, sound
from glassworks.campaign.products.files import provenance
from glassworks.campaign.products.sums import product
from glassworks.campaign.products.tables import read_columns
from glassworks.configurations import Configuration, read_frames, write_frames
from glassworks.lanes import processor_lanes
from glassworks.models import Model

OK = "ok"

TABLES = {"liquid": "liquids", "glass": "glasses"}
"""The table beside each file of configurations."""
READ: dict[str, str] = {}
"""The content hash of each file of configurations that this process has read for its job."""


class Job:
    """One job's campaign, model (of a simulation), specification and clock.

    `expected` is the specification's digest that the workflow planned with; a job whose configuration has changed since
    then refuses to run, because its product would be recorded under the wrong specification.
    """

    def __init__(
        self,
        stage: str,
        seed: int | None = None,
        kind: str | None = None,
        scale: str | None = None,
        tables: str | None = None,
    ):
        self.campaign: Campaign = load_campaign(stated(seed=seed, scale=scale, tables=tables), every=True)
        self.stage, self.kind = stage, kind
        self.model: Model | None = None
        self.started = time.monotonic()
        READ.clear()

    @property
    def seed(self) -> int:
        return self.campaign.seed

    def liquid(self, name: str) -> Liquid:
        """The liquid of a name; raises ConfigurationError where there is none."""
        made = find(self.campaign, name)
        if isinstance(made, Liquid):
            return made
        raise ConfigurationError(f"{name}: is an ensemble; allowed: a liquid")

    def ensemble(self, name: str) -> Ensemble:
        """The ensemble of a name that is quenched; raises ConfigurationError where there is none."""
        made = find(self.campaign, name)
        if isinstance(made, Ensemble) and made.minimizer:
            return made
        raise ConfigurationError(f"{name}: is made of liquids that are not quenched; allowed: an ensemble of glasses")

    def check(self, specification: object, expected: str | None) -> None:
        """Raises ConfigurationError where the specification is not what the workflow planned with."""
        found = digest(specification)[:12]
        if expected and expected != found:
            raise ConfigurationError(
                f"the configuration changed while the workflow ran: planned {expected}, found {found}; start again"
            )

    def key(self, specification: object) -> str:
        """What a checkpoint of this job belongs to: its specification and the code that it runs."""
        return f"{digest(specification)} {self.code()}"

    def part(self, stage: str, kind: str | None) -> Job:
        """Part of this job, which makes products of another stage and has a clock of its own."""
        found = copy.copy(self)
        found.stage, found.kind, found.started = stage, kind, time.monotonic()
        return found

    def code(self, kind: str | None = None) -> str:
        """The digest of the code that this job runs, or of what makes one kind of its products."""
        return stage_digest(self.stage, kind or self.kind, self.model)

    def provenance(self, specification: object, kind: str | None = None, seconds: float | None = None, **more) -> dict:
        """Provenance of this job's product; see `glassworks.campaign.products.files.provenance`.

        It says which files of configurations the product was made of, by their content hashes. Where a job makes
        products of several kinds, `kind` is the product's and `seconds` what it took alone.
        """
        inputs = {INPUTS: dict(READ)} if READ else {}
        return provenance(
            stage=self.stage,
            stage_digest=self.code(kind),
            specification=specification,
            specification_hash=digest(specification),
            seed=self.seed,
            started=self.started if seconds is None else time.monotonic() - seconds,
            **inputs,
            **more,
        )


def registers(liquid: Liquid) -> dict[str, int]:
    """What the provenance of molecular dynamics says besides: how many numbers a register holds (0: the plain list was
    used). The bits of a trajectory depend on it. Nothing for Monte Carlo, whose bits do not."""
    return {"lanes": processor_lanes()} if liquid.protocol.dynamics else {}


def write_configurations(
    path: str | Path,
    configurations: Sequence[Configuration],
    samples: Sequence[int],
    record: dict,
    arrays: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Writes configurations, and what else belongs to each, atomically as HDF5, with their provenance and content hash
    as root attributes.
    """
    with product(path) as temporary:
        write_frames(temporary, configurations, samples, arrays, {PROVENANCE: json.dumps(record, sort_keys=True)})
        seal_frames(temporary)


class Frames(NamedTuple):
    """What a job reads of a file of configurations: these, the index of each one's sample, what else is known of each,
    and the hash of all."""

    configurations: list[Configuration]
    samples: list[int]
    arrays: dict[str, np.ndarray]
    content: str


def read_block(folder: str, kind: str, *names: str) -> tuple[Frames, dict[int, str]]:
    """The liquids or glasses of a block that a job consumes, and the status of each by sample.

    Args:
        kind: "liquid" or "glass".
        names: arrays that must be known of each.

    Raises:
        FileNotFoundError, ConfigurationError: as :func:`read_configurations`, of one of the two files.
    """
    frames = read_configurations(f"{folder}/{kind}.h5", *names)
    path = exists(f"{folder}/{TABLES[kind]}.parquet")
    status = dict(zip(*read_columns(path, "sample", "status"), strict=True))
    with sound(path):
        if set(status) != set(frames.samples):
            raise ValueError(f"it does not hold the samples of {kind}.h5")
    return frames, status


def read_configurations(path: str | Path, *names: str) -> Frames:
    """A file of configurations that a job consumes, compared with its hash and read while it is open.

    Args:
        names: arrays that must be known of each.

    Raises:
        FileNotFoundError: it is not there.
        ConfigurationError: it is damaged: it cannot be read, or holds something else than was written.
    """
    path = exists(path)
    with sound(path), hdf5.opened(path) as file:
        content = frames_hash(file)
        compare(str(file.attrs.get(KEY, "")), content)
        READ[str(path)] = content
        configurations, samples, arrays = read_frames(path, file)
        if lacking := set(names) - set(arrays):
            raise ValueError(f"it lacks {', '.join(sorted(lacking))}")
        return Frames(configurations, samples.tolist(), arrays, content)


def exists(path: str | Path) -> Path:
    """A path that must be there; raises FileNotFoundError that says which stage makes it."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: this input is not there; run the stage that makes it first")
    return path
