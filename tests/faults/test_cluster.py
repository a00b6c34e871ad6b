"""Faults of a campaign whose blocks are SLURM jobs: it goes on by itself, or the same command again goes on."""

import os
import signal
import subprocess

import pytest
from project import Toy, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.slurm]

WHERE = "SLURM, during a quench"
PROFILE = ("--profile", "profiles/slurm", "--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2")

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
    survived(toy, "kill -9 of the driver", WHERE, said, r"the driver before left running: SLURM job \d+ \(running\)")


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
    survived(toy, "job that fails once", "SLURM, a quench", said, r"Trying to restart job \d+\.")


def test_a_killed_node_service(cluster, quenching, survived):
    toy, driver = quenching
    cluster.kill("slurmd")
    cluster.start_node()
    survived(toy, "kill -9 of slurmd, and restart", WHERE, finish(toy, driver), r"\d of \d steps \(100%\) done")


def test_a_killed_controller(cluster, quenching, survived):
    toy, driver = quenching
    cluster.kill("slurmctld")
    toy.resume("quench")
    cluster.start_controller()
    said = finish(toy, driver, resume=False)
    survived(toy, "kill -9 of slurmctld, and restart", WHERE, said, r"\d of \d steps \(100%\) done")


def test_a_node_that_goes_down(cluster, quenching, survived):
    toy, driver = quenching
    (toy.folder / "at-quench").unlink()
    cluster.say("scontrol", "update", "nodename=node", "state=down", "reason=test")
    wait_for(lambda: "node failure" in toy.said(), 300, "node failure", toy.said)
    cluster.say("scontrol", "update", "nodename=node", "state=resume")
    toy.reach("quench")
    survived(toy, "node set DOWN", WHERE, finish(toy, driver), r"failed due to a node failure")


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
    survived(toy, "wall-time limit", "SLURM, one allocation, during a quench", said, r"\d of \d steps \(100%\) done")
