"""Jobs that end for lack of memory: recognized, named in the terms of `glassworks plan`, and tried again with more."""

import contextlib
import os
import subprocess
import uuid
from pathlib import Path

import pytest
from cluster import WATCHED, Cluster, missing
from project import Toy

pytestmark = pytest.mark.faults

TWO = """\
scale: toy
purpose: two blocks that may run at once
papers:
  pinching:
    reference-3d:
      - {n: 400, samples: 4}
"""

BEFORE = """\
import pathlib, time, numpy
import glassworks.campaign.jobs.quench as job
def minimize(*given, plain=job.minimize, held=[]):
    if not held:
        held.append(None)
        {what}
    return plain(*given)
job.minimize = minimize
"""
"""Before its first glass, a quench does something more."""
HUNGRY = "held.append(bytearray(b'x') * ({} << 20)); time.sleep({})"
"""It takes so many MB more than it needs, and holds them for some seconds."""
GREEDY = "pathlib.Path('failed').exists() or pathlib.Path('failed').touch() or numpy.ones(2**50)"
"""The first time, it asks numpy for more than there is."""

SAID = r"killed for memory: planned \d+ MB.*?; the next attempt asks for [\d,]+ MB or more"


def weigh(toy: Toy, what: str) -> None:
    """Lets the quench of a campaign do something before its first glass."""
    toy.edit("scripts/quench.py", '"""Quenches', BEFORE.format(what=what) + '"""Quenches')


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Toy:
    """A campaign of two blocks that nothing happened to."""
    toy = Toy(tmp_path_factory.mktemp("two"), scale=TWO)
    toy.run()
    return toy


@contextlib.contextmanager
def memory_group(size: int):
    """A control group that may take so many MB; yields the file that takes processes."""
    top = Path("/sys/fs/cgroup/memory")
    name, limit, swap = "memory.limit_in_bytes", f"{size}M", "memory.memsw.limit_in_bytes"
    if not top.is_dir():
        top, name, swap = Path("/sys/fs/cgroup"), "memory.max", "memory.swap.max"
        limit = f"{size}M"
    group = top / f"glassworks-{uuid.uuid4().hex[:8]}"
    try:
        group.mkdir()
        (group / name).write_text(limit)
        with contextlib.suppress(OSError):
            (group / swap).write_text("0" if swap == "memory.swap.max" else limit)
    except OSError as error:
        with contextlib.suppress(OSError):
            group.rmdir()
        pytest.skip(f"no control group with a limit of memory can be made here: {error}")
    try:
        yield group / "cgroup.procs"
    finally:
        group.rmdir()


def test_a_memory_that_two_jobs_share(two, tmp_path, survived):
    """Each fits, both do not: the kernel ends one, or both, which then ask for all there is and run one by one."""
    if os.geteuid():
        pytest.skip("making a control group takes root")
    toy = two.copy(tmp_path / "toy", "results/ensembles", "results/toy")
    weigh(toy, HUNGRY.format(300, 20))
    with memory_group(900) as group:
        command = f"echo $$ > {group} && exec snakemake --cores 2 {' '.join(toy.wanted)}"
        answer = subprocess.run(["sh", "-c", command], cwd=toy.folder, capture_output=True, text=True, timeout=600)
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said[-5000:]
    assert "mem_mb=900" in said
    jobs = ("quench", "quench", "measure", "measure", "gather", "gather")
    again = ("quench",) * said.count("Trying to restart job")
    assert 1 <= len(again) <= 2
    where = "workstation, two quenches in one control group"
    survived(toy, "killed for memory", where, said, SAID, jobs, again, reference=two)


def test_an_array_that_does_not_fit(liquid, survived):
    toy = liquid
    weigh(toy, GREEDY)
    said = toy.run()
    saw = r"out of memory \(Unable to allocate .*?; the next attempt asks for [\d,]+ MB or more"
    kept = " ".join(path.read_text() for path in toy.folder.glob("results/.running/*"))
    assert not kept, kept
    survived(toy, "MemoryError", "workstation, during a quench", said, saw, played="asked for an array of 8 PiB")


@pytest.fixture(scope="module")
def watching(tmp_path_factory):
    """A SLURM that watches what its jobs take; skips where it cannot be had."""
    if reason := missing():
        pytest.skip(reason)
    made = Cluster(tmp_path_factory.mktemp("slurm"), more=WATCHED)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.mark.slurm
def test_more_than_was_asked_of_slurm(watching, liquid, survived):
    """SLURM ends shell and all; the driver names the reason before it tries again."""
    toy = liquid
    weigh(toy, HUNGRY.format(800, 15))
    said = toy.run(*Cluster.profile)
    asked = [line.split()[1] for line in watching.jobs("all", "%k %m %Z") if line.startswith("rule_quench")]
    assert len(asked) > 1, asked
    survived(
        toy,
        "killed for memory",
        "SLURM that watches it, during a quench",
        said,
        SAID,
        again=("quench",) * (len(asked) - 1),
    )
