"""`glassworks status` says in a screen what is done, runs and failed, and touches nothing."""

import dataclasses
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import ROOT, hear_control_c, wait_for
from rich.console import Console
from toy import write_toy

from glassworks.campaign.jobs import progress
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.screen import screen
from glassworks.campaign.status import KILLED, Work, look, works

BEATS = "results/.running"


@pytest.fixture(scope="module")
def desk() -> Plan:
    """All papers at the default scale."""
    return Plan({"scale": "desk"})


@pytest.fixture
def toy(tmp_path, monkeypatch) -> Plan:
    write_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Plan({"scale": "desk"})


def beat(job: str, suffix: str = "json", **more) -> None:
    """A heartbeat written by hand, of a job that began 100 s ago in this process."""
    state = {
        "job": job, "pid": os.getpid(), "host": socket.gethostname(), "unit": "samples", "start": time.time() - 100,
        "now": time.time(), "done": 0, "total": 50,
    }  # fmt: skip
    Path(BEATS).mkdir(parents=True, exist_ok=True)
    path = Path(BEATS) / f"{job.replace('/', '__')}.{suffix}"
    path.write_text(json.dumps({**state, **more}))


@pytest.fixture(autouse=True)
def old_process(monkeypatch):
    """This process counts as one that began before the jobs whose heartbeats a test writes."""
    monkeypatch.setattr("psutil.Process.create_time", lambda _: time.time() - 1000)


def make(work: Work) -> None:
    for path in work.files:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


def of_stage(plan: Plan, stage: str) -> Iterator[Work]:
    return (work for work in works(plan, list(plan.campaign.papers)) if work.stage == stage)


def text(status, width: int = 80, height: int = 24, everything: bool = False) -> list[str]:
    """The lines that a console of this size shows."""
    console = Console(width=width, file=io.StringIO())
    console.print(screen(status, "desk", 2, (width, height), everything))
    return console.file.getvalue().splitlines()


def tree(folder: Path) -> dict[str, tuple]:
    """Every file and folder with its dates and bytes."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def test_counts_by_hand(toy):
    """Of 18 blocks of liquids two are made, one of which failed before; one runs, one failed."""
    liquids = list(of_stage(toy, "equilibrate"))
    for work in liquids[:2]:
        make(work)
    beat(liquids[1].name, "failed", message="ValueError: long ago")
    beat(liquids[2].name, done=20)
    beat(liquids[3].name, "failed", message="\nArithmeticError: energy is lost\nand more")
    beat("quench of_another_scale 0", "failed", message="ValueError: no")
    seen = look(toy, ["pinching"])
    found = seen.stages["pinching", "equilibrate"]
    assert (found.done, found.running, found.failed, found.left) == (2, 1, 1, 14)
    expected = [toy.costs.seconds("equilibrate", work.ensemble.liquid) for work in liquids]
    assert len(expected) == 18 and found.jobs == 18
    [run] = seen.running
    assert run.seconds_left == pytest.approx(100 * 30 / 20, rel=0.02)
    [failure] = seen.failed
    assert failure.job == liquids[3].name and failure.reason == "ArithmeticError: energy is lost"
    assert re.fullmatch(r"results/\.logs/equilibrate/[^/]+/0000\d\.log", failure.log)
    assert seen.elsewhere == 1


def test_a_log_is_where_the_rules_write_it(toy):
    """Every stage's, by what the rules say: the wildcards of their outputs, put into their logs."""
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    logs = set(re.findall(r'log:\s*f?"([^"]+)"', rules))
    forms = [re.escape(re.sub(r"\{+\w+\}+", "@", log.replace("{RUN}", toy.run))).replace("@", "[^/]+") for log in logs]
    for work in works(toy, ["pinching"]):
        assert any(re.fullmatch(form, work.log) for form in forms), work.log


