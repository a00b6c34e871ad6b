"""Jobs that ended for lack of memory: recognized, named in the terms of `glassworks plan`, and given more next time.

A process that the kernel ends says nothing. But its heartbeat stays, with what it had taken and how often this machine
had ended a process for memory before; the shell that ran it (`SHELL`), `glassworks status` and the driver that is about
to try again compare that with what is so now, and ask SLURM where it ended shell and all.

Run as a module by a job's shell after a job that was killed, it leaves the reason where the heartbeat was.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

FOLDER = Path("results/.running")
SHELL = "trap 'code=$?; [ $code -ne 137 ] || python -m glassworks.campaign.jobs.killed; exit $code' EXIT; "
"""What the shell of a job is told: to look where one was killed (128 + 9)."""
OF_SLURM = re.compile(r"\bJobState=OUT_OF_MEMORY\b|ExitCode=0:125\b")
"""What SLURM says of a job that it ended for memory, or of one of whose steps it did so."""
LOG_OF_SLURM = re.compile(r"\bStdOut=(.*?)(?: \w+=|$)", re.MULTILINE)
"""Where SLURM says that a job's log is."""
SAID_BY_SLURM = re.compile(r"^slurmstepd\S* .*(?:exceeded \S*\s?memory limit|oom.kill)", re.MULTILINE | re.IGNORECASE)
"""What it writes there where it watches memory itself, and then tells how any job that fails was."""
ASKED_OF_SLURM = re.compile(r"\bMinMemoryNode=(\d{1,9}(?:\.\d+)?)([MGT])\b", re.ASCII)
"""What it says that a job asked for; a step of the job need not find that in its environment."""
MORE = 1.5
"""How much more a job asks for than it was seen to take when it was killed."""
GROUPS = (
    ("", Path("/sys/fs/cgroup"), "memory.max"),
    ("memory", Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
)
"""Control groups of version 2 and 1: the controller's name, where they are, and the file that holds the limit."""
UNLIMITED = 2**60
"""Bytes, about, that version 1 of control groups says where nothing is limited."""


def watch() -> dict:
    """What a heartbeat says about memory from its start: of this machine, of the limit (MB) above this process, of its
    shell, and of its SLURM job.
    """
    found = {"kills": kills(), "limit": limit(), "shell": os.getppid()}
    job, asked = os.environ.get("SLURM_JOB_ID"), os.environ.get("SLURM_MEM_PER_NODE")
    if job:
        array = os.environ.get("SLURM_ARRAY_JOB_ID")
        found["slurm"] = f"{array}_{os.environ['SLURM_ARRAY_TASK_ID']}" if array else job
        found["asked"] = int(asked) if asked and asked.isdigit() else None
    return found


def kills() -> int | None:
    """How often this machine has ended a process for lack of memory, in a control group or as a whole; None where it
    does not tell.
    """
    with contextlib.suppress(OSError):
        if found := re.search(r"^oom_kill (\d+)$", Path("/proc/vmstat").read_text(), re.MULTILINE):
            return int(found[1])
    return None


def limit() -> int | None:
    """MB that this process may take by its control groups; None where there is no limit."""
    found = []
    for line in _own():
        _, controllers, group = line.split(":", 2)
        for name, top, file in GROUPS:
            if controllers == name:
                folder = top / group.lstrip("/")
                found += [_bytes(each / file) for each in (folder, *folder.parents) if each.is_relative_to(top)]
    return min((size >> 20 for size in found if size < UNLIMITED), default=None)


def _own() -> list[str]:
    """The control groups of this process."""
    with contextlib.suppress(OSError):
        return Path("/proc/self/cgroup").read_text().splitlines()
    return []


def _bytes(path: Path) -> int:
    with contextlib.suppress(OSError, ValueError):  # "max"
        return int(path.read_text())
    return UNLIMITED


def machine_memory() -> int:
    """MB that all jobs on this machine may take together."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return min(whole, limit() or whole)


def for_memory(beat: dict) -> bool:
    """Whether a job that died without a word was killed for memory, by what its heartbeat says."""
    if beat.get("slurm"):
        said = _slurm_says(beat["slurm"])
        if OF_SLURM.search(said) or SAID_BY_SLURM.search(_log(said)):
            return True
    now = kills() if beat.get("host") == socket.gethostname() else None
    return now is not None and beat.get("kills") is not None and now > beat["kills"]


def _slurm_says(job: str) -> str:
    """What SLURM knows of a job that has ended, for a while."""
    if not shutil.which("scontrol"):
        return ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        command = ["scontrol", "--oneliner", "show", "job", job]
        return os.fsdecode(subprocess.run(command, capture_output=True, timeout=30, check=False).stdout)
    return ""


def _log(said: str) -> str:
    """What is in the log of a job of which SLURM says this."""
    found = LOG_OF_SLURM.search(said)
    with contextlib.suppress(OSError, ValueError):  # no path holds a null byte
        if found and (path := Path(found[1])).is_file():
            return path.read_text(errors="replace")
    return ""


def _with_asked(beat: dict) -> dict:
    """What a heartbeat says, and what its SLURM job asked for, where SLURM alone knows that."""
    if beat.get("asked") or not beat.get("slurm"):
        return beat
    found = ASKED_OF_SLURM.search(_slurm_says(beat["slurm"]))
    return {**beat, "asked": round(float(found[1]) * 1024 ** "MGT".index(found[2]))} if found else beat


def measured(beat: dict) -> int:
    """MB that a job took at most, as far as its heartbeats saw; it was killed at its limit, or at what it asked for."""
    return max(int(beat.get(key) or 0) for key in ("peak", "limit", "asked"))


def sentence(beat: dict, how: str, planned: float | None) -> str:
    """Why a job failed, in the terms of `glassworks plan`."""
    known = {
        "planned": planned,
        "asked for": beat.get("asked"),
        "limit": beat.get("limit"),
        "seen": beat.get("peak"),
    }
    told = ", ".join(f"{key} {value:,.0f} MB" for key, value in known.items() if value)
    return f"{how}: {told}; the next attempt asks for {needed(beat):,.0f} MB or more"


def needed(beat: dict) -> int:
    """MB that the next attempt asks for at least."""
    return int(MORE * measured(beat)) + 1


def least(root: Path, job: str) -> int:
    """MB that a job must ask for because an earlier attempt was killed for memory; 0 where none was."""
    with contextlib.suppress(OSError, ValueError):
        return int(json.loads((root / FOLDER / f"{job}.failed").read_text()).get("needed", 0))
    return 0


def all_least(root: Path) -> dict[str, int]:
    """The same of every job that failed."""
    return {path.stem: least(root, path.stem) for path in (root / FOLDER).glob("*.failed")}


def settle(root: Path, job: str, planned: float) -> int:
    """Names the reason of a job that is about to be tried again, where nobody has; returns :func:`least` of it."""
    path = root / FOLDER / f"{job}.json"
    with contextlib.suppress(OSError, ValueError):
        beat = json.loads(path.read_text())
        if for_memory(beat):
            beat = _with_asked(beat)
            _leave(path, beat, sentence(beat, "killed for memory", planned))
    return least(root, job)


def _leave(path: Path, beat: dict, message: str) -> None:
    from glassworks.campaign.products.files import write_json

    print(f"{beat['job']}: {message}", file=sys.stderr, flush=True)
    write_json(path.with_suffix(".failed"), {**beat, "message": message, "needed": needed(beat)})
    path.with_suffix(".json").unlink(missing_ok=True)


def expected(job: str) -> float | None:
    """MB that the plan expects of a simulation job, by its name; None of another."""
    from glassworks.campaign.declared.errors import ConfigurationError
    from glassworks.campaign.planned.costs import read_costs
    from glassworks.campaign.planned.finding import find
    from glassworks.campaign.planned.loading import load_campaign

    with contextlib.suppress(ConfigurationError, ValueError, LookupError, MemoryError):
        stage, identity, *rest = job.split()
        measured = [rest[1].rpartition("-")[0]] if stage in ("observe", "portion") else []
        made = find(load_campaign(every=True), identity)
        return read_costs(Path()).memory(made.stage if stage == "prepare" else stage, made, measured)
    return None


def look() -> None:
    """Names the reason of the job that the shell which runs this has just lost, if it was memory."""
    for path in FOLDER.glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            beat = json.loads(path.read_text())
            ours = beat.get("shell") == os.getppid() and beat.get("host") == socket.gethostname()
            if ours and for_memory(beat):
                beat = _with_asked(beat)
                _leave(path, beat, sentence(beat, "killed for memory", expected(beat["job"])))


if __name__ == "__main__":
    look()
