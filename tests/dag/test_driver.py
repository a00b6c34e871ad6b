"""A driver from its start to its last words, with scripts that only say what they were."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from project import Toy, hear_control_c, wait_for

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import job_products
from glassworks.campaign.products.tables import write_table
from glassworks.campaign.running import driver, live

SCRIPT = """\
import os, pathlib, sys
for path in map(pathlib.Path, {products}):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sys.executable + " " + os.environ["OMP_NUM_THREADS"])
"""


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Toy:
    made = Toy(tmp_path)
    monkeypatch.chdir(made.folder)
    return made


def write_script(toy: Toy, stage: str, products: list[str]) -> None:
    """A script that writes which Python it runs into its products."""
    (toy.folder / f"scripts/{stage}.py").write_text(SCRIPT.format(products=products))


def test_snakemake_by_its_path(toy):
    """From cron, an editor or a desktop: `python` is the driver's; it lets go of the folder at its end."""
    [job] = [job for job in Plan({"scale": "toy"}).jobs() if job[0] == "equilibrate"]
    products = job_products(*job)
    write_script(toy, "prepare", products)
    program = Path(sys.executable).parent / "snakemake"
    command = [program, "--cores", "1", "--config", "scale=toy", "--", products[0]]
    plain = {"PATH": os.defpath, "HOME": os.environ["HOME"]}
    answer = subprocess.run(command, env=plain, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr[-3000:]
    assert {Path(path).read_text() for path in products} == {f"{sys.executable} 1"}
    assert f"python scripts/prepare.py {job[1].id} 00000 --seed" in answer.stderr  # to be typed by hand
    assert json.loads(driver.LOCK.read_text()) == {}


def test_a_run_that_fails_says_how_to_go_on(toy):
    [job] = [job for job in Plan({"scale": "toy"}).jobs() if job[0] == "equilibrate"]
    (toy.folder / "scripts/prepare.py").write_text("raise SystemExit(1)")
    answer = toy.snakemake("--cores", "1", "--config", "scale=toy", "--", job_products(*job)[0])
    assert answer.returncode == 1
    assert answer.stderr.count("type the same command again: it goes on from what was finished") == 1
    assert "Traceback" not in answer.stderr


TOLD = "type the same command again to go on"


def test_told_twice_to_stop_without_a_terminal(toy):
    """As by `kill -INT`, which the jobs do not hear: once told Snakemake waits for them, told again it leaves them and
    the folder to whoever comes next."""
    toy.pause("prepare")
    started = toy.start()
    try:
        toy.reach("prepare")
        started.send_signal(signal.SIGINT)
        wait_for(lambda: "Terminating processes on user request" in toy.said(), 60, "word of it", toy.said)
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 130, toy.said()
        assert live.processes(toy.folder) and json.loads(driver.LOCK.read_text())["pid"] == started.pid
    finally:
        os.killpg(started.pid, signal.SIGKILL)
    assert f"stopped at once: what still runs goes on, and the next run waits for it; {TOLD}" in toy.said()
    assert "Traceback" not in toy.said() and "Error" not in toy.said()


@pytest.mark.parametrize(
    ("file", "place"),
    [("workflow/Snakefile", "from glassworks.campaign.planned.dag import Plan"),
        ("workflow/Snakefile", "missed = set()"), ("workflow/rules/common.smk", "CLUSTER =")],
)  # fmt: skip
def test_told_to_stop_before_anything_runs(toy, file, place):
    toy.edit(file, place, f"import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)\n{place}")
    started = toy.start()
    assert started.wait(60) == 130
    assert toy.said().splitlines()[-1] == f"stopped; {TOLD}" and "Traceback" not in toy.said()


def test_a_job_that_is_told_to_stop_says_so_in_a_line(toy):
    """Its script is told while it works; Snakemake shows what it said."""
    code = "import signal; from glassworks.campaign.jobs.main import run; "
    command = [sys.executable, "-c", code + "run(lambda: signal.raise_signal(signal.SIGINT), 'quench x 0')"]
    answer = subprocess.run(command, cwd=toy.folder, capture_output=True, text=True, preexec_fn=hear_control_c)
    assert (answer.returncode, answer.stderr) == (1, "quench x 0: told to stop\n")


def test_a_run_says_where_its_page_is(toy):
    for name in ("glasses", "liquids", "modes"):
        write_table(f"results/archive/pinching/{name}.parquet", pd.DataFrame({"sample": [0]}), {})
    plan = Plan({"tables": "archive", "papers": "pinching"})
    page = f"{plan.out}/report.html"
    write_script(toy, "results", plan.results["pinching"].every_path)
    write_script(toy, "report", plan.index)
    answer = toy.snakemake("--cores", "1", "figures", "--config", "tables=archive", "papers=pinching")
    assert answer.returncode == 0, answer.stderr[-3000:]
    assert Path(page).read_text().startswith(sys.executable)
    assert f"\nopen {page}\n" in answer.stderr
