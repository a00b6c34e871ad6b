"""A folder has one driver; a dead one leaves nothing in the way, and what it left running is waited for."""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from glassworks.campaign import driver, live
from glassworks.campaign.driver import hold
from glassworks.campaign.errors import ConfigurationError

SQUEUE = """\
#!/bin/sh
test -f "{0}/jobs" || { echo "squeue: error: no controller" >&2; exit 1; }
cat "{0}/jobs"
"""


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A `squeue` that prints what it is told; `queue("7|RUNNING|name", …)` puts jobs of this folder there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(driver, "PERIOD", 0.05)
    monkeypatch.setattr(driver, "REMINDER", 0.1)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    program = tmp_path / "bin/squeue"
    program.parent.mkdir()
    program.write_text(SQUEUE.replace("{0}", str(tmp_path)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    def tell(*jobs: str, folder=tmp_path) -> None:
        (tmp_path / "told").write_text("".join(f"{job}|{folder}\n" for job in jobs))
        os.replace(tmp_path / "told", tmp_path / "jobs")

    return tell


def test_a_second_driver_is_refused_with_the_first_ones_process(tmp_path):
    code = (
        "from pathlib import Path; from glassworks.campaign.driver import hold\n"
        "import sys; held = hold(Path(sys.argv[1])); print('held', flush=True); input()"
    )
    first = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(ConfigurationError, match=rf"process {first.pid} already drives .*`kill -INT {first.pid}`"):
            hold(tmp_path)
    finally:
        first.kill()
        first.wait()
    with hold(tmp_path):
        record = json.loads((tmp_path / driver.LOCK).read_text())
        assert (record["pid"], record["host"]) == (os.getpid(), socket.gethostname())
    assert json.loads((tmp_path / driver.LOCK).read_text()) == {}  # it leaves no claim


def test_locks_of_a_killed_driver_are_freed(tmp_path):
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text("results/x")
    hold(tmp_path).close()
    assert not locks.exists()


def test_jobs_of_a_dead_driver_are_waited_for(queue, tmp_path, capfd):
    queue("7|RUNNING|glassworks_1", "8_[2-3]|PENDING|glassworks_1")
    ended = []
    threading.Timer(0.5, lambda: queue("7|RUNNING|glassworks_1")).start()
    threading.Timer(1.5, lambda: (ended.append(True), queue())).start()
    hold(tmp_path).close()
    said = capfd.readouterr().err
    assert ended
    assert "SLURM job 7 (running), SLURM job 8_[2-3] (pending)" in said and "scancel 7" in said
    assert said.count("left running") == said.count(": 1 of them still live") == 1
    assert said.splitlines()[-1].endswith("going on")


def test_a_second_driver_is_told_of_the_first_ones_jobs(queue, tmp_path):
    queue()
    with hold(tmp_path):
        queue("7|RUNNING|glassworks_1")
        with pytest.raises(ConfigurationError, match=r"live: SLURM job 7 \(running\); wait for it"):
            hold(tmp_path)


def test_jobs_of_other_folders_and_our_own_are_not_waited_for(queue, tmp_path, monkeypatch):
    queue("7|RUNNING|glassworks_1", folder=tmp_path / "bin")
    hold(tmp_path).close()
    queue("7|RUNNING|glassworks-driver")
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    hold(tmp_path).close()


def test_a_driver_in_a_slurm_job_is_refused_but_one_that_waits_is_not(queue, tmp_path):
    queue("7|RUNNING|glassworks-driver")
    with pytest.raises(ConfigurationError, match=r"SLURM job 7 \(running\) already drives .*scancel 7"):
        hold(tmp_path)
    queue("7|PENDING|glassworks-driver")
    hold(tmp_path).close()


def test_jobs_of_a_driver_on_another_machine_are_refused(queue, tmp_path):
    """The lock may not reach there, so nobody can tell whether that driver lives."""
    lock = tmp_path / driver.LOCK
    lock.parent.mkdir()
    lock.write_text(json.dumps({"pid": 1, "host": "elsewhere"}))
    queue("7|RUNNING|glassworks_1")
    for _ in range(2):  # the first refusal takes nothing away
        with pytest.raises(ConfigurationError, match=r"process 1 on elsewhere .*SLURM job 7 \(running\) still live"):
            hold(tmp_path)
    queue()
    hold(tmp_path).close()


def test_a_silent_slurm_is_refused_only_where_jobs_were_submitted(queue, tmp_path):
    hold(tmp_path).close()
    (tmp_path / driver.SUBMITTED).mkdir()
    with pytest.raises(ConfigurationError, match=r"does not say whether .*no controller"):
        hold(tmp_path)


def test_processes_of_a_dead_driver_are_waited_for(queue, tmp_path, capfd):
    """Also where SLURM is installed and silent."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/quench.py").write_text("input()")
    started = {**os.environ, live.STARTED: "1"}
    process = subprocess.Popen([sys.executable, "scripts/quench.py"], cwd=tmp_path, stdin=subprocess.PIPE, env=started)
    try:
        until = time.monotonic() + 20
        while not (found := live.processes(tmp_path)) and time.monotonic() < until:
            time.sleep(0.05)
        assert found == [live.Live(str(process.pid), "process", "scripts/quench.py")]
        assert found[0].end == f"kill {process.pid}"
        assert live.processes(tmp_path / "scripts") == []
        threading.Timer(0.5, process.kill).start()
        threading.Timer(0.6, process.wait).start()
        hold(tmp_path).close()
        assert f"process {process.pid} (scripts/quench.py)" in capfd.readouterr().err
    finally:
        process.kill()
        process.wait()
