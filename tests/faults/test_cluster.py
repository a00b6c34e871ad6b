"""Faults of a campaign whose blocks are SLURM jobs: it goes on by itself, or the same command again goes on."""

import os
import signal
import subprocess
import time

import pytest
from project import CHAIN, Toy, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.slurm]

WHERE, IN_CHAIN = "SLURM, during a quench", "SLURM, in a chain of liquids"
SIGNAL = "the test sends SLURM's signal"
DONE = r"\d of \d steps \(100%\) done"
PROFILE = ("--profile", "profiles/slurm", "--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2")

CHAINS = CHAIN.replace("one chain", "two chains").replace("samples: 6", "samples: 12")

ONCE = """\
if not pathlib.Path("failed").exists():
    pathlib.Path("failed").touch()
    raise SystemExit("once")
"""


@pytest.fixture
def quenching(cluster, liquid):
    """A campaign whose quench is a SLURM job that waits at its beginning, and its driver."""
    yield from started(liquid)


def started(toy: Toy, *options: str):
    toy.pause("quench")
    driver = toy.start(*PROFILE, *options)
    try:
        toy.reach("quench")
        yield toy, driver
    finally:
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
        subprocess.run(["scancel", "--user=root"], check=False)


def finish(toy: Toy, driver: subprocess.Popen, resume: bool = True) -> str:
    """Lets the campaign go on to its end, and returns what it said."""
    if resume:
        toy.resume("quench")
    assert driver.wait(600) == 0, toy.said()
    return toy.said()


def test_a_killed_worker(quenching, survived):
    toy, driver = quenching
    (toy.folder / "at-quench").unlink()
    toy.worker("quench").kill()
    toy.reach("quench")
    survived(toy, "kill -9 of a worker", WHERE, finish(toy, driver), r"SLURM-job '\d+' failed, SLURM status is: '\w+'")


def test_a_killed_driver(quenching, survived):
    """Its jobs go on; the next driver names them, waits, and takes what they made."""
    toy, driver = quenching
    driver.kill()
    driver.wait()
    second = toy.start(*PROFILE)
    try:
        wait_for(lambda: "Waiting for" in toy.said(), 300, "waiting", toy.said)
        said = finish(toy, second)
    finally:
        second.kill()
        second.wait()
    saw = r"the driver before left running: SLURM job \d+ \(running\)"
    survived(toy, "kill -9 of the driver", WHERE, said, saw, again=())


def test_a_second_driver(quenching, survived):
    """It is told of the first one and of its jobs."""
    toy, first = quenching
    said = toy.run(*PROFILE, fails=True)
    saw = r"process \d+ already drives a campaign in this folder; of its SLURM jobs live: SLURM job \d+ \(running\).*"
    survived(toy, "a second driver", WHERE, finish(toy, first) and said, saw, again=())


def test_a_job_that_fails_once(cluster, liquid, survived):
    """Its second attempt is given more time and memory."""
    toy = liquid
    script = toy.folder / "scripts/quench.py"
    text = script.read_text()
    script.write_text(text.replace('"""Quenches', ONCE + '"""Quenches', 1))
    assert script.read_text() != text
    said = toy.run(*PROFILE)
    asked = cluster.jobs("all", "%k %m %Z")
    mine = [line.split()[1] for line in asked if line.startswith("rule_quench") and line.endswith(str(toy.folder))]
    assert len(mine) == 2 and mine[0] != mine[1], asked
    saw, played = r"Trying to restart job \d+\.", "the script ends with an error"
    survived(toy, "job that fails once", "SLURM, a quench", said, saw, played=played)


def test_a_killed_node_service(cluster, quenching, survived):
    toy, driver = quenching
    cluster.kill("slurmd")
    cluster.start_node()
    survived(toy, "kill -9 of slurmd, and restart", WHERE, finish(toy, driver), DONE, again=())


def test_a_killed_controller(cluster, quenching, survived):
    """A job that SLURM has not kept yet it launches a second time, and takes the node out of service for it; it keeps
    its state every few seconds."""
    toy, driver = quenching
    began = (toy.folder / "at-quench").stat().st_mtime
    wait_for(lambda: cluster.kept() > began, 60, "state that SLURM has kept", cluster.logs)
    cluster.kill("slurmctld")
    toy.resume("quench")
    cluster.start_controller()
    said = finish(toy, driver, resume=False)
    survived(toy, "kill -9 of slurmctld, and restart", WHERE, said, DONE, again=())


