"""What is known of a job that ended for lack of memory, and what its next attempt asks for."""

import json
import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from toy import write_toy

from glassworks.campaign.jobs import killed
from glassworks.campaign.jobs.progress import heartbeat, read_heartbeats
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.products.files import peak_memory
from glassworks.campaign.running.execution import schedule_each_attempt
from glassworks.campaign.running.resources import Requests

STATE = {"job": "quench x 0", "host": socket.gethostname(), "kills": 3, "limit": None, "peak": 640}


@pytest.fixture
def here(tmp_path, monkeypatch):
    write_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    killed.FOLDER.mkdir(parents=True)
    return tmp_path


@pytest.fixture
def some_job(here):
    """A plan, the wildcards of one of its quenches, and that job's name."""
    plan = Plan({})
    made, block = next((made, block) for stage, made, block, _ in plan.jobs() if stage == "quench")
    return plan, SimpleNamespace(ensemble=made.id, block=f"{block:05d}"), f"quench {made.id} {block}"


@pytest.mark.parametrize(("now", "found"), [(3, False), (4, True), (None, False)])
def test_the_kernel_has_ended_another_process(monkeypatch, now, found):
    monkeypatch.setattr(killed, "kills", lambda: now)
    assert killed.for_memory(STATE) == found
    assert not killed.for_memory({**STATE, "host": "elsewhere"})
    assert not killed.for_memory({**STATE, "kills": None})


@pytest.mark.parametrize(
    ("state", "found"),
    [("OUT_OF_MEMORY", True), ("FAILED ExitCode=1:0 DerivedExitCode=0:125", True), ("FAILED ExitCode=1:0", False)],
)
def test_slurm_is_asked(tmp_path, monkeypatch, state, found):
    command = tmp_path / "scontrol"
    command.write_text(f'#!/bin/sh\n[ "$4" = 17_2 ] && echo "JobId=19 ArrayTaskId=2 JobState={state} Reason=None"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert killed.for_memory({**STATE, "host": "node7", "slurm": "17_2"}) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("slurmstepd-node: error: StepId=17.0 exceeded memory limit (1229205504 > 1154482176), being killed", True),
        ("slurmstepd: error: Exceeded job memory limit", True),
        (
            "slurmstepd: error: Detected 1 oom_kill event in StepId=17.batch. Some of the step tasks have been killed",
            True,
        ),
        ("slurmstepd: error: *** JOB 17 ON node7 CANCELLED AT 2026-11-28T17:09:01 DUE TO TIME LIMIT ***", False),
        ("a job that exceeded memory limits in its own words", False),
    ],
)
def test_slurm_may_tell_in_the_log_alone(tmp_path, monkeypatch, said, found):
    """Where it watches memory itself, a job that it ended for it is one that failed."""
    log = tmp_path / "a log.out"
    log.write_text(f"Execute 1 jobs...\n{said}\n")
    command = tmp_path / "scontrol"
    command.write_text(f'#!/bin/sh\necho "JobId=17 JobState=FAILED ExitCode=1:0 StdIn=/dev/null StdOut={log} Power="\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert killed.for_memory({**STATE, "host": "node7", "slurm": "17"}) == found


WORDS = ["JobState=", "OUT_OF_MEMORY", "FAILED", "ExitCode=", "0:125", "StdOut=", "StdErr=", "MinMemoryNode=", "1201",
    "1.5", ".", "9" * 400, "M", "G", "T", "/dev/null", "/", "x" * 300, "\0", " ", "\n", "é", "="]  # fmt: skip


@settings(deadline=None, derandomize=True)
@given(st.binary() | st.lists(st.sampled_from(WORDS)).map("".join).map(str.encode))
@example(b"JobState=FAILED StdOut=\xe9\0")
@example(b"MinMemoryNode=1.2.3M")
@example(b"MinMemoryNode=" + b"9" * 400 + b"T")
def test_any_answer_of_scontrol_is_read(answer):
    """It tells of memory only in SLURM's own words, and a number only where it is one."""
    state = {**STATE, "host": "node7", "slurm": "17", "asked": None}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(killed.shutil, "which", lambda name: f"/usr/bin/{name}")
        patch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess((), 0, answer, b""))
        assert killed.for_memory(state) == (killed.OF_SLURM.search(os.fsdecode(answer)) is not None)
        asked = killed._with_asked(state)["asked"]
    assert asked is None or (isinstance(asked, int) and b"MinMemoryNode=" in answer)


