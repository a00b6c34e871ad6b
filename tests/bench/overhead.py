"""What the workflow adds to a job: jobs of known length, on this machine's cores and through a SLURM of one node.

    uv run python tests/bench/overhead.py                        # 24 jobs of 10 seconds, every way
    uv run python tests/bench/overhead.py --jobs 8 --ways slurm arrays

A job computes for a known time of one core and makes what its rule promises. The overhead of a job is what is left of
the cores' time when all jobs' known time is taken away, shared among the jobs: starting Snakemake, Python and the job,
SLURM itself, and the driver's waiting between two looks at the queue. `allocated` is the median time that SLURM held a
core for a job, beyond its known time. SLURM needs what tests/slurm needs: root, slurm-wlm and munge.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cluster import Cluster, missing
from project import Project, add_scale, wait_for

SCALE = """\
scale: known
purpose: jobs of known length
papers:
  pinching:
    reference-3d:
      - {{n: 400, samples: {samples}}}
"""
SAMPLES = 2
"""Samples in a block of that group."""

JOB = """\
import sys, time
from pathlib import Path
while time.process_time() < {seconds}:
    pass
folder = Path(f"results/liquids/{{sys.argv[1]}}/{{int(sys.argv[2]):05d}}")
folder.mkdir(parents=True, exist_ok=True)
for name in ("liquid.h5", "liquids.parquet"):
    (folder / name).touch()
"""

PLAN = """\
from glassworks.campaign.planned.dag import Plan
plan = Plan({"scale": "known"})
print(*(f"{made.folder(block)}/liquid.h5" for stage, made, block, _ in plan.jobs() if stage == "equilibrate"))
"""
WAYS = ("local", "slurm", "arrays", "node")
TITLE = {
    "local": "a workstation",
    "slurm": "each a SLURM job",
    "arrays": "tasks of SLURM arrays",
    "node": "one allocation",
}


def known(folder: Path, jobs: int, seconds: float) -> tuple[Project, list[str]]:
    """A campaign of jobs of known length, and what Snakemake is told to make."""
    folder.mkdir()
    project = Project(folder)
    add_scale(folder, SCALE.format(samples=SAMPLES * jobs))
    (folder / "scripts/prepare.py").write_text(JOB.format(seconds=seconds))
    paths = project.python("-c", PLAN).split()
    assert len(paths) == jobs
    return project, ["--config", "scale=known", "--", *paths]


def run(way: str, project: Project, wanted: list[str], cores: int, cluster: Cluster | None) -> None:
    """Runs the campaign to its end."""
    if way == "node":
        script = str(project.folder / "profiles/slurm-node/run.sh")
        limits = (f"--cpus-per-task={cores}", "--mem=4G", "--time=600")
        cluster.say("sbatch", f"--chdir={project.folder}", *limits, script, *wanted)
        wait_for(lambda: not cluster.jobs(), 36000, "end of the allocation")
        return
    profile = [] if way == "local" else ["--profile", "profiles/slurm"]
    arrays = ["--slurm-array-jobs", "all"] if way == "arrays" else []
    slots = ["--cores", str(cores)] if way == "local" else []
    answer = project.snakemake(*profile, *arrays, *slots, *wanted, seconds=36000)
    assert answer.returncode == 0, (answer.stdout + answer.stderr)[-3000:]


def allocated(cluster: Cluster, folder: Path) -> list[int]:
    """Seconds that SLURM held a core for each block of a folder."""
    found = []
    for line in cluster.jobs("COMPLETED", "%M %k %Z"):
        held, comment, where = line.split(" ", 2)
        if where == str(folder) and comment.startswith("rule_"):
            clock = [int(part) for part in held.replace("-", ":").split(":")]
            found.append(sum(part * unit for part, unit in zip(reversed(clock), (1, 60, 3600, 86400), strict=False)))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--jobs", type=int, default=24)
    options.add_argument("--seconds", type=float, default=10.0, help="known length of a job")
    options.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    given = options.parse_args()
    reason = missing()
    if reason and {*given.ways} != {"local"}:
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as scratch:
        cluster = None if reason else Cluster(Path(scratch) / "services", given.cores)
        if cluster:
            os.environ.update(cluster.environment)
            cluster.start()
        try:
            what = f"{given.jobs} jobs of {given.seconds:g} s on {given.cores} cores"
            print(f"| {what} | wall | overhead a job | allocated |")
            print("|---|---|---|---|")
            for way in given.ways:
                project, wanted = known(Path(scratch) / way, given.jobs, given.seconds)
                began = time.monotonic()
                run(way, project, wanted, given.cores, cluster)
                wall = time.monotonic() - began
                assert len(list(project.folder.glob("results/liquids/*/*/liquid.h5"))) == given.jobs
                each = wall * given.cores / given.jobs - given.seconds
                held = allocated(cluster, project.folder) if way in ("slurm", "arrays") else []
                beyond = f"{median(held) - given.seconds:.0f} s" if held else ""
                print(f"| {TITLE[way]} | {wall:.0f} s | {each:.1f} s | {beyond} |", flush=True)
        finally:
            if cluster:
                cluster.stop()


if __name__ == "__main__":
    main()
