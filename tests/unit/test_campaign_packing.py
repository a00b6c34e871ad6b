"""A pack takes the place of the one before whole, or that one stays."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from glassworks.campaign import packing
from glassworks.campaign.declared.errors import ConfigurationError


@pytest.fixture
def packs(tmp_path) -> tuple[Path, Path]:
    """A pack, and the one after it, each a file."""
    made = tmp_path / ".taken.part", tmp_path / "taken"
    for folder, text in zip(made, ("new", "old"), strict=True):
        folder.mkdir()
        (folder / "products.parquet").write_text(text)
    return made


def here(folder: Path) -> dict[str, str]:
    return {path.name: (path / "products.parquet").read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rename_that_fails_leaves_the_pack_before(packs, tmp_path, monkeypatch, failing):
    rename, calls = os.replace, []

    def replace(source, target):
        calls.append(source)
        if len(calls) == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match="Input/output error"):
        packing._swap(*packs)
    assert here(tmp_path) == {".taken.part": "new", "taken": "old"}
    packing._swap(*packs)
    assert here(tmp_path) == {"taken": "new"}


def test_a_pack_that_cannot_be_written_leaves_the_one_before_alone(packs, tmp_path, monkeypatch):
    """A liquid is lost before it is copied; what lay there of a pack that was killed goes, too."""
    monkeypatch.setattr(packing, "look", lambda *_: packing.Found({}, ["results/lost.h5"]))
    with pytest.raises(FileNotFoundError):
        packing.pack(SimpleNamespace(), (), packs[1])
    assert here(tmp_path) == {"taken": "old"}


def test_a_pack_whose_follower_was_killed_on_its_way_is_found(packs, tmp_path):
    """Between the two renames nothing stands in its place."""
    os.replace(packs[1], tmp_path / ".taken.before")
    with pytest.raises(ConfigurationError, match=r"taken/products.parquet: is damaged"):  # and not: holds no pack
        packing.unpack(SimpleNamespace(jobs=list), packs[1])
    assert here(tmp_path) == {".taken.part": "new", "taken": "old"}
