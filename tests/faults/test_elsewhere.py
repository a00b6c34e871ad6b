"""Faults that come from other machines: two drivers on two hosts, files that show late, locks that do not reach."""

import contextlib
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import Toy, wait_for

pytestmark = pytest.mark.faults

LOCKS = {"that reach": None, "that reach one host only": "0", "that there are none of": "38"}
"""Locks of a shared file system, and what the shim answers in their place (`SHIM_FLOCK`)."""
SHOWN = {
    2: (0, r"Waiting at most 5 seconds for missing files"),
    9: (1, r"Missing files after 5 seconds[^\n]*"),
}
"""Seconds after which other processes see a new file: how the driver ends, and what it says."""


class Host:
    """Another machine, as far as one kernel can be one: a host name and a network of its own, and the same files."""

    def __init__(self, name: str):
        self.name = f"{name}-{uuid.uuid4().hex[:6]}"
        command = ["unshare", "--uts", "--net", "sh", "-c", f"hostname {self.name} && exec sleep infinity"]
        self.process = subprocess.Popen(command)
        wait_for(self.up, 30, "host name")

    def up(self) -> bool:
        answer = subprocess.run([*self.enter(), "hostname"], capture_output=True, text=True)
        return answer.stdout.strip() == self.name

    def enter(self) -> tuple[str, ...]:
        """What stands before a command that runs there."""
        return "nsenter", "--uts", "--net", "--target", str(self.process.pid), "--"

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def hosts():
    """Two machines that share this one's files."""
    if os.geteuid():
        pytest.skip("giving a process another host name and network takes root")
    if lacking := [name for name in ("unshare", "nsenter") if not shutil.which(name)]:
        pytest.skip(f"not installed: {', '.join(lacking)} (util-linux)")
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(contextlib.closing(Host(name))) for name in ("login1", "login2")]


@contextlib.contextmanager
def driver(toy: Toy, host: Host, told: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A driver of a campaign on a machine; what it says goes to a file of the host's name."""
    with (toy.folder / host.name).open("w") as said:
        process = subprocess.Popen(
            [*host.enter(), "snakemake", "--cores", "2", *toy.wanted],
            cwd=toy.folder, env={**os.environ, **told}, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(shim: Path, toy: Toy, locks: str) -> dict[str, str]:
    """What the environment of a driver tells the shim about locks; nothing where they are real."""
    if LOCKS[locks] is None:
        return {}
    paths = f"^{toy.folder}/[.]snakemake/"
    return {"LD_PRELOAD": str(shim), "SHIM_PATHS": paths, "SHIM_FLOCK": LOCKS[locks]}


def refused(toy: Toy, host: Host, first: Host) -> str:
    """What a driver said that was refused because of one on another machine, by a name that is always the same."""
    return toy.said(host.name).replace(first.name, "login1")


@pytest.mark.parametrize("locks", LOCKS)
def test_a_driver_on_another_host(liquid, hosts, shim, survived, locks):
    """While the first drives the campaign, the second is refused, naming host and process."""
    toy, told = liquid, answers(shim, liquid, locks)
    toy.pause("quench")
    with driver(toy, hosts[0], told) as first:
        wait_for((toy.folder / "at-quench").exists, 400, "job of quench", lambda: toy.said(hosts[0].name))
        with driver(toy, hosts[1], told) as second:
            assert second.wait(200) == 2, toy.said(hosts[1].name)
        toy.resume("quench")
        assert first.wait(400) == 0, toy.said(hosts[0].name)
    where, said = f"two hosts with one folder, with locks {locks}", refused(toy, hosts[1], hosts[0])
    played = told and "the shim answers flock; host names and networks are real"
    survived(toy, "a second driver", where, said, r"process \d+ on login1 .*", again=(), played=played)


@pytest.mark.parametrize("locks", LOCKS)
def test_drivers_on_two_hosts_at_once(liquid, hosts, shim, survived, locks):
    """One of them goes on, and nothing is made twice."""
    toy, told = liquid, answers(shim, liquid, locks)
    with driver(toy, hosts[0], told) as one, driver(toy, hosts[1], told) as two:
        codes = [one.wait(400), two.wait(400)]
    assert sorted(codes) == [0, 2], [toy.said(host.name) for host in hosts]
    won = codes.index(0)
    where, said = f"two hosts with one folder, with locks {locks}", refused(toy, hosts[1 - won], hosts[won])
    played = told and "the shim answers flock; host names and networks are real"
    survived(toy, "two drivers started together", where, said, r"process \d+ on login1 .*", again=(), played=played)


@pytest.mark.parametrize("seconds", SHOWN)
def test_files_that_show_late(liquid, shim, survived, seconds):
    """The driver waits for five seconds where a product does not show; after that the same command goes on."""
    toy, (code, saw) = liquid, SHOWN[seconds]
    paths = f"^{toy.folder}/results/(liquids|ensembles|toy)/"
    late = {"LD_PRELOAD": str(shim), "SHIM_PATHS": paths, "SHIM_DELAY": str(seconds), "NO_COLOR": "1"}
    command = ["snakemake", "--cores", "2", *toy.wanted]
    answer = subprocess.run(command, cwd=toy.folder, env={**os.environ, **late}, capture_output=True, text=True)
    said = answer.stdout + answer.stderr
    assert answer.returncode == code, said[-5000:]
    if code:
        toy.run()
    where, again = f"workstation, a quench whose products show after {seconds} s", toy.began()["quench"] - 1
    played = "the shim hides new files of other processes"
    survived(toy, "delayed directory", where, said, saw, again=("quench",) * again, played=played)
