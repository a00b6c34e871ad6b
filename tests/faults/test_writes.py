"""Each file call that makes a product fails once, or the power goes at it: the product is whole or absent, or the whole
old one, and the same command makes it.
"""

import errno
import json
import pickle
import re
import shutil
import signal
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from glassworks.campaign.products.contents import read_hash, table_hash
from glassworks.campaign.products.marks import read_mark
from glassworks.campaign.products.sums import LIST
from glassworks.configurations import read_frames

pytestmark = pytest.mark.faults

PLAYED = "the shim fails the call, half of a write done"
ERRORS = {errno.EIO: "Input/output error", errno.ENOSPC: "No space left on device"}

HEARTBEAT, COMPILED = ".running/*.json", ".warm/*.json"
KINDS = {
    "liquid.h5": "equilibrate",
    "liquids.parquet": "equilibrate",
    "glass.h5": "quench",
    "glasses.parquet": "quench",
    "moduli-*.parquet": "measure",
    "downhill-*.parquet": "observe",
    "frames.parquet": "step",
    "relaxation.parquet": "relax",
    "equilibrium.parquet": "evidence",
    "tables/pinching/glasses.parquet": "gather",
    "summary.parquet": "analyse",
    "fig2.pdf": "draw",
    "fig2.png": "draw",
    "tables/pinching/claims.parquet": "judge",
    "report/pinching.html": "page",
    "report.html": "report",
    "unreproduced.html": "report",
    "smoke/claims.parquet": "report",
    "calibration.parquet": "calibrate",
    "archive/pinching/glasses.parquet": "archive",
    "from-archive/tables/pinching/glasses.parquet": "restore",
    "taken/products.parquet": "pack",
    "states/results/*/*/*/*.h5": "pack",
    "SHA256SUMS": "quench",
    ".checkpoints/*.pickle": "measure",
    COMPILED: "quench",
    HEARTBEAT: "quench",
}
"""What is made, and the stage or command that makes it."""
LEAVES = ("observe", "measure", "analyse", "draw", "judge", "page", "restore")
"""Stages whose job leaves alone what is there."""
PACK = "taken"


def own(name: str, made: list[Path]) -> str:
    """A pattern of the file of a product, its temporary file and its folder; of a pack also of the whole, wherever it
    lies."""
    if name.startswith("."):
        return f"/results/[.]{name.split('/')[0][1:]}(/.*)?$"
    path = next(path for path in [*made, made[0].with_name(LIST)] if path.match(name))
    folder, stem = (re.escape(str(part)).replace(r"\-", "-") for part in (path.parent, path.stem))
    if PACK in path.parts:
        folder = folder.replace(f"/{PACK}", f"/[.]?{PACK}([.][a-z]+)?(", 1) + ")?"
    return f"^{folder}(/[.]?{stem}([.][^/]*)?)?$"


def remove(made: list[Path]) -> None:
    """Takes away what a command made; of a pack its folders too."""
    for path in made:
        path.unlink(missing_ok=True)
    for folder in {parent for path in made for parent in path.parents if parent.name == PACK}:
        shutil.rmtree(folder, ignore_errors=True)


def content(path: Path) -> object:
    """What a whole product holds that two runs have in common; fails where it is not whole."""
    suffix = path.suffix
    if suffix in (".parquet", ".h5"):
        kept, found = read_hash(path)
        assert kept == found, f"{path} is damaged"
        if suffix == ".parquet":
            return table_hash(pq.read_table(path).replace_schema_metadata())
        frames, samples, arrays = read_frames(path)
        return (
            [frame.positions.tobytes() for frame in frames],
            samples.tobytes(),
            {k: v.tobytes() for k, v in arrays.items()},
        )
    if suffix == ".json":
        return sorted(json.loads(path.read_text()))
    if suffix == ".pickle":
        head, _, body = path.read_bytes().split(b"\n", 2)
        assert sha256(body).hexdigest() == head.decode()
        return type(pickle.loads(body))
    record, whole = read_mark(path.read_bytes(), suffix)
    assert whole, f"{path} is damaged"
    return record if suffix == ".html" else path.read_bytes()  # a page tells its date


def rubbish(folder: Path) -> list[Path]:
    return [*(folder / "results").rglob("*.tmp"), *folder.glob(f".{PACK}.part")]


