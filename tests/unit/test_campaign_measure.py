"""Observables of a block are measured by one job, yet each has a file, random numbers and a staleness of its own."""

import dataclasses
import os
import shutil
import signal
from pathlib import Path

import h5py
import pyarrow.parquet as pq
import pytest
from project import ROOT, TOY, add_scale

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.checkpoints import Stopped
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.measuring import Table
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.products.tables import read_provenance, read_table, write_table

OBSERVABLES = {"dipoles": {"pairs": 20}, "modes": {"count": 5}, "moduli": {}}


@pytest.fixture(scope="module")
def quenched(tmp_path_factory) -> tuple[Path, Ensemble]:
    """A folder with a block of two glasses, and their ensemble with three observables."""
    folder = tmp_path_factory.mktemp("quenched")
    shutil.copytree(ROOT / "config", folder / "config")
    add_scale(folder, TOY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        campaign = load_campaign({"scale": "toy"})
        [ensemble] = paper_ensembles(campaign, campaign.papers["pinching"])
        prepare(Job("prepare", scale="toy"), ensemble.liquid, 0)
        quench(Job("quench", scale="toy"), ensemble, 0)
    return folder, dataclasses.replace(ensemble, observables=OBSERVABLES)


@pytest.fixture
def ensemble(quenched, tmp_path, monkeypatch) -> Ensemble:
    """The ensemble, in a folder of the test's own."""
    shutil.copytree(quenched[0], tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return quenched[1]


def path(ensemble: Ensemble, observable: str) -> Path:
    return Path(f"{ensemble.folder(0)}/{ensemble.measured(observable)}.parquet")


def run(ensemble: Ensemble, *observables: str) -> set[str]:
    """Measures what is due of some observables, and returns those that were written."""
    before = {name: written(ensemble, name) for name in OBSERVABLES}
    measure(Job("measure", scale="toy"), [(ensemble, name) for name in observables], 0)
    return {name for name in OBSERVABLES if written(ensemble, name) != before[name]}


def written(ensemble: Ensemble, observable: str) -> int:
    found = path(ensemble, observable)
    return found.stat().st_mtime_ns if found.exists() else 0


def test_together_as_one_by_one(ensemble):
    """The same tables to the bit, and each carries its own specification and seconds."""
    for name in OBSERVABLES:
        assert run(ensemble, name) == {name}
    alone = {name: read_table(path(ensemble, name)) for name in OBSERVABLES}
    records = {name: read_provenance(path(ensemble, name)) for name in OBSERVABLES}
    for name in OBSERVABLES:
        path(ensemble, name).unlink()
    assert run(ensemble, *OBSERVABLES) == set(OBSERVABLES)
    for name in OBSERVABLES:
        assert read_table(path(ensemble, name)).equals(alone[name])
        record = read_provenance(path(ensemble, name))
        for key in ("specification", "stage_digest", "glasses", "stage"):
            assert record[key] == records[name][key]
        assert 0 < record["wall_time"] < 60


@pytest.mark.parametrize("period", ["0", "1e9"])
def test_a_stopped_job_goes_on_with_the_next_glass(ensemble, monkeypatch, period):
    """It keeps what it has found when it is told to stop (or now and then), and measures no glass twice."""
    run(ensemble, *OBSERVABLES)
    whole = {name: read_table(path(ensemble, name)) for name in OBSERVABLES}
    for name in OBSERVABLES:
        path(ensemble, name).unlink()
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", period)
    plain, glasses = Table.add, []

    def add(self, sample, *given):
        if glasses.count(sample) == len(OBSERVABLES) - 1:
            os.kill(os.getpid(), signal.SIGTERM)
        glasses.append(sample)
        return plain(self, sample, *given)

    monkeypatch.setattr(Table, "add", add)
    with pytest.raises(Stopped):
        run(ensemble, *OBSERVABLES)
    assert glasses == [0] * len(OBSERVABLES)
    with pytest.raises(Stopped):  # after the last glass, before anything is written
        run(ensemble, *OBSERVABLES)
    assert run(ensemble, *OBSERVABLES) == set(OBSERVABLES)
    assert sorted(glasses) == sorted([0, 1] * len(OBSERVABLES))
    for name, table in whole.items():
        assert read_table(path(ensemble, name)).equals(table)


def test_what_is_there_is_left_alone(ensemble):
    run(ensemble, *OBSERVABLES)
    assert run(ensemble, *OBSERVABLES) == set()
    path(ensemble, "modes").unlink()
    assert run(ensemble, *OBSERVABLES) == {"modes"}


def flip(found: Path) -> None:
    """Flips a bit among the numbers: in the second column of a table, or in the positions."""
    if found.suffix == ".h5":
        with h5py.File(found) as file:
            chunk = file["particles/all/position/value"].id.get_chunk_info(0)
        place = chunk.byte_offset + chunk.size // 2
    else:
        column = pq.ParquetFile(found).metadata.row_group(0).column(2)
        place = column.data_page_offset + column.total_compressed_size // 2
    content = bytearray(found.read_bytes())
    content[place] ^= 1
    found.write_bytes(content)


def shorten(found: Path) -> None:
    found.write_bytes(found.read_bytes()[:-10])


def empty(found: Path) -> None:
    found.write_bytes(b"")


def older(found: Path) -> None:
    write_table(found, read_table(found), {**read_provenance(found), "stage_digest": "1-000000000000"})


@pytest.mark.parametrize("harm", [flip, shorten, empty, older])
def test_only_what_is_damaged_or_stale_is_made_again(ensemble, harm):
    run(ensemble, *OBSERVABLES)
    before = read_table(path(ensemble, "dipoles"))
    harm(path(ensemble, "dipoles"))
    assert run(ensemble, *OBSERVABLES) == {"dipoles"}
    assert read_table(path(ensemble, "dipoles")).equals(before)


def test_other_glasses_make_all_stale(ensemble):
    run(ensemble, *OBSERVABLES)
    quench(Job("quench", scale="toy"), ensemble, 0)
    assert run(ensemble, *OBSERVABLES) == set(OBSERVABLES)


def test_damaged_glasses_are_refused(ensemble):
    flip(Path(f"{ensemble.folder(0)}/glass.h5"))
    with pytest.raises((ConfigurationError, OSError)):
        run(ensemble, *OBSERVABLES)
