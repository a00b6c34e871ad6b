"""What the simulation jobs share."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from glassworks.campaign.config import Campaign, Swap, load_campaign, stated
from glassworks.campaign.contents import PROVENANCE, seal_frames
from glassworks.campaign.ensembles import Liquid
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.files import atomic, provenance
from glassworks.campaign.seeds import digest
from glassworks.campaign.stages import stage_digest
from glassworks.configurations import Configuration, write_frames
from glassworks.lanes import processor_lanes

OK = "ok"


class Job:
    """One job's campaign, specification and clock.

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
        self.started = time.monotonic()

    @property
    def seed(self) -> int:
        return self.campaign.seed

    def check(self, specification: object, expected: str | None) -> None:
        """Raises ConfigurationError where the specification is not what the workflow planned with."""
        found = digest(specification)[:12]
        if expected and expected != found:
            raise ConfigurationError(
                f"the configuration changed while the workflow ran: planned {expected}, found {found}; start again"
            )

    def key(self, specification: object) -> str:
        """What a checkpoint of this job belongs to: its specification and the code that it runs."""
        return f"{digest(specification)} {stage_digest(self.stage, self.kind)}"

    def provenance(self, specification: object, kind: str | None = None, seconds: float | None = None, **more) -> dict:
        """Provenance of this job's product; see `glassworks.campaign.files.provenance`.

        Where a job makes products of several kinds, `kind` is the product's and `seconds` what it took alone.
        """
        return provenance(
            stage=self.stage,
            stage_digest=stage_digest(self.stage, kind or self.kind),
            specification=specification,
            specification_hash=digest(specification),
            seed=self.seed,
            started=self.started if seconds is None else time.monotonic() - seconds,
            **more,
        )


def registers(liquid: Liquid) -> dict[str, int]:
    """What the provenance of molecular dynamics says besides: how many numbers a register holds (0: the plain list was
    used). The bits of a trajectory depend on it. Nothing for Monte Carlo, whose bits do not."""
    return {} if isinstance(liquid.protocol, Swap) else {"lanes": processor_lanes()}


def write_configurations(
    path: str | Path,
    configurations: Sequence[Configuration],
    samples: Sequence[int],
    record: dict,
    observables: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Writes configurations, and what else belongs to each, atomically as HDF5, with their provenance and content hash
    as root attributes.
    """
    with atomic(path) as temporary:
        write_frames(temporary, configurations, samples, observables, {PROVENANCE: json.dumps(record, sort_keys=True)})
        seal_frames(temporary)


def exists(path: str | Path) -> Path:
    """A path that must be there; raises FileNotFoundError that says which stage makes it."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: this input is not there; run the stage that makes it first")
    return path