def test_time_left_before_a_job_has_a_pace_is_the_cost_models(toy):
    work = next(of_stage(toy, "quench"))
    beat(work.name, start=time.time() - 1.0)
    [run] = look(toy, ["pinching"]).running
    assert run.seconds_left == pytest.approx(sum(work.files.values()) - 1.0, abs=0.5)


def test_results_are_jobs_too(toy):
    drawn = next(of_stage(toy, "results"))
    assert drawn.name == "results desk pinching" and drawn.log == "results/.logs/desk/results-pinching.log"
    beat(drawn.name, "failed", message="RuntimeError: draw 1: ValueError: no such column")
    seen = look(toy, ["pinching"])
    assert seen.stages["pinching", "results"].failed == 1 and seen.stages["", "report"].left == 1
    shown = "\n".join(text(seen))
    assert "results" in shown and "gather" not in shown and "draw 1: ValueError: no such column" in shown
    assert "gather" in "\n".join(text(seen, everything=True))


def test_pages_that_are_there_are_named(toy):
    assert not look(toy, ["pinching"]).pages
    make(next(of_stage(toy, "results")))
    seen = look(toy, ["pinching"])
    assert "pages in results/desk/report: pinching.html" in text(seen)
    seen.pages = [f"results/desk/report/thesis{number}.html" for number in range(9)]
    assert "9 papers have a page in results/desk/report" in text(seen)


def test_killed_jobs_failed_and_those_of_other_machines_may_live(toy):
    here, there, silent = [work.name for work in of_stage(toy, "equilibrate")][:3]
    beat(here, pid=2**22 + 1)
    beat(there, host="elsewhere", pid=1)
    beat(silent, host="elsewhere", pid=1, now=time.time() - 1000)
    seen = look(toy, ["pinching"])
    assert [run.beat["job"] for run in seen.running] == [there]
    assert [(failure.job, failure.reason) for failure in seen.failed] == [(here, KILLED)]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"job": "quench x 0"}', "\xff"])
def test_a_heartbeat_that_cannot_be_read_is_passed_over(toy, content):
    Path(BEATS).mkdir(parents=True)
    (Path(BEATS) / "quench x 0.json").write_bytes(content.encode("latin-1"))
    (Path(BEATS) / "quench y 0.failed").write_bytes(content.encode("latin-1"))
    seen = look(toy, ["pinching"])
    assert not seen.running and not seen.failed and seen.elsewhere == 0


@pytest.mark.parametrize("running", [0, 2, 64])
@pytest.mark.parametrize("failing", [0, 1, 40])
def test_all_papers_fit_a_screen(desk, tmp_path, monkeypatch, running, failing):
    """The longest names first: 80 columns, 24 lines with the prompt."""
    monkeypatch.setattr(desk, "campaign", dataclasses.replace(desk.campaign, root=tmp_path))
    monkeypatch.chdir(tmp_path)
    papers = list(desk.campaign.papers)
    names = sorted((work.name for work in works(desk, papers)), key=len, reverse=True)
    for name in names[:running]:
        beat(name, done=7, total=1000)
    for name in names[running : running + failing]:
        beat(name, "failed", message="ValueError: " + "[bold]why " * 50)
    beat("quench of_another_scale 0", "failed", message="ValueError: no")
    seen = look(desk, papers)
    lines = text(seen)
    assert len(lines) <= 23 and max(map(len, lines)) <= 80
    shown = "\n".join(lines)
    assert shown.count("running: ") + (0 if running < 3 else 62) >= running
    assert ("more run" in shown) == (running > 2 + 10 * (failing == 0))
    assert bool(re.search(r"^failed: ", shown, re.MULTILINE)) == bool(failing)
    assert ("more failed" in shown) == (failing > 1)
    every = text(seen, everything=True, width=300)
    assert sum(line.startswith("failed: ") for line in every) == failing and len(every) > 24
    assert all(any(name in line for line in every) for name in names[: running + failing])


