"""Every kind of job that keeps checkpoints, stopped again and again, ends with the numbers of one that was not."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from toy import write_toy

from glassworks.campaign.jobs.checkpoints import Checkpoint, Stopped
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.evidence import evidence
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.products.contents import table_hash
from glassworks.configurations import read_frames

PAPER = """\
paper: kinds
title: A title
authors: Some authors
reference: A journal
doi: 10.1/2
groups:
  swapped:
    role: plain and tempered Monte Carlo
    model: poly-3d
    protocol:
      kind: swap
      ladder: [2.0, 1.4]
      relaxation_sweeps: {2.0: 20, 1.4: 30}
      before: 3.0
      between: 1.0
      samples_per_chain: 3
      tempering:
        {at_or_below: 1.4, relaxation_sweeps: {1.4: 30}, warmest: 2.0, exchange_sweeps: 10, heat_capacity: 2.4}
    block_samples: {140: 6}
    observables: {modes: {count: 3}, moduli: {}, dipoles: {pairs: 4}, softspots: {starts: 4}}
    evidence: true
  hot:
    role: molecular dynamics
    model: ipl-2d
    protocol: {kind: molecular_dynamics, temperature: 2.0, time: 2.0}
    block_samples: {100: 3}
    evidence: true
  cold:
    role: cooled
    model: ipl-2d
    protocol: {kind: cooling, temperature: 1.0, equilibration_time: 1.0, end_temperature: 0.1}
    block_samples: {100: {1.0: 2}}
  cooled:
    role: stepwise
    model: harmonic-2d
    protocol:
      kind: stepwise
      temperature: 3.0e-3
      equilibration_time: 20
      step: 1.4e-3
      end_temperature: 1.6e-3
      window: 10
      every: 0.5
      snapshots: 4
      apart: 2
      stills: [1.6e-3]
    minimizer: null
    block_samples: {100: {1.4e-4: 2}}
  equilibrium:
    role: relaxation
    model: harmonic-2d
    protocol:
      kind: relaxation
      relaxation_times: {4.0e-3: 2}
      before: 5
      parts: 2
      span: 5
      longest: 3.5
      origins: 2
      views:
        - {particles: all, wave_number: 5.84, cage: 1.5}
    minimizer: null
    block_samples: {100: {4.0e-3: 2}}
figures: {}
claims: []
"""

SCALE = """\
  kinds:
    swapped:
      - {n: 140, temperatures: [1.4], samples: 6}
    hot:
      - {n: 100, samples: 3}
    cold:
      - {n: 100, rates: [1.0], samples: 2}
    cooled:
      - {n: 100, rates: [1.4e-4], temperatures: [1.6e-3], samples: 2}
    equilibrium:
      - {n: 100, temperatures: [4.0e-3], samples: 2}
"""

KINDS = {
    "equilibrate swap", "equilibrate tempered", "equilibrate molecular_dynamics", "equilibrate cooling", "step",
    "relax", "evidence tempered", "evidence molecular_dynamics", "measure",
}  # fmt: skip


def work() -> Iterator[tuple[str, Callable[[], None], Path]]:
    """Every job of the campaign in an order that runs, with its kind and the folder of its products."""
    measured = []
    for stage, made, block, observable in Plan({"papers": "kinds"}, check=False).jobs():
        if stage == "quench":
            yield stage, partial(quench, Job(stage), made, block), Path(made.folder(block))
        elif stage == "measure":
            measured.append((made, observable))
        else:
            how = "tempered" if "tempering" in made.told else made.protocol.kind
            named = stage if made.protocol.goes_on else f"{stage} {how}"
            if stage == "evidence":
                yield named, partial(evidence, Job(stage), made), Path(made.evidence).parent
            else:
                yield named, partial(prepare, Job("prepare"), made, block), Path(made.folder(block))
    yield "measure", partial(measure, Job("measure"), measured, 0), Path(measured[0][0].folder(0))


def values(folder: Path) -> dict[str, str | list[bytes]]:
    """All numbers of a folder's products, without what tells of their making."""
    found = {}
    for path in sorted(folder.glob("*.parquet")):
        found[path.name] = table_hash(pq.read_table(path).replace_schema_metadata(None))
    for path in folder.glob("*.h5"):
        frames, samples, arrays = read_frames(path)
        found[path.name] = [
            samples.tobytes(),
            *(part.tobytes() for frame in frames for part in (frame.positions, frame.diameters)),
            *(array.tobytes() for array in arrays.values()),
        ]
    return found


def stopping(every: int, plain: Callable) -> tuple[Callable, list]:
    """An `offer` that asks the job to stop each time that it could have kept its state so many times."""
    offers = []

    def offer(self, state):
        offers.append(self)
        if len(offers) % every == 0:
            self.stop()
        plain(self, state)

    return offer, offers


@pytest.fixture(scope="module")
def stopped(tmp_path_factory) -> dict[str, list[int]]:
    """Runs all jobs, each once undisturbed and once stopped some four times, and compares what they made; returns how
    often each kind was stopped."""
    folder = tmp_path_factory.mktemp("kinds")
    write_toy(folder)
    (folder / "config/papers/kinds.yaml").write_text(PAPER)
    with (folder / "config/scales/desk.yaml").open("a") as scale:
        scale.write(SCALE)
    stops, plain = {}, Checkpoint.offer
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "1e9")
        for kind, run, made in work():
            there = set(made.glob("*"))
            offer, offers = stopping(10**9, plain)
            patch.setattr(Checkpoint, "offer", offer)
            run()
            whole = values(made)
            for path in set(made.glob("*.*")) - there:
                path.unlink()
            offer, _ = stopping(-(-len(offers) // 4) or 1, plain)
            patch.setattr(Checkpoint, "offer", offer)
            stops.setdefault(kind, []).append(repeated(run))
            assert values(made) == whole, kind
    return stops


def repeated(run: Callable[[], None]) -> int:
    """Runs a job until it is through; returns how often it was stopped."""
    for attempt in range(20):
        try:
            run()
        except Stopped:
            continue
        return attempt
    raise AssertionError("it does not get on")


def test_every_kind_of_job_was_stopped_and_went_on(stopped):
    assert set(stopped) == KINDS | {"quench"}
    assert all(min(times) > 0 for kind, times in stopped.items() if kind != "quench"), stopped
