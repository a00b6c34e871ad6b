"""Judging products that the workflow has no record of, and setting them aside: across disks, through links, and whole
or not at all.
"""

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from project import keep_apart
from toy import write_toy

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import write_configurations
from glassworks.campaign.planned.dag import Plan, job_code
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.contents import INPUTS, carried_hash
from glassworks.campaign.products.tables import write_table
from glassworks.campaign.running import adoption
from glassworks.campaign.running.adoption import QUARANTINE, adopt, foresee, set_aside
from glassworks.configurations import Box, Configuration

PRODUCT = Path("results/liquids/a/00000/liquid.h5")
ASIDE = QUARANTINE / "liquids/a/00000/liquid.h5"


@pytest.fixture
def disks(tmp_path, monkeypatch):
    """A folder whose liquids are a link to another disk, on which a rename does not reach."""
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    (here / "results").mkdir(parents=True)
    (scratch / "a/00000").mkdir(parents=True)
    (here / "results/liquids").symlink_to(scratch)
    monkeypatch.chdir(here)
    PRODUCT.write_text("a liquid")
    os.utime(PRODUCT, (1e9, 1e9))
    keep_apart(monkeypatch, scratch)
    return scratch


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_product_on_another_disk(disks):
    assert set_aside(PRODUCT) == ASIDE
    assert ASIDE.read_text() == "a liquid" and ASIDE.stat().st_mtime == 1e9
    assert not PRODUCT.exists() and left(QUARANTINE) == ["liquids/a/00000/liquid.h5"]
    assert Path("results/liquids").is_symlink() and (disks / "a/00000").is_dir()


def test_a_copy_that_fails_midway_leaves_the_product(disks, monkeypatch):
    def half(source, target):
        Path(target).write_text("a li")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copy2", half)
    with pytest.raises(OSError, match="No space left"):
        set_aside(PRODUCT)
    assert PRODUCT.read_text() == "a liquid" and left(QUARANTINE) == []


def test_another_fault_of_the_disk_is_told(disks, monkeypatch):
    def broken(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="Input/output error"):
        set_aside(PRODUCT)
    assert PRODUCT.read_text() == "a liquid" and left(QUARANTINE) == []


def test_a_product_that_is_a_link(disks, tmp_path):
    """What it points to stays where it is, and is found from the quarantine."""
    kept = tmp_path / "kept.h5"
    kept.write_text(PRODUCT.read_text())
    PRODUCT.unlink()
    PRODUCT.symlink_to(os.path.relpath(kept, PRODUCT.parent.resolve()))
    assert set_aside(PRODUCT) == ASIDE
    assert ASIDE.is_symlink() and ASIDE.read_text() == kept.read_text() == "a liquid"
    assert not os.path.lexists(PRODUCT)


