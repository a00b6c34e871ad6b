"""A real SLURM on one node: munge, slurmctld and slurmd on loopback, in a folder of their own, ended by process id."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from project import Project, wait_for

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "srun")
LOCK = Path(tempfile.gettempdir()) / "glassworks-slurm.lock"
"""Held by whoever runs such a SLURM: each takes this machine's cores for its own."""

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
{more}AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1
MinJobAge=6000
KillWait=5
SlurmdTimeout=30
ReturnToService=2
NodeName=node NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=node Default=YES MaxTime=INFINITE State=UP
"""

WATCHED = """\
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
"""
"""Ends jobs that take more than they asked for."""
UNWATCHED = "JobAcctGatherType=jobacct_gather/none\n"


def missing() -> str:
    """Why a SLURM cannot be started here; empty where it can."""
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian packages slurm-wlm and munge)"
    return "" if os.geteuid() == 0 else "slurmd must be started by root"


class Cluster:
    """One node. `environment` makes commands speak to it; `profile` makes Snakemake use it, without long waits.

    Args:
        cpus: what the node says that it has, whatever the machine has.
        more: lines of its configuration.
    """

    profile = ("--profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "10")

    def __init__(self, folder: Path, cpus: int = 4, more: str = UNWATCHED):
        self.folder, self.daemons = folder, {}
        for name in ("state", "spool", "bin"):
            (folder / name).mkdir(parents=True)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        host = socket.gethostname().split(".")[0]
        configuration = folder / "slurm.conf"
        told = {"host": host, "ports": free_ports(2), "folder": folder, "cpus": cpus, "more": more}
        configuration.write_text(CONFIGURATION.format(**told))
        # A job's inner `srun` is started without the variables of SLURM, so it is told again where this cluster is.
        wrapper = folder / "bin/srun"
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun")} "$@"\n')
        wrapper.chmod(0o755)
        self.environment = {"SLURM_CONF": str(configuration), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}

    def start(self) -> None:
        """Waits until no other such SLURM runs here, starts the three services, and waits until the node takes jobs."""
        self.lock = LOCK.open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        places = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid", "log-file": "munged.log",
                  "seed-file": "munge.seed"}  # fmt: skip
        self.run_daemon("munged", "--foreground", "--force", *(f"--{k}={self.folder / v}" for k, v in places.items()))
        wait_for(lambda: (self.folder / "munge.socket").exists(), 30, "munge's socket")
        self.start_controller()
        self.start_node()
        wait_for(lambda: "idle" in self.say("sinfo", "-h", "-o", "%T"), 60, "an idle node", self.logs)

    def start_controller(self) -> None:
        self.run_daemon("slurmctld", "-D")

    def start_node(self) -> None:
        self.run_daemon("slurmd", "-D", "-N", "node")

    def run_daemon(self, name: str, *options: str) -> None:
        with (self.folder / f"{name}.out").open("a") as out:
            self.daemons[name] = subprocess.Popen(
                [shutil.which(name), *options], env={**os.environ, **self.environment}, stdout=out, stderr=out
            )

    def kill(self, name: str, how: int = signal.SIGKILL) -> None:
        """Ends one of the services."""
        daemon = self.daemons.pop(name)
        daemon.send_signal(how)
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def stop(self) -> None:
        """Cancels all jobs, and ends all services and what jobs have left behind."""
        if "slurmctld" in self.daemons:
            subprocess.run(["scancel", "--user=root"], env={**os.environ, **self.environment}, timeout=30, check=False)
            until = time.monotonic() + 20
            while time.monotonic() < until and self.jobs():
                time.sleep(0.5)
        for name in ("slurmd", "slurmctld", "munged"):
            if name in self.daemons:
                self.kill(name, signal.SIGTERM)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("SLURM_CONF") == self.environment["SLURM_CONF"]:
                    process.kill()
        self.lock.close()

    def say(self, *command: str) -> str:
        """What a command of SLURM prints; nothing where it fails."""
        answer = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60
        )
        return answer.stdout if answer.returncode == 0 else ""

    def kept(self) -> float:
        """When the controller has last kept the state of its jobs; 0 where it never has."""
        path = self.folder / "state/job_state"
        return path.stat().st_mtime if path.is_file() else 0.0

    def jobs(self, states: str = "PENDING,RUNNING,COMPLETING", form: str = "%A") -> list[str]:
        """The jobs in some states."""
        return self.say("squeue", "-h", "-t", states, "-o", form).split("\n")[:-1]

    def jobs_of(self, folder: Path, states: str) -> list[tuple[str, str]]:
        """The number (of an array's task, `<array>_<task>`) and the rule of each SLURM job of a campaign's folder."""
        lines = (line.split(" ", 2) for line in self.jobs(states, "%i %k %Z"))
        return [(number, rule) for number, rule, where in lines if where == str(folder)]

    def allocate(self, project: Project, *wanted: str, seconds: float = 900) -> str:
        """Runs a campaign inside one allocation to its end, and returns what its driver said."""
        script = str(project.folder / "profiles/slurm-node/run.sh")
        limits = ("--cpus-per-task=2", "--mem=4G", "--time=60")
        number = self.say("sbatch", "--parsable", f"--chdir={project.folder}", *limits, script, *wanted).strip()
        assert number, self.logs()
        out = project.folder / f"slurm-{number}.out"
        wait_for(lambda: not self.jobs(), seconds, "end of the allocation", lambda: out.read_text()[-3000:])
        return out.read_text()

    def logs(self) -> str:
        """The end of what the services wrote."""
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
