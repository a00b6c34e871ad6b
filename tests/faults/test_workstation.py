"""Faults of a campaign on one machine: afterwards the same command gives the same tables."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import pyarrow.parquet as pq
import pytest
from project import Toy, wait_for

pytestmark = pytest.mark.faults

WHERE, CHAIN = "workstation, during a quench", "workstation, in a chain of liquids"
AGAIN = r"Trying to restart job \d+\."
TWICE = ("quench", "quench")
"""What begins again where the driver has tried a second time in vain."""


@pytest.fixture
def quenching(liquid):
    """A campaign that waits at the beginning of its quench, and its driver."""
    toy = liquid
    toy.pause("quench")
    driver = toy.start()
    toy.reach("quench")
    yield toy, driver
    if driver.poll() is None:
        os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()


def glassworks(toy: Toy, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "glassworks.campaign.cli", *arguments]
    return subprocess.run(command, cwd=toy.folder, capture_output=True, text=True, timeout=600)


def test_a_killed_worker(quenching, survived):
    """The driver tries it again."""
    toy, driver = quenching
    (toy.folder / "at-quench").unlink()
    toy.worker("quench").kill()
    toy.reach("quench")
    toy.resume("quench")
    assert driver.wait(400) == 0, toy.said()
    survived(toy, "kill -9 of a worker", WHERE, toy.said(), AGAIN)


@pytest.fixture
def in_chain(chain):
    """A campaign that waits in the middle of a chain that has kept its state, and its driver."""
    driver = chain.start()
    try:
        chain.reach("chain")
        yield chain, driver
    finally:
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()


def test_a_worker_killed_in_a_chain(in_chain, survived):
    toy, driver = in_chain
    toy.worker("prepare").kill()
    toy.resume("chain")
    assert driver.wait(400) == 0, toy.said()
    survived(toy, "kill -9 of a worker", CHAIN, toy.said(), AGAIN)


def test_control_c_in_a_chain(in_chain, survived):
    """The chain is told to stop, and keeps what it has made since its last checkpoint."""
    toy, driver = in_chain
    os.killpg(driver.pid, signal.SIGINT)
    toy.resume("chain")
    assert driver.wait(200) != 0
    said = toy.said()
    toy.run()
    survived(toy, "Ctrl-C", CHAIN, said, r"Terminating processes on user request.*")


def test_a_killed_driver(quenching, survived):
    """Its worker goes on; the next driver waits for it and takes what it made."""
    toy, driver = quenching
    driver.kill()
    driver.wait()
    second = toy.start()
    try:
        wait_until_said(toy, "Waiting for")
        toy.resume("quench")
        assert second.wait(400) == 0, toy.said()
    finally:
        second.kill()
        second.wait()
    said = toy.said()
    assert "kept 2 products" in said
    survived(toy, "kill -9 of the driver", WHERE, said, r"the driver before left running: [^(]*\([^)]*\)", again=())


def wait_until_said(toy: Toy, words: str) -> None:
    wait_for(lambda: words in toy.said(), 200, words, toy.said)


def test_two_drivers(liquid, survived):
    """Started at the same moment: one of them is refused, whichever it is, and the other goes on."""
    toy = liquid
    toy.pause("quench")
    drivers = {name: toy.start(to=name) for name in ("one", "two")}
    try:
        toy.reach("quench")
        wait_for(lambda: {driver.poll() for driver in drivers.values()} != {None}, 200, "refusal")
        [[refused, code]] = [(name, driver.poll()) for name, driver in drivers.items() if driver.poll() is not None]
        assert code == 2
        toy.resume("quench")
        assert sorted(driver.wait(400) for driver in drivers.values()) == [0, 2]
    finally:
        for driver in drivers.values():
            if driver.poll() is None:
                os.killpg(driver.pid, signal.SIGKILL)
                driver.wait()
    said = toy.said(refused)
    survived(toy, "two drivers started together", WHERE, said, r"process \d+ already drives a campaign .*", again=())


def test_control_c(quenching, survived):
    toy, driver = quenching
    os.killpg(driver.pid, signal.SIGINT)
    assert driver.wait(200) != 0
    said = toy.said()
    toy.resume("quench")
    toy.run()
    survived(toy, "Ctrl-C", WHERE, said, r"Terminating processes on user request.*|.*[Cc]ancel.*")


def test_an_edited_configuration(quenching, survived):
    """The job that starts after the edit refuses; with the old text again, what was finished counts."""
    toy, driver = quenching
    paper = toy.folder / "config/papers/pinching.yaml"
    text = paper.read_text()
    paper.write_text(text.replace("temperature: 2.0, time: 5.0", "temperature: 2.0, time: 6.0"))
    assert paper.read_text() != text
    toy.resume("quench")
    assert driver.wait(400) == 1
    said = toy.said()
    paper.write_text(text)
    toy.run()
    survived(
        toy,
        "configuration edited in mid-run",
        WHERE,
        said,
        r"no group of the campaign's papers makes this; .*",
        again=TWICE,
    )


@pytest.fixture
def small_disk(liquid):
    """`results/ensembles` on a file system of its own, small and soon full."""
    if os.geteuid():
        pytest.skip("mounting a small file system takes root")
    place = liquid.folder / "results/ensembles"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", place], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small file system: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_disk(liquid, small_disk, survived):
    """The disk fills up while the quench is about to write."""
    toy = liquid
    toy.pause("quench")
    driver = toy.start()
    toy.reach("quench")
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    toy.resume("quench")
    assert driver.wait(400) == 1
    said = log_of_quench(toy)
    assert not list(small_disk.rglob("glass*.*"))
    ballast.unlink()
    toy.run()
    survived(toy, "disk full during a write", WHERE, said, "No space left on device", again=TWICE)


def test_read_only_results(liquid, small_disk, survived):
    """Snakemake, which clears away before a second attempt, ends there."""
    toy = liquid
    toy.pause("quench")
    driver = toy.start()
    toy.reach("quench")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    toy.resume("quench")
    assert driver.wait(400) == 1
    said = log_of_quench(toy)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    toy.run()
    survived(toy, "read-only results", WHERE, said, r"Read-only file system")


def test_a_write_that_fails_once(liquid, shim, survived):
    """The driver tries the job again."""
    toy = liquid
    product, once = f"^{toy.folder}/results/ensembles/.*/[.]?glass", str(toy.folder / "once")
    told = {"PATHS": product, "CALLS": "w", "AT": "1", "ONCE": once}
    environment = {"LD_PRELOAD": str(shim), **{f"SHIM_{name}": value for name, value in told.items()}}
    driver = toy.start(**environment)
    assert driver.wait(400) == 0, toy.said()
    saw, played = "Input/output error", "the shim fails the first write of a product with EIO"
    survived(toy, "write that fails once", "workstation, a quench", toy.said(), saw, played=played)


def log_of_quench(toy: Toy) -> str:
    """What the failed job wrote, which the workflow shows beside its own words."""
    said = toy.said()
    assert "Error in rule quench" in said
    return said


# ---- afterwards


def the(toy: Toy, pattern: str) -> Path:
    [path] = toy.folder.glob(pattern)
    return path


def amid_values(path: Path) -> int:
    """A place in a file where values are."""
    if path.suffix == ".parquet":  # the values of a column lie in a dictionary, at whose end its data page begins
        return pq.ParquetFile(path).metadata.row_group(0).column(1).data_page_offset - 3
    with h5py.File(path) as file:
        chunk = file["particles/all/position/value"].id.get_chunk_info(0)
        return chunk.byte_offset + chunk.size // 2


def damage(path: Path, how: str) -> None:
    if how == "bit-flipped":
        content = bytearray(path.read_bytes())
        content[amid_values(path)] ^= 16
        path.write_bytes(content)
    else:
        os.truncate(path, 0 if how == "empty" else path.stat().st_size // 2)


@pytest.mark.parametrize("how", ["truncated", "bit-flipped", "empty"])
def test_a_damaged_product(finished, survived, how):
    """An HDF5 and a Parquet product at once; verification names both, sets them aside, and the run makes them again."""
    toy = finished
    damaged = [the(toy, "results/ensembles/*/00000/glass.h5"), the(toy, "results/ensembles/*/00000/moduli-*.parquet")]
    for path in damaged:
        damage(path, how)
    answer = glassworks(toy, "verify", "--repair")
    names = [str(path.relative_to(toy.folder)) for path in damaged]
    assert [line.split(":")[0] for line in answer.stdout.splitlines()[:-1]] == names, answer.stdout + answer.stderr
    assert not any(path.exists() for path in damaged)
    toy.paths, tables = [*names, *toy.paths], toy.paths
    toy.run()
    toy.paths = tables
    assert glassworks(toy, "verify").returncode == 0
    again = ("quench", "measure", "gather", "gather")
    where, saw = "workstation, between two runs", "(?<=glass.h5: ).*"
    survived(toy, f"{how} products", where, answer.stdout, saw, (), again, played="the test writes into the files")


def test_an_older_stage_version(finished, survived):
    """Products that came from elsewhere, without the workflow's records: one of them by an older kernel."""
    toy = finished
    shutil.rmtree(toy.folder / ".snakemake")
    program = (
        "import sys; from glassworks.campaign.products.tables import *; path = sys.argv[1]\n"
        "write_table(path, read_table(path), {**read_provenance(path), 'stage_digest': '0-000000000000'})"
    )
    old = the(toy, "results/ensembles/*/00000/moduli-*.parquet")
    subprocess.run([sys.executable, "-c", program, old], check=True)
    toy.paths, tables = [str(old.relative_to(toy.folder)), *toy.paths], toy.paths
    said = toy.run()
    toy.paths = tables
    where, again = "workstation, between two runs", ("measure", "gather")
    saw, played = r"not made from what .*", "the test writes the older version into the product"
    survived(toy, "product of an older stage version", where, said, saw, (), again, played=played)


def test_a_clock_that_jumps_back(quenching, survived):
    """The liquid was written when the clock was a day ahead; what is made of it is older than it, and yet whole: the
    next run keeps it."""
    toy, driver = quenching
    for path in toy.folder.glob("results/liquids/*/00000/*"):
        ahead = path.stat().st_mtime + 86400
        os.utime(path, (ahead, ahead))
    toy.resume("quench")
    assert driver.wait(400) == 1
    assert "clock skew" in toy.said()
    said = toy.run()
    assert "Nothing to be done" in toy.run()
    saw, played = "2 products were newer than the clock.*", "the test dates the products"
    survived(toy, "clock that jumps back by a day", WHERE, said, saw, played=played)
