"""Questions move nothing: not the products that a run would set aside, not their dates, not Snakemake's records."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from project import Toy
from test_workflow import counts

from glassworks.campaign.jobs.common import write_configurations
from glassworks.campaign.planned.dag import Plan, job_code
from glassworks.campaign.planned.plan import job_benchmark, job_products
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.products.contents import INPUTS, carried_hash
from glassworks.campaign.products.tables import write_table
from glassworks.campaign.running.adoption import INCOMPLETE, RECORDS, _record
from glassworks.configurations import Box, Configuration

ACTING = ("--cores", "1")
QUESTIONS = (
    ("-n",), ("-n", "--nolock"), ("-n", *ACTING), ("--lint",), ("--list-rules",), ("--list-target-rules",), ("--dag",),
    ("--rulegraph",), ("--filegraph",), ("--d3dag",), ("--summary",), ("--detailed-summary",), ("--list-untracked",),
    ("--list-changes", "code"), ("--list-input-changes",), ("--list-params-changes",), ("--print-compilation",),
    ("--delete-all-output", "-n", *ACTING), ("--delete-temp-output", "-n", *ACTING),
)  # fmt: skip
OFTEN = (("-n",), ("--summary",), ("--list-rules",), ("--list-params-changes",), ("--delete-all-output", "-n", *ACTING))
COMMANDS = (("plan", "--scale", "toy"), ("status", "--scale", "toy"))
HOLD = """\
from glassworks.campaign.running.driver import hold
with hold():
    print("held", flush=True)
    input()
"""


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Toy:
    """A campaign in which every product is there, and none is what is planned; one comes from the future."""
    made = Toy(tmp_path)
    monkeypatch.chdir(made.folder)
    paths = planned()
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("not what is planned")
    ahead = time.time() + 86400
    os.utime(paths[0], (ahead, ahead))
    return made


def planned() -> list[str]:
    """All that a run would make, blocks first."""
    plan = Plan({"scale": "toy"})
    paths = [path for job in plan.jobs() for path in job_products(*job)]
    paths += [*plan.results["pinching"].every_path, *plan.paper_targets(["pinching"])]
    return [path for path in dict.fromkeys(paths) if path.startswith("results/")]


def record(paths: list[str]) -> None:
    """Snakemake's records of some files."""
    for path in paths:
        file = _record(RECORDS, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"rule": "quench", "params": ["'other'"], "record_format_version": 6}))
    file = _record(INCOMPLETE, paths[-1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"external_jobid": None}))


def tree(folder: Path) -> dict[str, tuple]:
    """Every file and folder: its bytes and its date; of Snakemake's own folder, the files that are no logs."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        ours = name.parts[0] != ".snakemake"
        if ours or (path.is_file() and name.parts[1] not in ("log", "iocache")):
            found[str(name)] = path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None
    return found


def ask(toy: Toy, questions: tuple) -> None:
    """Asks the workflow and the command line tool; each question is answered, and nothing moves."""
    before = tree(toy.folder)

    def answer_to(question: tuple[str, ...]) -> tuple:
        answer = toy.snakemake(*question, "--config", "scale=toy")
        return question, answer.returncode, answer.stderr[-2000:] if answer.returncode else ""

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer_to, questions))
    for command in COMMANDS:
        toy.python("-m", "glassworks.campaign.cli", *command)
    assert [answer for answer in answers if answer[1]] == []
    after = tree(toy.folder)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} <= {".snakemake"}


def test_without_records(toy):
    ask(toy, QUESTIONS)


def test_with_records(toy):
    record(planned())
    ask(toy, OFTEN)


def test_beside_a_driver(toy):
    """Which holds the folder, and Snakemake's own locks."""
    record(planned())
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as driver:
        assert driver.stdout.readline() == b"held\n"
        locks = toy.folder / ".snakemake/locks"
        locks.mkdir(parents=True, exist_ok=True)
        (locks / "0.output.lock").write_text("\n".join(planned()))
        ask(toy, OFTEN)
        answer = toy.snakemake("--unlock", "--config", "scale=toy")
        assert answer.returncode == 2 and f"process {driver.pid} already drives" in answer.stderr
        assert (locks / "0.output.lock").exists()
        driver.communicate(b"\n")


def test_a_dry_run_answers_what_a_run_would_do(toy):
    """The same jobs as if everything were set aside already, and it says why."""
    wanted = ("-n", "--quiet=rules", "--config", "scale=toy", "papers=pinching")
    for targets in ((), ("--", *toy.paths)):
        answer = toy.snakemake(*wanted, *targets)
        fresh = Toy(toy.folder / f"fresh{len(targets)}").snakemake(*wanted, *targets)
        assert counts(answer.stdout + answer.stderr) == counts(fresh.stdout + fresh.stderr)
        assert "more: not made from what is planned; a run sets them aside" in answer.stderr
        assert "newer than the clock; a run dates them now" in answer.stderr
        for path in toy.paths:  # so that only what is below them is missed
            Path(path).unlink(missing_ok=True)


def test_a_dry_run_keeps_what_a_run_keeps(toy):
    """What was finished without a driver is not listed, even if Snakemake saw it begin and remembers another, what it
    was made of was dated anew, and the job's benchmark is of an earlier run.
    """
    for path in planned():
        Path(path).unlink()
    plan = Plan({"scale": "toy"})
    [job] = [job for job in plan.jobs() if job[0] == "measure" and job[3] == "moduli"]
    [product] = job_products(*job)
    glass = Path(SIMULATION[job[0]].inputs(*job[1:3])[0])
    write_configurations(glass, [Configuration(np.eye(3), np.ones(3), Box(9.0, 3))], [0], {})
    provenance = {
        "specification_hash": plan.expected(*job),
        "stage_digest": job_code(job[0], job[1], job[3]),
        INPUTS: {str(glass): carried_hash(glass)},
    }
    write_table(product, pd.DataFrame({"sample": [0]}), provenance)
    benchmark = Path(job_benchmark(*job))
    benchmark.parent.mkdir(parents=True)
    benchmark.touch()
    for path, date in ((benchmark, 1e9), (product, 1e9 + 100), (glass, 1e9 + 200)):
        os.utime(path, (date, date))
    record([str(glass), product])
    answer = toy.snakemake("-n", "--config", "scale=toy", "--", product)
    assert "Nothing to be done" in answer.stdout + answer.stderr
    assert f"{product}: finished without a driver; a run keeps them" in answer.stderr