def test_a_node_that_goes_down(cluster, quenching, survived):
    """SLURM itself puts its job into the queue again."""
    toy, driver = quenching
    (toy.folder / "at-quench").unlink()
    cluster.say("scontrol", "update", "nodename=node", "state=down", "reason=test")
    wait_for(lambda: waiting(cluster, toy), 300, "job that waits again", cluster.logs)
    cluster.say("scontrol", "update", "nodename=node", "state=resume")
    toy.reach("quench")
    survived(toy, "node set DOWN", WHERE, finish(toy, driver), DONE)


def waiting(cluster, toy: Toy) -> bool:
    """Whether a job of a campaign waits in the queue."""
    return any(line.endswith(f" {toy.folder}") for line in cluster.jobs("PENDING", "%A %Z"))


def test_control_c(cluster, quenching, survived):
    """Its jobs end with it."""
    toy, driver = quenching
    os.killpg(driver.pid, signal.SIGINT)
    assert driver.wait(200) != 0
    wait_for(lambda: not cluster.jobs(), 100, "empty queue")
    said = toy.said()
    toy.resume("quench")
    toy.run(*PROFILE)
    survived(toy, "Ctrl-C", WHERE, said, r"Terminating processes on user request.*")


def test_a_chain_whose_time_is_nearly_up(cluster, chain, survived):
    """SLURM says so with a signal; the chain keeps its state and queues itself again, without a new attempt."""
    said = nearly_up(cluster, chain, chains=1)
    assert "slurm_extra=--signal=USR1@" in said
    survived(chain, "wall-time limit nearly reached", IN_CHAIN, said, DONE, played=SIGNAL)


def test_a_task_whose_time_is_nearly_up(cluster, tmp_path, monkeypatch, survived):
    """The other tasks of its array go on."""
    whole = Toy(tmp_path / "whole", ("liquids",), CHAINS)
    whole.run()
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
    toy = whole.copy(tmp_path / "toy", "results/liquids", "results/toy", "at-chain")
    toy.pause("chain")
    said = nearly_up(cluster, toy, "--slurm-array-jobs", "all", chains=2)
    where, jobs = "SLURM, in one of two chains of an array", ("prepare", "prepare", "gather")
    survived(toy, "wall-time limit nearly reached", where, said, DONE, jobs, reference=whole, played=SIGNAL)


def nearly_up(cluster, toy: Toy, *options: str, chains: int) -> str:
    """Runs a campaign of chains to its end, in which SLURM tells one of them that its time is nearly up.

    Where they are an array, it is the task that has the array's own number.
    """
    driver = toy.start(*PROFILE, *options)
    try:
        wait_for(lambda: sorted(toy.offers().values()) == [4] * chains, 400, "waiting chains", toy.said)
        running = [line.split(" ", 3) for line in cluster.jobs("RUNNING", "%i %A %F %Z")]
        [name] = [name for name, own, first, where in running if own == first and where == str(toy.folder)]
        cluster.say("scancel", "--signal=USR1", name)
        time.sleep(5)  # until it has arrived
        toy.resume("chain")
        wait_for(lambda: waiting(cluster, toy), 100, "job that waits again", cluster.logs)
        said = finish(toy, driver, resume=False)
    finally:
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
        subprocess.run(["scancel", "--user=root"], check=False)
    assert "Trying to restart" not in said
    return said


def test_the_time_limit(cluster, liquid, survived):
    """The first attempt is cut off after a minute; the second is given two."""
    campaign = started(liquid, "--set-resources", "quench:runtime=attempt")
    toy, driver = next(campaign)
    try:
        (toy.folder / "at-quench").unlink()
        toy.reach("quench")
        limits = cluster.jobs("RUNNING", "%k %l %Z")
        assert any(line.startswith("rule_quench") and " 2:00 " in line for line in limits), limits
        said = finish(toy, driver)
    finally:
        campaign.close()
    survived(toy, "wall-time limit", WHERE, said, r"SLURM status is: 'TIMEOUT'")


def test_an_allocation_that_ends(cluster, liquid, survived):
    """The driver in it is warned, stops, and queues itself again."""
    toy = liquid
    toy.pause("quench")
    script = str(toy.folder / "profiles/slurm-node/run.sh")
    options = ("--parsable", f"--chdir={toy.folder}", "--cpus-per-task=2", "--mem=4G", "--time=60")
    job = cluster.say("sbatch", *options, script, *toy.wanted).strip()
    try:
        toy.reach("quench")
        (toy.folder / "at-quench").unlink()
        cluster.say("scancel", "--batch", "--signal=USR1", job)
        toy.reach("quench")
        toy.resume("quench")
        wait_for(lambda: not cluster.jobs(), 600, "end of the allocation")
    finally:
        cluster.say("scancel", job)
    said = (toy.folder / f"slurm-{job}.out").read_text()
    survived(toy, "wall-time limit", "SLURM, one allocation, during a quench", said, DONE, played=SIGNAL)
