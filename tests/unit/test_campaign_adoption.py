"""Setting products aside: across disks, through links, and whole or not at all."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from glassworks.campaign.adoption import QUARANTINE, set_aside

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
    rename = os.replace

    def replace(source, target):
        if (scratch in Path(source).resolve().parents) != (scratch in Path(target).resolve().parents):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
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