@pytest.mark.parametrize("name", KINDS)
def test_each_call(broad, forks, tell, name):
    """EIO at the n-th call, once; on what that left, a full disk from the n-th call on; then the same command."""
    stage = KINDS[name]
    command, products = broad.commands[stage]
    made = [broad.folder / path for path in products]
    if stage in LEAVES:
        remove(made)
    assert forks.warm(*command).code == 0
    if stage == "pack":  # what was made anew since is not packed where it was made of something else
        made = [path for path in made if path.exists()]
    if name == "SHA256SUMS" and not (made[0].parent / name).is_file():
        pytest.skip("no list of hashes is kept beside products")
    before, at, reached = {path: content(path) for path in made}, 0, True
    while reached:
        at += 1
        for error in ERRORS:
            if at % 2 or stage in LEAVES:  # others replace a whole old product
                remove(made)
            if name == COMPILED:
                remove([*(broad.folder / "results").glob(COMPILED)])
            sticks = "yes" if error == errno.ENOSPC else ""
            ran = forks.run(*command, paths=own(name, made), calls="wsnc", at=at, error=error, sticks=sticks)
            reached = ran.calls >= at
            whole = {path: content(path) for path in made if path.exists()}
            assert whole.items() <= before.items(), (at, ran)
            assert not rubbish(broad.folder), at
            for path in (broad.folder / "results").glob(".[crw]*/*.[jp]*"):  # heartbeats, checkpoints and marks
                content(path)
            if reached and name == HEARTBEAT:
                assert ran.code == 0 and whole == before, (at, ran)
                saw = "nothing: a heartbeat ends no job"
            elif reached:
                assert ran.code > 0 or whole == before, (at, ran)
                assert ERRORS[error] in ran.said, (at, ran)
                saw = ERRORS[error]
        assert forks.run(*command).code == 0, at
        assert {path: content(path) for path in made} == before
    assert at > 4
    fault = "EIO at the n-th call, then a full disk from it on, for each n"
    tell(fault, f"{stage}: {name}", f"{PLAYED}; n = 1 to {at - 1}", saw, "nothing but what the job had not written")


@pytest.mark.parametrize("cut", ["data", "names", "both"])
def test_a_power_cut(broad, forks, tell, tmp_path, cut):
    """At any call of a quench, and after its end: what no fsync followed is gone, or its name, or both."""
    command, products = broad.commands["quench"]
    made = [broad.folder / path for path in products]
    assert forks.warm(*command).code == 0
    before, at = {path: content(path) for path in made}, 1
    power = {"paths": f"^{broad.folder}/results/", "calls": "wsnc", "cut": cut, "store": tmp_path}
    while True:
        ran = forks.run(*command, at=at, **power)
        if ran.code == 0:
            break
        assert ran.code == -signal.SIGKILL, (at, ran)
        assert all(content(path) == before[path] for path in made if path.exists()), (at, ran)
        assert forks.run(*command).code == 0, at
        assert {path: content(path) for path in made} == before
        if at % 2:  # the others replace a whole old product
            for path in made:
                path.unlink()
        at += 1
    assert at > 10
    for path in made:
        path.unlink()
    assert forks.run(*command, at="end", **power).code == 0
    assert {path: content(path) for path in made} == before
    lost = {"data": "unsynced data", "names": "unsynced names", "both": "both"}[cut]
    fault, where = f"power cut at the n-th call: {lost} lost", "quench: glass.h5 and glasses.parquet"
    played = f"the shim undoes what no fsync followed, and kills; n = 1 to {at - 1}"
    tell(fault, where, played, "nothing: the process is gone", "the job")


@pytest.mark.parametrize("stage", ["quench", "measure", "gather"])
def test_a_stale_handle(broad, forks, tell, stage):
    """The n-th time that a job opens or reads a file, its handle is stale."""
    command, products = broad.commands[stage]
    made = [broad.folder / path for path in products]
    for path in made:
        path.unlink(missing_ok=True)
    assert forks.warm(*command).code == 0
    before, seen, at = {path: content(path) for path in made}, "", 1
    while True:
        for path in made:
            path.unlink()
        ran = forks.run(*command, paths=f"^{broad.folder}/results/", calls="r", at=at, error=errno.ESTALE)
        whole = {path: content(path) for path in made if path.exists()}
        assert whole.items() <= before.items(), (at, ran)
        assert ran.code or whole == before, (at, ran)
        if ran.calls < at:
            break
        if ran.code:
            seen = re.search("Stale file handle", ran.said)[0]
            assert forks.run(*command).code == 0, at
            assert {path: content(path) for path in made} == before
        at += 1
    assert seen
    fault = "stale handle at the n-th time that a file is opened or read"
    tell(fault, stage, f"the shim fails the call with ESTALE; n = 1 to {at - 1}", seen, "the job")