def test_what_a_job_does_before_it_can_be_counted_is_shown(toy):
    work = next(of_stage(toy, "equilibrate"))
    with progress.heartbeat(work.name, 0):
        progress.note("compiling kernels of swap in 3D (usually 25 s)")
        assert "kernels of swap in 3D (usually 25 s)" in "\n".join(text(look(toy, ["pinching"]), width=120))
        with progress.heartbeat(work.name, 5) as inner:
            inner.advance(2)
            inner.write()
            assert "40% of 5 samples" in "\n".join(text(look(toy, ["pinching"]), width=120))
    assert not list(Path(BEATS).iterdir())


def command(folder: Path, *options: str) -> subprocess.Popen:
    call = [sys.executable, "-m", "glassworks.campaign.cli", "status", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(call, cwd=folder, text=True, preexec_fn=hear_control_c, **pipes)


def test_the_command_changes_nothing_and_tells_by_its_status(toy, tmp_path):
    made, failing = list(of_stage(toy, "equilibrate"))[:2]
    make(made)
    before = tree(tmp_path)
    peace = command(tmp_path)
    said, errors = peace.communicate()
    assert peace.returncode == 0 and "1 of 57 jobs done" in said, errors
    assert tree(tmp_path) == before and "\x1b" not in said
    beat(failing.name, "failed", message="ValueError: no")
    before = tree(tmp_path)
    trouble = command(tmp_path)
    said, _ = trouble.communicate()
    assert trouble.returncode == 1 and f"failed: {failing.name}: ValueError: no" in said
    assert tree(tmp_path) == before


def test_the_option_all_names_every_ensemble_and_all_that_failed(toy, tmp_path):
    names = [work.name for work in of_stage(toy, "equilibrate")]
    for name in names:
        beat(name, "failed", message="ValueError: no")
    few, every = (command(tmp_path, *options).communicate()[0] for options in ((), ("--all",)))
    assert "more failed (--all shows them)" in few and "more failed" not in every
    assert sum(f"failed: {name}: ValueError: no" in every for name in names) == len(names) > 10
    assert all(ensemble in every and ensemble not in few for ensemble in toy.ensembles)


@pytest.mark.parametrize("failing", [False, True])
def test_watching_ends_with_control_c(toy, tmp_path, failing):
    """Outside of a terminal one look follows the other, without control codes."""
    if failing:
        beat(next(of_stage(toy, "equilibrate")).name, "failed", message="ValueError: no")
    with command(tmp_path, "--watch", "--every", "0.1") as watching:
        heads = [line for line in (watching.stdout.readline() for _ in range(40)) if line.startswith("scale desk: ")]
        watching.send_signal(signal.SIGINT)
        rest, errors = watching.communicate(timeout=60)
    assert watching.returncode == int(failing) and not errors
    assert len(heads) > 1 and "\x1b" not in rest


def test_watching_ends_when_all_is_done(toy, tmp_path):
    for work in works(toy, ["pinching"]):
        make(work)
    watching = command(tmp_path, "--watch")
    said, _ = watching.communicate(timeout=60)
    assert watching.returncode == 0 and "57 of 57 jobs done" in said


def test_in_a_terminal_the_screen_is_drawn_in_its_place(toy, tmp_path):
    import pty

    master, slave = pty.openpty()
    call = [sys.executable, "-m", "glassworks.campaign.cli", "status", "--watch", "--every", "0.1"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    with subprocess.Popen(
        call, cwd=tmp_path, stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=hear_control_c
    ) as watching:
        os.close(slave)
        said = b""

        def twice() -> bool:
            nonlocal said
            said += os.read(master, 65536)
            return said.count(b"scale desk") > 1

        wait_for(twice, 60, "second look")
        watching.send_signal(signal.SIGINT)
        while True:
            try:
                said += os.read(master, 65536)
            except OSError:
                break
    os.close(master)
    assert watching.returncode == 0 and b"\x1b[" in said
    assert said.rstrip().endswith(b"\x1b[?25h")  # the cursor is there again