def test_on_one_disk_it_is_a_rename(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    PRODUCT.parent.mkdir(parents=True)
    PRODUCT.write_text("a liquid")
    number = PRODUCT.stat().st_ino
    assert set_aside(str(PRODUCT)).stat().st_ino == number


# ---- what is kept


class Found:
    """A liquid and a glass that the workflow has no record of, where a plan wants them."""

    def __init__(self):
        self.plan = Plan({}, check=False)
        self.ensemble = next(
            each for each in self.plan.ensembles.values() if each.liquid.protocol.kind == "molecular_dynamics"
        )
        self.liquid = self.put("equilibrate", self.ensemble.liquid)
        self.glass = self.put("quench", self.ensemble, {str(self.liquid): carried_hash(self.liquid)})

    def put(self, stage: str, made, inputs: dict | None = None, **more) -> Path:
        """Writes what a job makes; returns the configurations among it."""
        record = {
            "specification_hash": self.plan.expected(stage, made, 0, ""),
            "stage_digest": job_code(stage, made, ""),
        }
        record |= ({INPUTS: inputs} if inputs else {}) | more
        frames, *tables = map(Path, job_products(stage, made, 0, ""))
        frame = Configuration(np.random.default_rng(0).random((4, 3)), np.ones(4), Box(9.0, 3))
        write_configurations(frames, [frame], [0], record)
        for table in tables:
            write_table(table, {"sample": np.array([0])}, record)
        return frames

    def date(self, seconds: float, *paths: Path) -> None:
        for path in paths:
            for each in path.parent.glob("*.[hp]*"):
                os.utime(each, (seconds, seconds))


@pytest.fixture
def found(tmp_path, monkeypatch):
    write_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(adoption, "PAUSE", 0.0)
    return Found()


def test_a_glass_whose_liquid_was_dated_anew_is_kept(found):
    """The workflow dates what its driver sees: a glass may be older than the liquid that it was made of."""
    found.date(1e9, found.glass)
    found.date(1e9 + 100, found.liquid)
    foresee(found.plan)
    assert found.glass.stat().st_mtime == 1e9
    kept, aside = adopt(found.plan)
    assert str(found.glass) in kept and not aside
    assert {path.stat().st_mtime for path in found.glass.parent.glob("glass*.*")} == {1e9 + 100}


def test_a_benchmark_of_an_earlier_run_makes_nothing_again(found):
    """The driver that died wrote none, and Snakemake counts it as a product of the job."""
    benchmark = Path(f"results/.benchmarks/quench/{found.ensemble.id}/00000.tsv")
    benchmark.parent.mkdir(parents=True)
    benchmark.touch()
    os.utime(benchmark, (1e9 - 100, 1e9 - 100))
    found.date(1e9, found.liquid)
    found.date(1e9 + 100, found.glass)
    adopt(found.plan)
    assert benchmark.stat().st_mtime == found.glass.stat().st_mtime == 1e9 + 100


def test_a_glass_of_another_liquid_is_set_aside(found):
    """However old it is: the liquid was made again, by another version of its code."""
    found.put("equilibrate", found.ensemble.liquid, wall_time=2.0)
    found.date(1e9, found.liquid)
    found.date(1e9 + 100, found.glass)
    kept, aside = adopt(found.plan)
    assert str(found.liquid) in kept
    assert sorted(aside) == sorted(job_products("quench", found.ensemble, 0, "")) and not found.glass.exists()


def test_a_glass_that_does_not_say_what_it_was_made_of_keeps_its_date(found):
    """Then the workflow goes by the dates."""
    found.put("quench", found.ensemble)
    found.date(1e9, found.glass)
    found.date(1e9 + 100, found.liquid)
    kept, aside = adopt(found.plan)
    assert str(found.glass) in kept and not aside
    assert found.glass.stat().st_mtime == 1e9


@pytest.mark.parametrize("fault", [errno.ESTALE, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("times", [1, 99])
def test_a_file_system_that_does_not_let_us_read(found, monkeypatch, fault, times):
    """What passes is waited for; what does not is told. The product may be whole, and stays."""
    plain, left = adoption.read_record, [times]

    def read(path):
        if path == found.glass and left[0]:
            left[0] -= 1
            raise OSError(fault, os.strerror(fault))
        return plain(path)

    monkeypatch.setattr(adoption, "read_record", read)
    if times == 1:
        kept, aside = adopt(found.plan)
        assert str(found.glass) in kept and not aside
    else:
        with pytest.raises(ConfigurationError, match=rf"glass.h5: cannot be read \({os.strerror(fault)}\)"):
            adopt(found.plan)
    assert found.glass.exists() and not QUARANTINE.exists()


def test_a_damaged_product_is_set_aside(found):
    found.glass.write_bytes(found.glass.read_bytes()[:100])
    kept, aside = adopt(found.plan)
    assert str(found.liquid) in kept and str(found.glass) in aside


def test_what_is_not_kept_is_set_aside_across_disks(found, tmp_path, monkeypatch):
    """Where the glasses are on another disk than the quarantine."""
    shutil.move("results/ensembles", tmp_path / "scratch")
    Path("results/ensembles").symlink_to(tmp_path / "scratch")
    keep_apart(monkeypatch, tmp_path / "scratch")
    damaged = found.glass.read_bytes()[:100]
    found.glass.write_bytes(damaged)
    kept, aside = adopt(found.plan)
    assert str(found.liquid) in kept and str(found.glass) in aside and not found.glass.exists()
    assert (QUARANTINE / found.glass.relative_to("results")).read_bytes() == damaged
    assert Path("results/ensembles").is_symlink()