def test_slurm_knows_what_a_job_asked_for(some_job, tmp_path, monkeypatch, capsys):
    """A step of the job need not; the next attempt asks for half as much again as the whole job did."""
    plan, wildcards, job = some_job
    command = tmp_path / "scontrol"
    command.write_text('#!/bin/sh\necho "JobId=17 JobState=OUT_OF_MEMORY MinCPUsNode=1 MinMemoryNode=1201M X=1"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (killed.FOLDER / f"{job}.json").write_text(json.dumps({**STATE, "job": job, "slurm": "17", "asked": None}))
    assert Requests(plan, True).memory("quench", wildcards, 2) == 1802
    assert "asked for 1,201 MB, seen 640 MB; the next attempt asks for 1,802 MB or more" in capsys.readouterr().err


def test_on_a_cluster_a_job_asks_for_its_executor_too(some_job):
    plan, wildcards, _ = some_job
    asked = [Requests(plan).memory("quench", wildcards, attempt) for attempt in (1, 2)]
    more = [Requests(plan, True).memory("quench", wildcards, attempt) for attempt in (1, 2)]
    assert [b - a for a, b in zip(asked, more, strict=True)] == [800, 1200]


def test_a_next_attempt_asks_for_more_than_was_seen(some_job):
    plan, wildcards, job = some_job
    needed = Requests(plan)
    asked = [needed.memory("quench", wildcards, attempt) for attempt in (1, 2, 3)]
    assert asked[0] < asked[1] < asked[2] < 961
    (killed.FOLDER / f"{job}.failed").write_text(json.dumps({**STATE, "needed": 961}))
    assert needed.memory("quench", wildcards, 2) == 961
    assert needed.memory("quench", wildcards, 1) == asked[0]  # what was there when the plan was made
    assert Requests(Plan({})).memory("quench", wildcards, 1) == 961


def test_a_driver_names_the_reason_before_it_tries_again(some_job, monkeypatch, capsys):
    plan, wildcards, job = some_job
    monkeypatch.setattr(killed, "kills", lambda: 4)
    expected = f"{plan.costs.memory('quench', plan.ensembles[wildcards.ensemble]):.0f}"
    (killed.FOLDER / f"{job}.json").write_text(json.dumps({**STATE, "job": job}))
    assert Requests(plan).memory("quench", wildcards, 2) == 961
    told = f"{job}: killed for memory: planned {expected} MB, seen 640 MB; the next attempt asks for 961 MB or more"
    assert told in capsys.readouterr().err
    assert not (killed.FOLDER / f"{job}.json").exists()


def test_an_array_that_does_not_fit(some_job):
    _, _, job = some_job
    with pytest.raises(MemoryError), heartbeat(job, 1):
        np.ones(2**50)
    [], [], [failed] = read_heartbeats(killed.FOLDER.parents[1])
    assert failed["message"].startswith("out of memory (Unable to allocate 8.00 PiB")
    assert "planned 3" in failed["message"] and failed["needed"] > failed["peak"]


def test_what_this_process_has_taken_is_not_what_its_parent_took():
    large = np.ones(10**8)  # 800 MB, which `getrusage` of a child would tell as well
    program = (
        "import numpy; a = numpy.ones(10**7); import glassworks.campaign.products.files as f; print(f.peak_memory())"
    )
    command = [sys.executable, "-c", program]
    assert 80 < int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) < 500
    assert peak_memory() > 800 and large.size == 10**8


def test_what_this_process_may_take():
    assert killed.kills() is None or killed.kills() >= 0
    assert killed.machine_memory() > 500


def test_limits_of_control_groups(tmp_path, monkeypatch):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/memory.limit_in_bytes").write_text(f"{600 << 20}\n")
    (tmp_path / "a/b/memory.limit_in_bytes").write_text("9223372036854771712\n")
    monkeypatch.setattr(killed, "_own", lambda: ["4:memory:/a/b", "0::/"])
    monkeypatch.setattr(killed, "GROUPS", (("memory", tmp_path, "memory.limit_in_bytes"),))
    assert killed.limit() == 600


def test_an_attempt_is_scheduled_by_what_it_asks_for():
    """Snakemake forgets what the attempt before asked for, but not what it was scheduled by."""
    from snakemake.jobs import Job

    schedule_each_attempt()
    schedule_each_attempt()  # once is enough
    job = Job.__new__(Job)
    job._resources, job._scheduler_resources, job._attempt = {"mem_mb": 300}, {"mem_mb": 300}, 1
    job.attempt += 1
    assert (job.attempt, job._resources, job._scheduler_resources) == (2, None, None)
