"""A folder has one driver; a dead one leaves nothing in the way, and what it left running is waited for."""

import errno
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import wait_for

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import warm
from glassworks.campaign.running import driver, live
from glassworks.campaign.running.driver import hold
from glassworks.models import load_model

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
        "from pathlib import Path; from glassworks.campaign.running.driver import hold\n"
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


# ---- what says that somebody works here


def no_locks(number: int):
    """A `flock` of a file system that answers with an error."""

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return flock


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_without_locks_a_driver_starts_and_the_second_is_refused(tmp_path, monkeypatch, capfd, number):
    monkeypatch.setattr(fcntl, "flock", no_locks(number))
    with hold(tmp_path):
        assert capfd.readouterr().err.count("this file system has no locks") == 1
        with pytest.raises(ConfigurationError, match=rf"process {os.getpid()} already drives"):
            hold(tmp_path)
    dead = {"pid": os.getpid(), "host": socket.gethostname(), "start": 0.0}  # before this process was born
    (tmp_path / driver.LOCK).write_text(json.dumps(dead))
    hold(tmp_path).close()


@pytest.mark.parametrize("number", [errno.EWOULDBLOCK, errno.EACCES])
def test_a_lock_that_is_held(tmp_path, monkeypatch, number):
    """By somebody who left no name."""
    monkeypatch.setattr(fcntl, "flock", no_locks(number))
    with pytest.raises(ConfigurationError, match="another process already drives") as refusal:
        hold(tmp_path)
    assert "unknown" not in str(refusal.value) and "kill" not in str(refusal.value)


def test_another_fault_of_the_lock_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", no_locks(errno.EIO))
    with pytest.raises(ConfigurationError, match=r"glassworks\.lock cannot be locked: Input/output error"):
        hold(tmp_path)


def test_kernels_are_compiled_without_locks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", no_locks(errno.ENOLCK))
    monkeypatch.setattr(warm, "_tiny", lambda *_: None)
    monkeypatch.setattr(warm, "usual", lambda *_: 1.0)
    model = load_model("ipl-3d")
    warm.ensure(model, "quench", "cg")
    assert warm.mark(model, "quench", "cg").is_file()


def test_of_two_that_start_together_one_goes_on(tmp_path, monkeypatch):
    """On machines whose locks do not reach each other: the other's name is there a moment later."""
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    other = {"pid": 1, "host": "elsewhere", "start": 1.0}
    monkeypatch.setattr(driver, "_wait", lambda *_: (tmp_path / driver.LOCK).write_text(json.dumps(other)))
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="process 1 on elsewhere already drives"):
        hold(tmp_path)
    assert json.loads((tmp_path / driver.LOCK).read_text()) == other
    assert (tmp_path / ".snakemake/locks").is_dir()


def on(host: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)


def test_a_driver_on_another_machine_is_not_disturbed(queue, tmp_path, monkeypatch):
    """Where it was killed, or lives behind a lock that does not reach here; where it ended, no claim is left."""
    queue()
    on("login2", monkeypatch)
    killed = hold(tmp_path)
    (tmp_path / ".snakemake/locks").mkdir()
    killed.file.close()
    on("login1", monkeypatch)
    for _ in range(2):
        message = rf"process {os.getpid()} on login2 drove .* type the command there, or, .* remove \S+glassworks.lock"
        with pytest.raises(ConfigurationError, match=message):
            hold(tmp_path)
        assert (tmp_path / ".snakemake/locks").is_dir()
    on("login2", monkeypatch)
    hold(tmp_path).close()
    on("login1", monkeypatch)
    hold(tmp_path).close()


def test_snakemakes_locks_of_an_older_driver_elsewhere_stay(queue, tmp_path):
    queue()
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text("results/x")
    (tmp_path / driver.LOCK).write_text(json.dumps({"pid": 7, "host": "login2"}))
    with pytest.raises(ConfigurationError, match="process 7 on login2"):
        hold(tmp_path)
    assert (locks / "0.output.lock").is_file()
    (tmp_path / driver.LOCK).unlink()  # as the message says
    hold(tmp_path).close()


@pytest.mark.parametrize(("own", "queued", "refused"), [("7", (), False), ("8", (), False), ("8", ("7",), True)])
def test_slurm_knows_whether_a_driver_in_a_job_lives(queue, tmp_path, monkeypatch, own, queued, refused):
    """The same job again on another node; another job, and the first is gone; another job, and the first runs."""
    queue(*(f"{number}|RUNNING|interactive" for number in queued))
    (tmp_path / driver.LOCK).parent.mkdir()
    (tmp_path / driver.LOCK).write_text(json.dumps({"pid": 1, "host": "node2", "start": 1.0, "job": "7"}))
    monkeypatch.setenv("SLURM_JOB_ID", own)
    if refused:
        with pytest.raises(ConfigurationError, match="process 1 on node2"):
            hold(tmp_path)
    else:
        hold(tmp_path).close()


def test_squeue_says_more_than_jobs(queue, tmp_path):
    """Names of clusters, empty lines, a warning with bars; a federated number, names and folders with bars."""
    (tmp_path / "a|b").mkdir()
    lines = ["CLUSTER: north", "", "squeue: a | b | c", f"7;north|RUNNING|x|{tmp_path}", f"8|PENDING|y|z|{tmp_path}",
        f"9|RUNNING|x|{tmp_path}/a|b", "10|RUNNING", f"11|RUNNING|{tmp_path}", "12|RUNNING|x|\0"]  # fmt: skip
    (tmp_path / "jobs").write_text("\n".join(lines))
    assert [job.id for job in live.slurm_jobs(tmp_path)] == ["7", "8"]
    assert [job.id for job in live.slurm_jobs(tmp_path / "a|b")] == ["9"]
    assert live.in_queue("7") and not live.in_queue("6")


def test_squeue_may_speak_any_encoding(queue, tmp_path):
    (tmp_path / "jobs").write_bytes(b"7|RUNNING|caf\xe9|" + os.fsencode(tmp_path) + b"\n")
    assert [job.id for job in live.slurm_jobs(tmp_path)] == ["7"]


@settings(deadline=None, derandomize=True)
@given(st.text() | st.lists(st.text(alphabet="7;_[]|RUNING/.\0\n "), max_size=5).map("\n".join))
def test_any_answer_of_squeue_is_read(answer):
    for number, state, rest in live.read_queue(answer):
        assert number and state and "|" in rest
        live._named(rest, Path())


@pytest.fixture
def programs(tmp_path):
    """programs(*command, **variables): starts a program in a folder of scripts, and ends it afterwards."""
    (tmp_path / "scripts").mkdir()
    for name in ("scripts/quench.py", "editor.py"):
        (tmp_path / name).write_text("input()")
    started = []

    def start(*command: str, **variables: str) -> subprocess.Popen:
        started.append(subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, env={**os.environ, **variables}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_an_editor_is_no_job(programs, tmp_path):
    """Nor a Python program that has a script's name among its arguments, nor a script that nobody's driver started."""
    (tmp_path / "cat").symlink_to(shutil.which("cat"))
    mark = {live.STARTED: "1"}
    programs(str(tmp_path / "cat"), "scripts/quench.py", "-", **mark)
    programs(sys.executable, "editor.py", "scripts/quench.py", **mark)
    programs(sys.executable, "-c", "input()", "scripts/quench.py", **mark)
    alone = programs(sys.executable, "scripts/quench.py")
    jobs = [programs(sys.executable, *words, **mark) for words in (
        ("scripts/quench.py",), ("-u", "-W", "ignore", "scripts/quench.py"), (str(tmp_path / "scripts/quench.py"),)
    )]  # fmt: skip
    wait_for(lambda: len(live.processes(tmp_path)) >= 3, 20, "processes")
    assert {job.id for job in live.processes(tmp_path)} == {str(process.pid) for process in jobs}
    beat = {"job": "quench x", "pid": alone.pid, "host": socket.gethostname(), "start": time.time()}
    beat |= {"unit": "samples", "done": 0, "total": 2}
    (tmp_path / "results/.running").mkdir(parents=True)
    (tmp_path / "results/.running/quench.json").write_text(json.dumps(beat))
    assert str(alone.pid) in {job.id for job in live.processes(tmp_path)}
